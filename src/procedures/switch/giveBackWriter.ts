// MHA that ends between `stop` and `start` of a planned switch leaves no server that takes writes, and calls no hook
// again: the writer is given back, with all of undo's looks.
import type { Tools } from '../../context/Context.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import type { RunRecord } from '../../steps/journal.ts';
import { undoUnfinished, unfinishedRun } from '../run/undoUnfinished.ts';

export interface GaveBack {
  /** Null: there was nothing to give back, or it was given back. */
  readonly problem: string | null;
  /** What happened, for a person; null where there was nothing to do. */
  readonly said: string | null;
}

export interface GiveBackOptions {
  /** False: it is only told. */
  readonly allowed: boolean;
  /** As in UndoOptions. */
  readonly seenClosed?: readonly string[];
}

/**
 * Never throws.
 * @param isOurs the runs of the switch that has ended: what an earlier one has left is for a person
 */
export async function giveBackWriter(
  app: ApplicationConfig,
  cluster: string,
  isOurs: (run: RunRecord) => boolean,
  { allowed, seenClosed = [] }: GiveBackOptions,
  tools: Tools,
): Promise<GaveBack> {
  const command = `mha-helper undo -c ${app.file}`;
  try {
    const half = await unfinishedRun(cluster, tools);
    if (half === null || !isOurs(half)) return { problem: null, said: null };
    const what = `MHA ended before it had called "start": ${half.origHost} is closed`;
    if (!allowed) {
      const why = 'give_back = no, so it was not done by itself';
      const told = `${what}, and no server takes writes. Run: ${command} (${why})`;
      return { problem: told, said: told };
    }
    tools.log.warn(`${what}; giving the writer back`);
    const outcome = await undoUnfinished(app, cluster, tools, { vouched: [], seenClosed });
    if (outcome.kind === 'done') return { problem: null, said: `the writer was given back to ${half.origHost}` };
    const left = `${what}, and could not be opened again altogether: ${outcome.leftToDo.join('; ')}`;
    return { problem: left, said: left };
  } catch (error) {
    const failure = asFailure(error);
    const text = `the writer was NOT given back: ${errorLine(failure)}; then run: ${command}`;
    return { problem: text, said: text };
  }
}
