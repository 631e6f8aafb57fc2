// Planned switch, after the new master has caught up: it takes the writes. When it can't, the writer is given back to
// the original master, because MHA stops there and would leave both of them read-only.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import { outcomeOf, type Outcome } from '../../mha/exitCodes.ts';
import type { MasterEnd, OnlineRequest } from '../../mha/request.ts';
import { startEvents, stoppedEvents } from '../../steps/eventSteps.ts';
import type { RunRecord } from '../../steps/journal.ts';
import { compareOldMaster, healthPatience, seeHealth } from '../../steps/lastLooks.ts';
import { kept } from '../../steps/keptStep.ts';
import { clearReadOnly, persistReadOnly } from '../../steps/readOnlySteps.ts';
import type { Before, Step } from '../../steps/Step.ts';
import {
  assignWriterAddress,
  FrozenConnections,
  hasFrozen,
  heldBy,
  letGo,
  unlessUnknown,
  type Asked,
} from '../../steps/writerAddressSteps.ts';
import { brokenStop, handoverTo, unfinishedSteps } from '../run/earlierRuns.ts';
import { readyKey, type Run } from '../run/openRun.ts';
import { withRun } from '../run/withRun.ts';
import type { Elsewhere, Held, LeftToDo, Usable } from '../../vip/Provider.ts';
import { canGoBack } from './canGoBack.ts';
import { giveBack } from './giveBack.ts';
import { lookMeanwhile } from './lookAgain.ts';
import { nobodyIsMaster } from './nobodyIsMaster.ts';
import { liftFromMaster } from './orderOriginal.ts';
import { refuseSwitchAfterFailover } from './secondFailover.ts';
import { otherServers, refuseAnotherMaster } from './thirdMaster.ts';
import type { Early } from './untilCalled.ts';

/** How long the new master is waited for, in ms: the writer can still be given back. */
const patience = { busy: 30_000, down: 1_000 };
/** And its host, when it is open. */
const hostMs = 30_000;

/** @param early from before MHA's call */
export async function onlineStart(request: OnlineRequest, tools: Tools, early: Early | null = null): Promise<Outcome> {
  const { orig, new: next, sshOptions } = request;
  // Clients are waiting: what `stop` has left open needs no log-in.
  const ready = early ?? (await tools.connect.takeReady(readyKey(orig, next)));
  let begun = false;
  const continues = (earlier: readonly RunRecord[]): RunRecord | null => handoverTo(earlier, { orig, next }, tools);
  try {
    return await withRun(
      tools,
      { procedure: 'online start', orig, next, sshOptions, ready, continues },
      async (run) => {
        const handover = continues(run.earlier);
        // Hosts were looked at before the run had its lock: another run may have been at work.
        if (handover === null || run.earlier.at(-1) !== handover) early?.forget();
        await refuseWithoutItsMha(handover ?? brokenStop(run.earlier, { orig, next }), tools);
        if (handover === null) await refuseSwitchAfterFailover(run, orig);
        begun = true;
        return open(run, request, handover);
      },
    );
  } catch (error) {
    // A configuration that cannot be read any more, another run: `stop` has closed the master, and nobody opens one.
    if (begun) throw error;
    throw await nobodyIsMaster(asFailure(error), orig, next, tools);
  }
}

/**
 * MHA that has ended goes on with nothing: the writer may have been given back since, or a person may have made another
 * server the master.
 * @throws Failure `refused`
 */
async function refuseWithoutItsMha(stop: RunRecord | null, { connect }: Tools): Promise<void> {
  const caller = stop?.caller ?? null;
  if (caller === null || (await connect.isRunning(caller))) return;
  const what = `MHA, which called "online stop" (pid ${caller.pid}), has ended: nothing was changed`;
  throw new Failure('refused', what, { hint: 'see "mha-helper status"' });
}

async function open(run: Run, request: OnlineRequest, handover: RunRecord | null): Promise<Outcome> {
  const { orig, new: next } = request;
  const { provider } = run;
  let openedAt: string | null | undefined;
  try {
    const { arrived: server, last } = await lookMeanwhile(run.tools.clock, run.patientServer(next, patience), () =>
      Promise.all([
        otherServers(run, 'planned', orig, next),
        originalHasNoAddress(run, request, handover),
        originalIsReadOnly(run, request, handover),
        prepared(run, next),
      ]),
    );
    const [others, frozen] = last;
    await refuseAnotherMaster(run, others, next);
    const { changes, leftToDo } = await run.steps([
      noting(clearReadOnly(server), ({ position }) => (openedAt = typeof position === 'string' ? position : null)),
      ...(provider.address === null
        ? []
        : [
            {
              ...assignWriterAddress(
                provider,
                run.patientHost(next, hostMs),
                elsewhere(run, next, handover),
                begin(frozen),
              ),
              failureUndoes: () => canGoBack(run, request, restOf(handover, orig.host)),
            },
          ]),
      ...(handover === null || !run.settings(next).options.move_events
        ? []
        : [startEvents(server, stoppedEvents(handover))]),
      seeHealth(next.host, () => run.patientNewServer(next, healthPatience)),
      ...(frozen === null ? [] : [letGo(frozen)]),
      ...lookAtOld(run, orig, handover),
      // Clients write by now, so nothing is undone.
      kept(persistReadOnly(orig.host, () => run.server(orig))),
    ]);
    await liftFromMaster(run, next);
    // The same call again opens nothing, and has no stop of its own.
    const isOpened = changes.some(({ step }) => step.id === `clear-read-only:${next.host}`);
    return outcomeOf(isOpened ? [...leftToDo, ...unknownRest(orig.host, next.host, handover)] : leftToDo);
  } catch (error) {
    throw await giveBack(run, request, handover, asFailure(error), openedAt);
  }
}

/** Begun while the others are asked: clients wait. */
async function prepared(run: Run, next: MasterEnd): Promise<void> {
  await run.provider.prepare(run.host(next));
  await run.provider.arm?.(run.host(next), 'assign');
}

/** The same step; what it finds before it acts is told. */
function noting(step: Step, found: (before: Before) => void): Step {
  return {
    ...step,
    async check() {
      const before = await step.check();
      if (before !== null) found(before);
      return before;
    },
  };
}

/**
 * `stop` has asked the network, and has taken the address from the only host that had it; only where an operator has
 * moved it since, or where nothing is known of `stop`, somebody else may have it.
 */
function elsewhere(run: Run, next: MasterEnd, handover: RunRecord | null): Asked {
  if (handover !== null && run.earlier.at(-1) === handover) return Promise.resolve({ kind: 'nobody' });
  const asked = (): Promise<Elsewhere> => run.provider.answersElsewhere(run.host(next), 'once');
  const holder = handover === null ? null : movedSince(run.earlier, handover);
  if (holder === null || holder === next.host) return unlessUnknown(asked, (line) => run.tools.log.warn(line));
  return async () => {
    const answer = await asked();
    if (answer.kind !== 'unknown') return answer;
    return { ...answer, why: `${answer.why}; since "online stop" "vip assign" has given it to ${holder}` };
  };
}

/** The host that an operator has given the address to after `stop`, and has not taken it from again; null: none. */
function movedSince(runs: readonly RunRecord[], stop: RunRecord): string | null {
  const moves = runs.slice(runs.indexOf(stop) + 1).filter(({ procedure }) => procedure.startsWith('vip '));
  const last = moves.findLast(({ steps }) => unfinishedSteps({ steps }).length > 0);
  return last?.procedure === 'vip assign' ? last.origHost : null;
}

/** Nothing where it is not known where the old master had come to rest. */
function lookAtOld(run: Run, orig: MasterEnd, handover: RunRecord | null): readonly Step[] {
  const rest = restOf(handover, orig.host);
  if (rest === null) return [];
  const { files, places, clock } = run.tools;
  const time = clock.now().toISOString().replace(/[-:.]/g, '');
  const path = `${places.stateDirectory}/late-writes/${orig.host}-${time}.txt`;
  return [compareOldMaster(orig.host, () => run.server(orig), rest, files, path)];
}

/** Whoever wrote there after it was closed would be found by what `stop` has recorded. */
function unknownRest(host: string, nextHost: string, handover: RunRecord | null): LeftToDo {
  if (handover !== null) return [];
  const doubt = `it is not known whether ${host} was written to after it was closed`;
  const why = 'there is no record of "online stop"';
  return [`${doubt}: ${why}; compare it with ${nextHost} before it takes anything over`];
}

/** Where `stop` saw the binary log of the original master come to rest; null where that is not recorded. */
function restOf(handover: RunRecord | null, host: string): string | null {
  const proof = handover?.steps.find(({ id }) => id === `prove-writes-ended:${host}`)?.detail;
  // Records of an older version have clients' names behind the position.
  const position = proof?.split(';')[0] ?? '';
  return /:\d+$/.test(position) ? position : null;
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
    const why = 'going on, because "online stop" had read back that it is read-only';
    run.tools.log.warn(`${host} does not answer any more (${errorLine(error)}); ${why}`);
    return;
  }
  if (!readOnly) {
    throw new Failure('refused', `${host} is writable (read_only=0): ${request.new.host} must not take writes too`, {
      hint: 'did something set read_only=0 after "online stop"? Run the whole switch again',
    });
  }
  const rest = restOf(handover, host);
  if (rest !== null && position !== null && rest !== position) {
    const since = 'after "online stop" had seen its binary log come to rest';
    const what = `${host} was written to ${since} (${rest}, now ${position})`;
    throw new Failure('refused', `${what}: those writes may be missing on ${request.new.host}`, {
      hint: 'stop the programs that write there with SUPER or READ ONLY ADMIN, then run the whole switch again',
    });
  }
}

/** Clients that are reset come at once: not before the new master has the address. */
function begin(frozen: FrozenConnections | null): Usable {
  return async () => frozen?.reset().catch(() => undefined);
}

/** @returns the connections that `stop` has left there; null where it has left none */
async function originalHasNoAddress(
  run: Run,
  request: OnlineRequest,
  handover: RunRecord | null,
): Promise<FrozenConnections | null> {
  if (run.provider.address === null) return null;
  const host = run.host(request.orig);
  let held: Held;
  try {
    held = await heldBy(run.provider, host);
  } catch (error) {
    if (handover === null) throw error;
    const why = 'going on, because "online stop" had read back that the writer address is gone there';
    run.tools.log.warn(`${host.name} does not answer any more (${errorLine(error)}); ${why}`);
    // Over a connection of its own: that one message was lost is no reason to let clients wait.
    const again = run.foreignHost(request.orig, run.settings(request.orig));
    return hasFrozen(handover, host.name) ? new FrozenConnections(run.provider, again) : null;
  }
  if (held === 'rest' && run.provider.freeze !== undefined) {
    await run.provider.arm?.(host, 'release');
    return new FrozenConnections(run.provider, host);
  }
  if (held === 'nothing' || held === 'rest') return null;
  const what = `${host.name} still holds the writer address ${run.provider.address}: it must not be on two hosts`;
  throw new Failure('refused', what, {
    hint: 'does another program (keepalived, NetworkManager) put it back? Run the whole switch again when it does not',
  });
}
