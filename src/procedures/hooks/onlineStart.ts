// Planned switch, after the new master has caught up: it takes the writes. When it can't, the writer is given back to
// the original master, because MHA stops there and would leave both of them read-only.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import { outcomeOf, type Outcome } from '../../mha/exitCodes.ts';
import type { MasterEnd, OnlineRequest } from '../../mha/request.ts';
import { vipCommand } from '../../steps/byHand.ts';
import type { RunRecord } from '../../steps/journal.ts';
import { clearReadOnly } from '../../steps/readOnlySteps.ts';
import { undoMs } from '../../steps/runSteps.ts';
import { assignWriterAddress, heldBy } from '../../steps/writerAddressSteps.ts';
import { handoverTo } from '../run/earlierRuns.ts';
import { readyKey, withRun, type Run } from '../run/openRun.ts';
import { undoRecorded } from '../run/undoRecorded.ts';

export async function onlineStart(request: OnlineRequest, tools: Tools): Promise<Outcome> {
  const { orig, new: next, sshOptions } = request;
  // Clients are waiting: what `stop` has left open needs no log-in.
  const ready = await tools.connect.takeReady(readyKey(orig, next));
  const runRequest = { procedure: 'online start', orig, next, sshOptions, ready };
  return withRun(tools, runRequest, async (run) => {
    const handover = handoverTo(run.earlier, runRequest, tools.clock);
    try {
      const [server] = await Promise.all([
        run.server(next),
        originalIsReadOnly(run, request, handover),
        originalHasNoAddress(run, request, handover),
        run.provider.prepare(run.host(next)),
      ]);
      const { leftToDo } = await run.steps([
        clearReadOnly(server),
        ...(run.provider.address === null
          ? []
          : [assignWriterAddress(run.provider, run.host(next), Promise.resolve(null))]),
      ]);
      return outcomeOf(leftToDo);
    } catch (error) {
      throw await giveBack(run, request, handover, asFailure(error));
    }
  });
}

/** Never two writable masters: the new one may only be opened while the original is known to be closed. */
async function originalIsReadOnly(run: Run, request: OnlineRequest, handover: RunRecord | null): Promise<void> {
  const { host } = request.orig;
  let readOnly: boolean;
  let position: string | null;
  try {
    const server = await run.server(request.orig);
    readOnly = (await server.readOnly()).readOnly;
    position = await server.binlogPosition();
  } catch (error) {
    if (handover === null) throw error;
    run.tools.log.warn(
      `${host} does not answer any more (${errorLine(error)}); going on, because "online stop" had read back that it is read-only`,
    );
    return;
  }
  if (!readOnly) {
    throw new Failure('refused', `${host} is writable (read_only=0): ${request.new.host} must not take writes too`, {
      hint: 'did something set read_only=0 after "online stop"? Run the whole switch again',
    });
  }
  const proven = handover?.steps.find(({ id }) => id === `prove-writes-ended:${host}`)?.detail;
  if (proven !== undefined && position !== null && proven !== position) {
    throw new Failure(
      'refused',
      `${host} was written to after "online stop" had seen its binary log come to rest (${proven}, now ${position}): those writes may be missing on ${request.new.host}`,
      { hint: 'stop the programs that write there with SUPER or READ ONLY ADMIN, then run the whole switch again' },
    );
  }
}

async function originalHasNoAddress(run: Run, request: OnlineRequest, handover: RunRecord | null): Promise<void> {
  if (run.provider.address === null) return;
  const host = run.host(request.orig);
  let held: boolean;
  try {
    held = ['held', 'partly'].includes(await heldBy(run.provider, host));
  } catch (error) {
    if (handover === null) throw error;
    run.tools.log.warn(
      `${host.name} does not answer any more (${errorLine(error)}); going on, because "online stop" had read back that the writer address is gone there`,
    );
    return;
  }
  if (held) {
    throw new Failure(
      'refused',
      `${host.name} still holds the writer address ${run.provider.address}: it must not be on two hosts`,
      {
        hint: 'does another program (keepalived, NetworkManager) put it back? Run the whole switch again when it does not',
      },
    );
  }
}

/**
 * Undoes what `online stop` had changed on the original master, where it is certain that the new master takes no
 * writes.
 */
async function giveBack(
  run: Run,
  request: OnlineRequest,
  handover: RunRecord | null,
  failure: Failure,
): Promise<Failure> {
  const { orig, new: next } = request;
  // Looking comes before and after the undoing, and a run that has used up its time must do all of it.
  run.budget.beginUndo(undoMs);
  const hint = failure.hint === undefined ? {} : { hint: failure.hint };
  const state = `${orig.host} stays read-only and without the writer address`;
  if (handover === null) {
    return new Failure(
      failure.kind,
      `${failure.message}; ${state}: there is no record of the "online stop" before this, so nothing was given back`,
      { ...hint, cause: failure },
    );
  }
  const doubt = await newMasterMayTakeWrites(run, request);
  if (doubt !== null) {
    return new Failure('undo', `${failure.message}; ${state}, because ${doubt}; NOT undone`, {
      hint: `make sure that ${next.host} has read_only=1, then set read_only=0 on ${orig.host} and run "${vipCommand('assign', orig.host)}"`,
      cause: failure,
    });
  }
  const failed = await undoStop(run, request, handover);
  return failed.length === 0
    ? new Failure(failure.kind, `${failure.message}; the writer was given back to ${orig.host}`, {
        ...hint,
        cause: failure,
      })
    : new Failure('undo', `${failure.message}; NOT undone, do it by hand: ${failed.join('; ')}`, {
        ...hint,
        cause: failure,
      });
}

/** Null when the new master is read-only for certain, else the doubt in words. */
async function newMasterMayTakeWrites(run: Run, request: OnlineRequest): Promise<string | null> {
  const { host } = request.new;
  let server;
  try {
    server = await run.server(request.new);
  } catch {
    return null; // never connected, so never opened; "online stop" had read back read_only=1
  }
  try {
    return (await server.readOnly()).readOnly ? null : `${host} is writable`;
  } catch (error) {
    return `it is not known whether ${host} is writable (${errorLine(error)})`;
  }
}

async function undoStop(run: Run, request: OnlineRequest, handover: RunRecord): Promise<readonly string[]> {
  const { orig } = request;
  run.tools.log.warn(`giving the writer back to ${orig.host}`);
  // The replica stays as `online stop` left it: read-only is where it belongs.
  const steps = handover.steps.filter(({ id, state }) => state === 'done' && id.endsWith(`:${orig.host}`));
  const left = await undoRecorded(run, { ...handover, steps }, [orig]);
  return left.length > 0 ? left : notGivenBack(run, orig);
}

/** What is not as it must be for clients to write on the original master again. */
async function notGivenBack(run: Run, orig: MasterEnd): Promise<readonly string[]> {
  try {
    const [flags, held] = await Promise.all([
      (await run.server(orig)).readOnly(),
      run.provider.address === null || run.provider.holds(run.host(orig)),
    ]);
    return [
      ...(flags.readOnly ? [`set read_only=0 on ${orig.host}`] : []),
      ...(held
        ? []
        : [
            `assign the writer address ${run.provider.address ?? ''} to ${orig.host} ("${vipCommand('assign', orig.host)}")`,
          ]),
    ];
  } catch (error) {
    return [`see whether ${orig.host} takes writes and has the writer address (${errorLine(error)})`];
  }
}
