// The new master of a failover, when MHA has recovered all that could be saved: it takes the writes.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import { outcomeOf, type Outcome } from '../../mha/exitCodes.ts';
import type { HardRequest, HostEnd, MasterEnd } from '../../mha/request.ts';
import { startEvents } from '../../steps/eventSteps.ts';
import { healthPatience, seeHealth } from '../../steps/lastLooks.ts';
import { clearReadOnly } from '../../steps/readOnlySteps.ts';
import { assignWriterAddress, heldBy, takeWriterAddress, unlessUnknown } from '../../steps/writerAddressSteps.ts';
import { patienceMs, type Elsewhere, type LeftToDo } from '../../vip/Provider.ts';
import type { Run } from '../run/openRun.ts';
import { portFrom } from '../run/portFrom.ts';
import { withRun } from '../run/withRun.ts';
import { closeOriginal, type Original } from './closeOriginal.ts';
import { lookMeanwhile, remembered } from './lookAgain.ts';
import {
  completeOrder,
  orderOriginal,
  replicaFacts,
  whatWillCloseIt,
  withdrawOrder,
  type Ordered,
} from './orderOriginal.ts';
import { otherServers, refuseThirdMaster, refuseUnknownHolder } from './thirdMaster.ts';
import type { Early } from './untilCalled.ts';
import { reachedFrom, serverThatAnswers, whoAnswers } from './whoAnswers.ts';

type Start = Extract<HardRequest, { command: 'start' }>;

/** How long the new master is waited for, in ms: nobody else can be master, so as long as the run may take. */
const patience = { busy: 3_600_000, down: 30_000 };
/** The same for its host, when it is open. */
const hostMs = 60_000;

/**
 * The new master has all that could be saved: it takes the writes.
 * @param ready from before MHA's call
 */
export async function hardStart(request: Start, tools: Tools, ready: Early | null = null): Promise<Outcome> {
  const { orig, new: next, sshOptions } = request;
  return withRun(tools, { procedure: 'hard start', orig, next, sshOptions, ready }, async (run) => {
    const ordered = orderOriginal(run, orig, next);
    try {
      return await open(run, request, ordered, ready);
    } catch (error) {
      const given = await ordered;
      // Else the new master may have stayed open.
      if (asFailure(error).kind !== 'undo') await withdrawOrder(run, orig, given);
      throw error;
    }
  });
}

async function open(
  run: Run,
  { orig, new: next }: Start,
  ordered: Promise<Ordered>,
  ready: Early | null,
): Promise<Outcome> {
  const { tools } = run;
  const { address, worksWithoutHost, asksNetwork } = run.provider;
  const managed = address !== null;
  const end = endOfOriginal(run, orig);
  const { clock } = tools;
  const once = remembered(clock, () => run.provider.answersElsewhere(run.host(next), 'once'));
  const insist = remembered(clock, async () => {
    const wasAsked = end === 'silent' && (await ready?.insisted()) === true;
    return whoAnswers(run, orig, next, wasAsked ? 'once' : 'insist');
  });
  const known = remembered(clock, async () => (end === 'released' ? ((await ready?.elsewhere()) ?? once()) : once()));
  // Asked early, so that the answer is there when it is needed. Where the host did not answer `stop` it will decide.
  if (managed && asksNetwork) void (end === 'silent' ? insist() : known());
  const whoHasIt = managed && asksNetwork && end !== 'released' ? insist : null;
  // All to their end, whatever becomes of the others.
  const waiting = run.patientServer(next, patience).catch(asFailure);
  const { arrived, last, earlier } = await lookMeanwhile(clock, waiting, () =>
    Promise.all([
      closeOriginal(run, orig, next, whoHasIt).catch(asFailure),
      otherServers(run, 'failover', orig, next).catch(asFailure),
    ]),
  );
  const closing = earlier.flatMap(([before]) => orThrow(before).leftToDo);
  const { state, leftToDo: closed } = orThrow(last[0]);
  const opened = orThrow(arrived);
  const others = orThrow(last[1]);
  refuseThirdMaster(others, next);
  const taken = managed && worksWithoutHost ? await takeFromOriginal(run, orig, state) : [];
  const decides = state === 'unknown' && asksNetwork;
  if (decides) refuseIfHeld(run, orig, await insist());
  else if (managed && asksNetwork) await refuseUnknownHolder(others, () => serverThatAnswers(run, next, once), next);
  if (managed && asksNetwork && end !== 'released' && state === 'down') await refuseIfReached(run, orig, next, insist);
  if (!managed && state === 'down') await refuseIfAlive(run, orig, next);
  if (state === 'unknown') await tellOriginal(orig, tools);
  // It is known by now that nobody takes writes by the address.
  const elsewhere = unlessUnknown(decides ? insist : known, (line) => tools.log.warn(line));
  const [{ leftToDo: notOrdered }, facts] = await Promise.all([
    ordered,
    replicaFacts(opened),
    // For whoever must finish this if it is interrupted.
    run.leave.opening(() => opened.binlogPosition()),
  ]);
  const { changes, leftToDo } = await run.steps([
    clearReadOnly(opened),
    ...(managed
      ? [{ ...assignWriterAddress(run.provider, run.patientHost(next, hostMs), elsewhere), commits: true }]
      : []),
    ...(run.settings(next).options.move_events ? [startEvents(opened, null)] : []),
    seeHealth(next.host, () => run.patientNewServer(next, healthPatience)),
  ]);
  await completeOrder(run, orig, next, state, facts, changes);
  const hung = await hungOriginal(run, orig, state, end);
  return outcomeOf([...closing, ...closed, ...hung, ...notOrdered, ...taken, ...leftToDo]);
}

/**
 * Its host is not known to have lost the address, and refuses MySQL: nobody listens there, or a firewall is in between.
 * @throws Failure `refused` where somebody has or may have the address, and a server may be reached by it
 */
async function refuseIfReached(
  run: Run,
  { host, ip, port: ownPort }: HostEnd,
  next: MasterEnd,
  ask: () => Promise<Elsewhere>,
): Promise<void> {
  const answer = await ask();
  const address = run.provider.address ?? '';
  if (answer.kind === 'nobody') return;
  // Where nobody could ask for the address, the new master may be refused by the dead one as well.
  if (answer.kind === 'unknown' && (await portFrom(run, run.host(next), ip, ownPort)) === 'refused') return;
  const port = await reachedFrom(run, next, address);
  if (port === 'refused') return;
  const isOpen = port === 'open';
  const { options, file } = run.settings(next);
  const reach = isOpen
    ? `but ${next.host} reaches a server at the writer address ${address}`
    : `and it is not known whether a server can be reached at the writer address ${address} (${port.unknown})`;
  const what = `${host} refuses this manager, ${reach}`;
  if (!isOpen && options.unknown_holder === 'continue') {
    run.tools.log.warn(`${what}; going on, because the configuration says so (${file})`);
    return;
  }
  throw refusesManager(host, answer.kind === 'somebody' ? `${what}, and ${answer.who} has that` : what);
}

/**
 * Where clients are led by other means than an address of ours: what refuses this manager may be alive for everybody
 * else. @throws Failure `refused` where the new master's host reaches it
 */
async function refuseIfAlive(run: Run, orig: HostEnd, next: MasterEnd): Promise<void> {
  const port = await portFrom(run, run.host(next), orig.ip, orig.port);
  if (port === 'open')
    throw refusesManager(orig.host, `${orig.host} refuses this manager, but ${next.host} reaches it`);
  if (port !== 'refused')
    run.tools.log.warn(
      `${orig.host} refuses this manager, so it is taken for dead; what ${next.host} sees of it is not known ` +
        `(${port.unknown})`,
    );
}

function refusesManager(host: string, what: string): Failure {
  return new Failure('refused', `${what}: clients may be writing there, and there would be two masters`, {
    hint: `see whether a firewall rejects this manager on ${host}; switch ${host} off for certain if it is to be left`,
  });
}

/** From here on another server is opened: the old master may hear that, although nobody hears it. */
async function tellOriginal({ host }: HostEnd, { connect, log }: Tools): Promise<void> {
  if (!(await connect.sayLastWord())) return;
  log.warn(
    `${host} has been told to take no more writes, over a session of MHA's monitor from before; nobody knows whether ` +
      'it has heard that',
  );
}

function orThrow<T>(result: T | Failure): T {
  if (result instanceof Failure) throw result;
  return result;
}

type End = 'released' | 'silent' | 'unknown';

/**
 * What the run before this one found. `released`: the address is gone from the dead master's host, for certain.
 * `silent`: that host did not answer SSH.
 */
function endOfOriginal({ earlier }: Run, orig: HostEnd): End {
  const last = earlier.at(-1);
  if (last === undefined || last.origHost !== orig.host) return 'unknown';
  if (last.procedure === 'hard stop') return 'silent';
  return last.procedure === 'hard stopssh' && last.end?.outcome === 'done' ? 'released' : 'unknown';
}

/** Its host lives, and its mysqld does not answer and was not closed: it may wake and take writes. */
async function hungOriginal(run: Run, orig: HostEnd, state: Original['state'], end: End): Promise<LeftToDo> {
  if (state !== 'unknown' || end !== 'released') return [];
  const what = `mysqld on ${orig.host} does not answer, and is not known to be down`;
  return [
    `${what}: end it there (kill -9 where it hangs) before it wakes, because it may be writable; ` +
      `${run.provider.address === null ? '' : 'clients by the writer address do not reach it; '}` +
      (await whatWillCloseIt(run, orig)),
  ];
}

/**
 * Where the address can be taken away from a host without that host, it is, before another one takes writes: whatever
 * the dead master does then, clients do not reach it by the address.
 * @throws Failure `refused` when clients may be writing on the dead master by it
 */
async function takeFromOriginal(run: Run, orig: HostEnd, state: Original['state']): Promise<LeftToDo> {
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
    const address = `the writer address ${provider.address ?? ''}`;
    const what = `${address} could not be taken away from ${orig.host} (${errorLine(failure)})`;
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

/** A master that the manager cannot reach, while its address is answered for, may take writes beyond a cut network. */
function refuseIfHeld(run: Run, orig: HostEnd, elsewhere: Elsewhere): void {
  const address = run.provider.address ?? '';
  const { options, file } = run.settings(orig);
  const hint = `switch ${orig.host} off for certain, then start the failover again`;
  switch (elsewhere.kind) {
    case 'nobody': {
      const asked = `the network was asked for ${patienceMs.insist / 1000} s, and nobody has the writer address`;
      run.tools.log.warn(`${orig.host} does not answer; ${asked}: it is taken for dead`);
      return;
    }
    case 'somebody': {
      const somebody = `${elsewhere.who} answers for the writer address ${address}`;
      const what = `${orig.host} does not answer this manager, but ${somebody}`;
      throw new Failure('refused', `${what}: clients may be writing there, and there would be two masters`, { hint });
    }
    case 'unknown': {
      const doubt = `it is not known whether it still has the writer address ${address} (${elsewhere.why})`;
      const what = `${orig.host} does not answer this manager, and ${doubt}`;
      if (options.unreachable_master === 'fence' || options.unknown_holder === 'continue') {
        run.tools.log.warn(`${what}; going on, because the configuration says so (${file})`);
        return;
      }
      throw new Failure('refused', `${what}: there could be two masters`, {
        hint: `${hint}; unknown_holder = continue in ${file} would take such a master for dead`,
      });
    }
  }
}
