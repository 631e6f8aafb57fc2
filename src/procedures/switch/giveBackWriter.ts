// MHA that ends between `stop` and `start` of a planned switch leaves no server that takes writes, and calls no hook
// again: the writer is given back, with all of undo's looks.
import type { Tools } from '../../context/Context.ts';
import type { Failure } from '../../errors/errors.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import type { Outcome } from '../../mha/exitCodes.ts';
import { refusalOf } from '../../mysql/serverErrors.ts';
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

/** A host that cannot be asked, because a link is away or a server restarts, is asked again for so long, in ms. */
const triedForMs = 60_000;
const againMs = 1_000;

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
    const what = whatBroke(half);
    if (!allowed) {
      const why = 'give_back = no, so it was not done by itself';
      const told = `${what}; "mha-helper vip show" tells whether a server takes writes. Run: ${command} (${why})`;
      return { problem: told, said: told };
    }
    tools.log.warn(`${what}; giving the writer back`);
    const options = { vouched: [], seenClosed, atOnce: true };
    const outcome = await undoPatiently(() => undoUnfinished(app, cluster, tools, options), tools);
    if (outcome.kind === 'done') return { problem: null, said: `the writer was given back to ${half.origHost}` };
    const left = `${what}, and could not be opened again altogether: ${outcome.leftToDo.join('; ')}`;
    return { problem: left, said: left };
  } catch (error) {
    const failure = asFailure(error);
    const text = `the writer was NOT given back: ${errorLine(failure)}; then run: ${command}`;
    return { problem: text, said: text };
  }
}

/** A `start` that was killed may have opened the new master. */
function whatBroke({ procedure, origHost, newHost }: RunRecord): string {
  return procedure === 'online stop'
    ? `MHA ended before it had called "start": "online stop" had closed ${origHost}`
    : `MHA ended after "${procedure}" had begun and not finished: ${newHost ?? 'the new master'} may be open`;
}

async function undoPatiently(undo: () => Promise<Outcome>, { clock, interrupted, log }: Tools): Promise<Outcome> {
  const until = clock.monotonic() + triedForMs;
  for (;;) {
    try {
      return await undo();
    } catch (error) {
      const failure = asFailure(error);
      if (!mayPass(failure) || clock.monotonic() >= until) throw failure;
      log.warn(`not yet: ${errorLine(failure)}; it is tried again`);
      await clock.sleep(againMs, interrupted);
    }
  }
}

function mayPass(failure: Failure): boolean {
  return failure.passing || failure.kind === 'ssh' || refusalOf(failure) !== 'final';
}
