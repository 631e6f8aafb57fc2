// The record of what the hooks did, one JSON object a line, only ever appended to; what is finished is moved away later
// (rotateJournal.ts). After a kill -9 it says which steps had been begun; the report reads it too. No line holds a
// password.
import type { ProcessIdentity, Tools } from '../context/Context.ts';
import { errorText } from '../errors/message.ts';
import type { Kind } from '../errors/shape.ts';
import { journalPath } from './journalFiles.ts';
import { isJournalLine, lineShapes } from './journalLine.ts';
import { thisMoment, type Moment } from './moment.ts';
import type { Before } from './Step.ts';
import type { WitnessRecord } from './witnessRecord.ts';

/** What a run was told about the writer address on one host: undoing goes by this, not by today's configuration. */
export interface RecordedPlace {
  readonly vipType: string;
  /** As writer_vip_cidr has it; null where none is configured. */
  readonly cidr: string | null;
  readonly interface: string | null;
}

/** What is known of a run when it begins. */
export interface RunBegin {
  /** `online stop`, `hard start`, ... */
  readonly procedure: string;
  readonly origHost: string;
  readonly newHost: string | null;
  /** The program of MHA's that called it, or the operator's shell; null where that is not known. */
  readonly caller?: (ProcessIdentity & { readonly program?: string }) | null;
  /** The run's own process; null where it cannot be told. Missing in records of an older version. */
  readonly process?: ProcessIdentity | null;
  /** The person or account behind it. */
  readonly by?: string | null;
  /** By host; empty in records of an older version. */
  readonly places?: Readonly<Record<string, RecordedPlace>>;
}

export interface RunRecord extends RunBegin, Omit<Moment, 'at'> {
  readonly run: string;
  readonly pid: number;
  readonly startedAt: string;
  readonly steps: readonly StepRecord[];
  /** Null: the run has not ended, or was killed. */
  readonly end: RunEnd | null;
  /** What clients met in the switch that this is the last run of; not there: nobody looked. */
  readonly witness?: WitnessRecord;
  /** The switch was a part of a drill. */
  readonly drill?: DrillMark;
  /** A person's word that what it has left to do is done. */
  readonly acknowledged?: { readonly at: string; readonly by: string };
  /** A person has taken away what kept MHA from another failover after this one. */
  readonly allowed?: { readonly at: string; readonly by: string };
}

export interface DrillMark {
  readonly way: 'there' | 'back';
  /** When the drill began, ISO 8601: the same for both ways. */
  readonly began: string;
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

export interface RunEnd extends Moment {
  readonly outcome: 'done' | 'proceed' | 'failed';
  readonly message: string;
  /** With `proceed`: one line each. Runs of an older version have them in the message only. */
  readonly leftToDo?: readonly string[];
}

export type JournalLine =
  | ({ kind: 'run'; run: string; pid: number } & RunBegin & Moment)
  | { kind: 'step'; run: string; id: string; title: string; before: Before; at: string }
  | { kind: 'done' | 'undone'; run: string; id: string; at: string; detail?: string }
  | { kind: 'witness'; run: string; at: string; witness: WitnessRecord }
  | { kind: 'drill'; run: string; at: string; drill: DrillMark }
  | ({ kind: 'end'; run: string } & RunEnd)
  | { kind: 'acknowledged'; run: string; at: string; by: string }
  | { kind: 'allowed'; run: string; at: string; by: string };

/** Writes the record of one run. Each resolves with whether it stands in the record. */
export interface Journal {
  begin(run: RunBegin): Promise<boolean>;
  begun(id: string, title: string, before: Before): Promise<boolean>;
  /** @param detail what came of it, for later runs and the report */
  done(id: string, detail?: string): Promise<boolean>;
  undone(run: string | null, id: string): Promise<boolean>;
  end(outcome: RunEnd['outcome'], message: string, leftToDo?: readonly string[]): Promise<boolean>;
}

/** For runs that change nothing. */
export const noJournal: Journal = {
  begin: () => Promise.resolve(true),
  begun: () => Promise.resolve(true),
  done: () => Promise.resolve(true),
  undone: () => Promise.resolve(true),
  end: () => Promise.resolve(true),
};

export type JournalTools = Pick<Tools, 'files' | 'places' | 'clock' | 'log'>;

/**
 * The journal of a cluster. One that cannot be written is a warning, once, and each later line is tried again: a disk
 * that is full for a moment must cost as few lines as it can. Whether a run may go on without is not decided here.
 */
export function journalFor(tools: JournalTools, cluster: string): Journal {
  const path = journalPath(tools.places, cluster);
  const at = (): string => tools.clock.now().toISOString();
  const run = `${at()}-${tools.places.pid}`;
  let warned = false;
  // What somebody else wrote last may be half a line: the first line of a run, and one after a failure, begin anew.
  let afresh = true;
  // Lines that are not on the disk yet: they go with the next one.
  let waiting: JournalLine[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<boolean> | null = null;
  /** In the order of the calls; those that come while one is written go together. */
  function write(line: JournalLine): Promise<boolean> {
    waiting.push(line);
    if (next !== null) return next;
    const writing = last.then(() => {
      next = null;
      return append();
    });
    [next, last] = [writing, writing];
    return writing;
  }
  async function append(): Promise<boolean> {
    const { length } = waiting;
    const lines = waiting.map((each) => `${JSON.stringify(each)}\n`).join('');
    try {
      await tools.files.append(path, afresh ? `\n${lines}` : lines);
      afresh = false;
      waiting = waiting.slice(length);
      return true;
    } catch (error) {
      afresh = true;
      if (!warned)
        tools.log.warn(`${path}: cannot be written (${errorText(error)}): after a kill -9 nobody could undo`);
      warned = true;
      return false;
    }
  }
  return {
    begin: (begin) => write({ kind: 'run', run, pid: tools.places.pid, ...begin, ...thisMoment(tools) }),
    begun: (id, title, before) => write({ kind: 'step', run, id, title, before, at: at() }),
    done: (id, detail) => write({ kind: 'done', run, id, at: at(), ...(detail === undefined ? {} : { detail }) }),
    undone: (other, id) => write({ kind: 'undone', run: other ?? run, id, at: at() }),
    end: (outcome, message, leftToDo) =>
      write({
        kind: 'end',
        run,
        outcome,
        message,
        ...thisMoment(tools),
        ...(leftToDo === undefined ? {} : { leftToDo }),
      }),
  };
}

/** Whether a line could be written now. False: runs of this moment may be missing there. */
export async function canRecord({ files, places }: Pick<Tools, 'files' | 'places'>, cluster: string): Promise<boolean> {
  try {
    await files.append(journalPath(places, cluster), '\n');
    return true;
  } catch {
    return false;
  }
}

/** @param runs that a person has spoken for. Errors are Node's */
export async function appendAcknowledged(
  { clock, files, places }: Pick<Tools, 'clock' | 'files' | 'places'>,
  cluster: string,
  runs: readonly string[],
  by: string,
): Promise<void> {
  const at = clock.now().toISOString();
  const lines = runs.map((run): JournalLine => ({ kind: 'acknowledged', run, at, by }));
  // What somebody else wrote last may be half a line.
  const text = ['', ...lines.map((line) => JSON.stringify(line)), ''].join('\n');
  await files.append(journalPath(places, cluster), text);
}

/** A person allows another failover. @param run the last failover; '' where there is none. Errors are Node's */
export async function appendAllowed(
  { clock, files, places }: Pick<Tools, 'clock' | 'files' | 'places'>,
  cluster: string,
  run: string,
  by: string,
): Promise<void> {
  const line: JournalLine = { kind: 'allowed', run, at: clock.now().toISOString(), by };
  await files.append(journalPath(places, cluster), `\n${JSON.stringify(line)}\n`);
}

/**
 * What is known of a run from outside, after it. One that cannot be written is a warning: nothing is undone by it.
 * @param run of the record that it is about
 */
export async function addToRun(
  tools: JournalTools,
  cluster: string,
  run: string,
  more: { readonly witness: WitnessRecord } | { readonly drill: DrillMark },
): Promise<void> {
  const path = journalPath(tools.places, cluster);
  const at = tools.clock.now().toISOString();
  const line: JournalLine =
    'witness' in more ? { kind: 'witness', run, at, ...more } : { kind: 'drill', run, at, ...more };
  // Whoever wrote last may have left half a line.
  await tools.files.append(path, `\n${JSON.stringify(line)}\n`).catch((error: unknown) => {
    tools.log.warn(`${path}: cannot be written (${errorText(error)}): the history will lack it`);
  });
}

/**
 * All runs in the journal's text, oldest first. A line that is cut off or not ours costs that line alone: the disk may
 * have been full.
 */
export function readRuns(text: string): readonly RunRecord[] {
  const runs = new Map<string, RunInWork>();
  for (const raw of text.split('\n')) {
    const line = parseLine(raw);
    if (line === undefined) continue;
    if (line.kind === 'run') {
      runs.set(line.run, { ...begunRun(line), steps: [], end: null });
      continue;
    }
    const record = runs.get(line.run);
    if (record === undefined) continue;
    if (line.kind === 'acknowledged') {
      runs.set(line.run, { ...record, acknowledged: { at: line.at, by: line.by } });
    } else if (line.kind === 'allowed') {
      runs.set(line.run, { ...record, allowed: { at: line.at, by: line.by } });
    } else if (line.kind === 'step') {
      const { id, title, before, at } = line;
      record.steps.push({ id, title, before, state: 'begun', at, endedAt: null });
    } else if (line.kind === 'end') {
      const { kind: _, run: __, leftToDo, ...end } = line;
      record.end = { ...end, ...(Array.isArray(leftToDo) ? { leftToDo } : {}) };
    } else if (line.kind === 'witness') {
      record.witness = line.witness;
    } else if (line.kind === 'drill') {
      record.drill = line.drill;
    } else {
      record.steps = record.steps.map((step) => (step.id === line.id ? endedStep(step, line) : step));
    }
  }
  return [...runs.values()];
}

type RunInWork = Omit<RunRecord, 'steps' | 'end' | 'witness' | 'drill'> & {
  steps: StepRecord[];
  end: RunEnd | null;
  witness?: WitnessRecord;
  drill?: DrillMark;
};

function begunRun({ kind: _, at, ...run }: Extract<JournalLine, { kind: 'run' }>): Omit<RunRecord, 'steps' | 'end'> {
  return { ...run, startedAt: at };
}

function endedStep(step: StepRecord, line: Extract<JournalLine, { kind: 'done' | 'undone' }>): StepRecord {
  const detail = line.detail === undefined ? {} : { detail: line.detail };
  return { ...step, state: line.kind, endedAt: line.at, ...detail };
}

/** Each kind has its own: one that is missing here does not compile. */
const shapes: Readonly<Record<JournalLine['kind'], Kind>> = lineShapes;

/** Undefined for what is none, and for one of a kind that this version does not know. */
export function parseLine(raw: string): JournalLine | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    return isJournalLine(value, shapes) ? (value as JournalLine) : undefined;
  } catch {
    return undefined;
  }
}
