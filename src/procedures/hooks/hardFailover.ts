// A dead master: what can be done on its host (stopssh), without its host (stop), for the new master (start), and the
// check that MHA makes before it begins to monitor (status).
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import { outcomeOf, type Outcome } from '../../mha/exitCodes.ts';
import type { HardRequest, HostEnd, MasterEnd } from '../../mha/request.ts';
import { vipCommand } from '../../steps/byHand.ts';
import { clearReadOnly } from '../../steps/readOnlySteps.ts';
import {
  assignWriterAddress,
  heldBy,
  releaseWriterAddress,
  takeWriterAddress,
} from '../../steps/writerAddressSteps.ts';
import type { LeftToDo, VipHost } from '../../vip/Provider.ts';
import { isUnreachable } from '../../vip/unreachable.ts';
import { closeOriginal, type Original } from './closeOriginal.ts';
import { fence } from './fence.ts';
import { withRun, type Run } from '../run/openRun.ts';

type Start = Extract<HardRequest, { command: 'start' }>;
type Stop = Exclude<HardRequest, Start>;

/** The dead master's host answers SSH. */
export async function hardStopSsh(request: Stop, tools: Tools): Promise<Outcome> {
  const { orig, sshOptions } = request;
  return withRun(tools, { procedure: 'hard stopssh', orig, next: null, sshOptions }, async (run) => {
    if (run.provider.address === null) return { kind: 'done' };
    const host = run.host(orig);
    if (run.provider.worksWithoutHost) return takeOrObeyPolicy(run, orig, host, 'answered SSH a moment ago');
    try {
      await host.shell();
    } catch (error) {
      const failure = asFailure(error);
      // The host died after MHA had looked. A host that answers but refuses us is alive: going on would be a guess.
      if (!isUnreachable(failure)) throw failure;
      tools.log.warn(errorLine(failure));
      return withoutHost(run, orig);
    }
    return outcomeOf((await run.steps([releaseWriterAddress(run.provider, host)])).leftToDo);
  });
}

/** The dead master's host does not answer SSH. */
export async function hardStop(request: Stop, tools: Tools): Promise<Outcome> {
  const { orig, sshOptions } = request;
  return withRun(tools, { procedure: 'hard stop', orig, next: null, sshOptions }, (run) => withoutHost(run, orig));
}

async function withoutHost(run: Run, orig: HostEnd): Promise<Outcome> {
  const { provider } = run;
  if (provider.address === null) return { kind: 'done' };
  const host = run.silentHost(orig);
  return provider.worksWithoutHost
    ? takeOrObeyPolicy(run, orig, host, 'does not answer SSH')
    : obeyPolicy(run, orig, host, `${orig.host} does not answer SSH`);
}

/** @param state of its host, for messages */
async function takeOrObeyPolicy(run: Run, orig: HostEnd, host: VipHost, state: string): Promise<Outcome> {
  try {
    return outcomeOf((await run.steps([takeWriterAddress(run.provider, host)])).leftToDo);
  } catch (error) {
    const failure = asFailure(error);
    if (failure.kind === 'interrupted') throw failure;
    return obeyPolicy(
      run,
      orig,
      host,
      `${orig.host} ${state}, and the writer address could not be taken away from it (${errorLine(failure)})`,
    );
  }
}

/** The dead master still has the writer address, or may have it: the operator has said what to do then. */
async function obeyPolicy(run: Run, orig: HostEnd, host: VipHost, why: string): Promise<Outcome> {
  const { provider, tools } = run;
  const { options, file } = run.settings(orig);
  switch (options.unreachable_master) {
    case 'fence':
      await fence(run, orig);
      return { kind: 'done' };
    case 'abort':
      throw new Failure(
        'refused',
        `${why}, so the writer address ${provider.address ?? ''} could not be removed there, and unreachable_master = abort`,
        { hint: `switch ${orig.host} off for certain, then start the failover again (${file})` },
      );
    case 'continue':
      tools.log.warn(`${why}: the writer address ${provider.address ?? ''} was NOT removed there`);
      return outcomeOf([
        `${why}, so the writer address ${provider.address ?? ''} was not removed there: keep that host off the network, or ` +
          `${provider.byHand(host, 'release')}, before it comes back; as soon as it answers again: "${vipCommand('release', orig.host)}" on the manager host`,
      ]);
  }
}

/** The new master has all that could be saved: it takes the writes. */
export async function hardStart(request: Start, tools: Tools): Promise<Outcome> {
  const { orig, new: next, sshOptions } = request;
  return withRun(tools, { procedure: 'hard start', orig, next, sshOptions }, async (run) => {
    const host = run.host(next);
    const { address, worksWithoutHost, asksNetwork } = run.provider;
    const managed = address !== null;
    const first = managed && !worksWithoutHost ? whoElse(run, next) : Promise.resolve(null);
    // Both to their end, whatever becomes of the other.
    const [opened, closed] = await Promise.allSettled([run.server(next), closeOriginal(run, orig, next)]);
    if (closed.status === 'rejected') throw asFailure(closed.reason);
    if (opened.status === 'rejected') throw asFailure(opened.reason);
    const taken = managed && worksWithoutHost ? await takeFromOriginal(run, orig, closed.value) : [];
    // Where the network itself is asked, that takes a moment: it runs beside the step before.
    const elsewhere = !worksWithoutHost
      ? first
      : asksNetwork
        ? whoElse(run, next)
        : () => run.provider.answersElsewhere(host);
    if (closed.value.state === 'unknown' && asksNetwork && typeof elsewhere !== 'function')
      await refuseIfHeld(run, orig, elsewhere);
    const { leftToDo } = await run.steps([
      clearReadOnly(opened.value),
      ...(managed ? [assignWriterAddress(run.provider, host, elsewhere)] : []),
    ]);
    return outcomeOf([...closed.value.leftToDo, ...taken, ...leftToDo]);
  });
}

/**
 * Where the address can be taken away from a host without that host, it is, before another one takes writes: whatever
 * the dead master does then, clients do not reach it by the address.
 * @throws Failure `refused` when clients may be writing on the dead master by it
 */
async function takeFromOriginal(run: Run, orig: HostEnd, { state }: Original): Promise<LeftToDo> {
  const { provider } = run;
  const host = state === 'unknown' ? run.silentHost(orig) : run.host(orig);
  let isKnown = false;
  const isGone = async (): Promise<boolean> => {
    const held = await heldBy(provider, host).catch((error: unknown) => {
      // Who cannot tell may be able to act all the same; who does not answer at all would cost its time limit once
      // more, and `stop` has tried.
      if (asFailure(error).kind === 'deadline') throw error;
      return null;
    });
    isKnown = held === 'held' || held === 'partly';
    return held === 'nothing';
  };
  try {
    return (await run.steps([takeWriterAddress(provider, host, isGone)])).leftToDo;
  } catch (error) {
    const failure = asFailure(error);
    const policy = run.settings(orig).options.unreachable_master;
    const what = `the writer address ${provider.address ?? ''} could not be taken away from ${orig.host} (${errorLine(failure)})`;
    // Down, or read-only: nobody writes there. Fenced: it is off. Where nothing is known, the operator's policy says
    // whether to go on; where the service cannot keep the host from using the address, the network is asked next
    // whether it does.
    if (failure.kind === 'interrupted') throw failure;
    const isLeftOpen = provider.asksNetwork && failure.kind === 'refused';
    if (state !== 'unknown' || policy === 'fence' || (policy === 'continue' && (!isKnown || isLeftOpen))) {
      return [`${what}: keep that host off the network, or ${provider.byHand(host, 'release')}`];
    }
    throw new Failure(
      'refused',
      `${orig.host} does not answer, and ${what}: clients may be writing there, and there would be two masters`,
      { hint: `switch ${orig.host} off for certain, then start the failover again`, cause: error },
    );
  }
}

/**
 * A master that the manager cannot reach, while its address is answered for, may be alive and take writes on the other
 * side of a cut network.
 */
async function refuseIfHeld(run: Run, orig: HostEnd, elsewhere: Promise<string | null>): Promise<void> {
  const holder = await elsewhere.catch(() => null);
  if (holder === null) {
    run.tools.log.warn(
      `${orig.host} does not answer; nobody on the network has the writer address, so it is taken for dead`,
    );
    return;
  }
  throw new Failure(
    'refused',
    `${orig.host} does not answer this manager, but ${holder} answers for the writer address ${run.provider.address ?? ''}: clients may be writing there, and there would be two masters`,
    { hint: `switch ${orig.host} off for certain, then start the failover again` },
  );
}

/** Asked early, so that the answer is there when it is needed; a failure shows when the address is assigned. */
function whoElse(run: Run, next: MasterEnd): Promise<string | null> {
  const host = run.host(next);
  const answer = run.provider.holds(host).then((held) => (held ? null : run.provider.answersElsewhere(host)));
  answer.catch(() => undefined);
  return answer;
}

/** All that a failover needs on this master's side is in place. Changes nothing. */
export async function hardStatus(request: Stop, tools: Tools): Promise<Outcome> {
  const { orig, sshOptions } = request;
  return withRun(tools, { procedure: 'hard status', orig, next: null, sshOptions, record: 'none' }, async (run) => {
    await run.preflight(orig);
    if (run.provider.address !== null && !(await run.provider.holds(run.host(orig)))) {
      tools.log.warn(
        `${orig.host} is the master, but does not hold the writer address ${run.provider.address}: clients cannot reach it there`,
      );
    }
    return { kind: 'done' };
  });
}
