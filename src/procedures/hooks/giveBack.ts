// A planned switch whose `start` cannot open the new master: what `stop` had changed on the original master is undone,
// where it is certain that the new master takes no writes.
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import type { MasterEnd, OnlineRequest } from '../../mha/request.ts';
import { vipCommand } from '../../steps/byHand.ts';
import type { RunRecord } from '../../steps/journal.ts';
import { undoMs } from '../../steps/undoChanges.ts';
import type { Run } from '../run/openRun.ts';
import { notGivenBack } from '../run/givenBack.ts';
import { undoRecorded } from '../run/undoRecorded.ts';
import { otherServers, refuseAnotherMaster } from './thirdMaster.ts';

/**
 * @param openedAt where the new master's binary log stood when it was opened; undefined: it was not
 * @returns the failure that `start` ends with: what went wrong, and what became of the writer
 */
export async function giveBack(
  run: Run,
  request: OnlineRequest,
  handover: RunRecord | null,
  failure: Failure,
  openedAt: string | null | undefined,
): Promise<Failure> {
  const { orig, new: next } = request;
  // Looking comes before and after the undoing, and a run that has used up its time must do all of it.
  run.budget.beginUndo(undoMs);
  const hint = failure.hint === undefined ? {} : { hint: failure.hint };
  if (handover === null) {
    const state = await stateOfOriginal(run, orig);
    const why = 'there is no record of the "online stop" before this, so nothing was given back';
    return new Failure(failure.kind, `${failure.message}; ${why}; ${state}`, { ...hint, cause: failure });
  }
  const doubt =
    (await newMasterMayTakeWrites(run, next, openedAt)) ??
    (await addressIsElsewhere(run, orig, next, handover)) ??
    (await anotherIsMaster(run, orig, next));
  if (doubt !== null) {
    const what = `${orig.host} was closed by "online stop" and was not opened again, because ${doubt}; NOT undone`;
    return new Failure('undo', `${failure.message}; ${what}`, {
      hint:
        `see "mha-helper vip show"; where ${next.host} is the master: "${vipCommand('assign', next.host)}"; ` +
        'else close it, then mha-helper undo',
      cause: failure,
    });
  }
  const failed = await undoStop(run, orig, handover);
  if (failed.length === 0) {
    const what = `${failure.message}; the writer was given back to ${orig.host}`;
    return new Failure(failure.kind, what, { ...hint, cause: failure });
  }
  const what = `${failure.message}; NOT undone, do it by hand: ${failed.join('; ')}`;
  return new Failure('undo', what, { ...hint, cause: failure });
}

/** What is so on the original master, as it was just seen. */
async function stateOfOriginal(run: Run, orig: MasterEnd): Promise<string> {
  const [flags, held] = await Promise.allSettled([
    run.server(orig).then((server) => server.readOnly()),
    run.provider.address === null ? null : run.provider.holds(run.host(orig)),
  ]);
  const writes =
    flags.status === 'rejected' ? 'it is not known whether it is read-only' : readOnlyText(flags.value.readOnly);
  return (
    `${orig.host}: ${writes}, ` +
    `${held.status === 'rejected' ? 'nor whether it has the writer address' : heldText(held.value)}`
  );
}

function readOnlyText(readOnly: boolean): string {
  return readOnly ? 'read-only' : 'writable';
}

function heldText(held: boolean | null): string {
  if (held === null) return 'no writer address is managed';
  return held ? 'with the writer address' : 'without the writer address';
}

/** Null when the new master is read-only and took no writes, for certain, else the doubt in words. */
async function newMasterMayTakeWrites(
  run: Run,
  next: MasterEnd,
  openedAt: string | null | undefined,
): Promise<string | null> {
  let server;
  try {
    server = await run.server(next);
  } catch {
    return null; // never connected, so never opened by this run; "online stop" had read back read_only=1
  }
  try {
    if (!(await server.readOnly()).readOnly) return `${next.host} is writable`;
    // The undoing looks at this too, but it may have been cut off before.
    if (openedAt === undefined || (await server.binlogPosition()) === openedAt) return null;
    return `${next.host} was written to since it was opened`;
  } catch (error) {
    return `it is not known whether ${next.host} is writable (${errorLine(error)})`;
  }
}

/** Null when nothing says that somebody has given another host the address since `stop`, else what says it. */
async function addressIsElsewhere(
  run: Run,
  orig: MasterEnd,
  next: MasterEnd,
  handover: RunRecord,
): Promise<string | null> {
  if (run.provider.address === null) return null;
  const since = run.earlier.slice(run.earlier.findIndex((one) => one.run === handover.run) + 1);
  const given = since.findLast(({ procedure, end }) => procedure === 'vip assign' && end !== null);
  if (given !== undefined && given.origHost !== orig.host) return `${given.origHost} was given the address since`;
  // A host that does not answer had not got it by `stop`, and this run has not given it.
  const held = await run.provider.holds(run.host(next)).catch(() => false);
  return held ? `${next.host} has the address` : null;
}

/** Null when no other server of the cluster may be the master by now. */
async function anotherIsMaster(run: Run, orig: MasterEnd, next: MasterEnd): Promise<string | null> {
  const others = await otherServers(run, 'planned', orig, next);
  try {
    await refuseAnotherMaster(run, others, orig);
    return null;
  } catch (error) {
    return errorLine(error);
  }
}

async function undoStop(run: Run, orig: MasterEnd, handover: RunRecord): Promise<readonly string[]> {
  run.tools.log.warn(`giving the writer back to ${orig.host}`);
  // The replica stays as `online stop` left it: read-only is where it belongs.
  const steps = handover.steps.filter(({ id, state }) => state === 'done' && id.endsWith(`:${orig.host}`));
  const left = await undoRecorded(run, { ...handover, steps }, [orig]);
  return left.length > 0 ? left : notGivenBack(run, orig);
}
