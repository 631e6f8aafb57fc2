// The record of what the hooks did, one file a cluster, one JSON object a line, only ever appended to. After a kill -9
// it says which steps had been begun; the report reads it too. No line holds a password.
import type { Places, Tools } from '../context/Context.ts';
import { errorText } from '../errors/message.ts';
import type { Before } from './Step.ts';

export interface RunRecord {
  readonly run: string;
  /** `online stop`, `hard start`, ... */
  readonly procedure: string;
  readonly origHost: string;
  readonly newHost: string | null;
  readonly pid: number;
  readonly startedAt: string;
  readonly steps: readonly StepRecord[];
  /** Null: the run has not ended, or was killed. */
  readonly end: RunEnd | null;
}

export interface StepRecord {
  readonly id: string;
  readonly title: string;
  readonly before: Before;
  readonly state: 'begun' | 'done' | 'undone';
  readonly detail?: string;
  /** When it was begun. */
  readonly at: string;
  /** When it was done or undone; null while it is neither. */
  readonly endedAt: string | null;
}

export interface RunEnd {
  readonly outcome: 'done' | 'proceed' | 'failed';
  readonly message: string;
  readonly at: string;
  /** With `proceed`: one line each. Runs of an older version have them in the message only. */
  readonly leftToDo?: readonly string[];
}

export type JournalLine =
  | { kind: 'run'; run: string; procedure: string; origHost: string; newHost: string | null; pid: number; at: string }
  | { kind: 'step'; run: string; id: string; title: string; before: Before; at: string }
  | { kind: 'done' | 'undone'; run: string; id: string; at: string; detail?: string }
  | ({ kind: 'end'; run: string } & RunEnd);

/** Writes the record of one run. */
export interface Journal {
  begin(procedure: string, origHost: string, newHost: string | null): Promise<void>;
  begun(id: string, title: string, before: Before): Promise<void>;
  /** @param detail what came of it, for later runs and the report */
  done(id: string, detail?: string): Promise<void>;
  undone(run: string | null, id: string): Promise<void>;
  end(outcome: RunEnd['outcome'], message: string, leftToDo?: readonly string[]): Promise<void>;
}

/** For runs that change nothing. */
export const noJournal: Journal = {
  begin: () => Promise.resolve(),
  begun: () => Promise.resolve(),
  done: () => Promise.resolve(),
  undone: () => Promise.resolve(),
  end: () => Promise.resolve(),
};

/** Path of a cluster's journal. */
export function journalPath(places: Places, cluster: string): string {
  return `${places.stateDirectory}/${cluster}.journal`;
}

export type JournalTools = Pick<Tools, 'files' | 'places' | 'clock' | 'log'>;

/**
 * The journal of a cluster. A journal that cannot be written is a warning, once: a full disk must not stop a failover.
 */
export function journalFor(tools: JournalTools, cluster: string): Journal {
  const path = journalPath(tools.places, cluster);
  const at = (): string => tools.clock.now().toISOString();
  const run = `${at()}-${tools.places.pid}`;
  let broken = false;
  async function write(line: JournalLine): Promise<void> {
    if (broken) return;
    try {
      await tools.files.append(path, `${JSON.stringify(line)}\n`);
    } catch (error) {
      broken = true;
      tools.log.warn(
        `${path}: cannot be written (${errorText(error)}): going on without a record; a kill -9 could not be undone`,
      );
    }
  }
  return {
    begin: (procedure, origHost, newHost) =>
      write({ kind: 'run', run, procedure, origHost, newHost, pid: tools.places.pid, at: at() }),
    begun: (id, title, before) => write({ kind: 'step', run, id, title, before, at: at() }),
    done: (id, detail) => write({ kind: 'done', run, id, at: at(), ...(detail === undefined ? {} : { detail }) }),
    undone: (other, id) => write({ kind: 'undone', run: other ?? run, id, at: at() }),
    end: (outcome, message, leftToDo) =>
      write({ kind: 'end', run, outcome, message, at: at(), ...(leftToDo === undefined ? {} : { leftToDo }) }),
  };
}

/**
 * All runs in the journal's text, oldest first. Lines that are cut off or not ours are passed over: the disk may have
 * been full.
 */
export function readRuns(text: string): readonly RunRecord[] {
  const runs = new Map<string, Omit<RunRecord, 'steps' | 'end'> & { steps: StepRecord[]; end: RunEnd | null }>();
  for (const raw of text.split('\n')) {
    const line = parseLine(raw);
    if (line === undefined) continue;
    if (line.kind === 'run') {
      const { run, procedure, origHost, newHost, pid, at } = line;
      runs.set(run, { run, procedure, origHost, newHost, pid, startedAt: at, steps: [], end: null });
      continue;
    }
    const record = runs.get(line.run);
    if (record === undefined) continue;
    if (line.kind === 'step') {
      record.steps.push({
        id: line.id,
        title: line.title,
        before: line.before,
        state: 'begun',
        at: line.at,
        endedAt: null,
      });
    } else if (line.kind === 'end') {
      const { outcome, message, at, leftToDo } = line;
      record.end = { outcome, message, at, ...(Array.isArray(leftToDo) ? { leftToDo } : {}) };
    } else {
      record.steps = record.steps.map((step) =>
        step.id === line.id
          ? {
              ...step,
              state: line.kind,
              endedAt: line.at,
              ...(line.detail === undefined ? {} : { detail: line.detail }),
            }
          : step,
      );
    }
  }
  return [...runs.values()];
}

function parseLine(raw: string): JournalLine | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    if (typeof value !== 'object' || value === null || !('kind' in value) || !('run' in value)) return undefined;
    return value as JournalLine;
  } catch {
    return undefined;
  }
}
