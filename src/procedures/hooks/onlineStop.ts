// Planned switch, before MHA lets the new master catch up: when this returns, nobody writes on the original master any
// more.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { outcomeOf, type Outcome } from '../../mha/exitCodes.ts';
import type { MasterEnd, OnlineRequest } from '../../mha/request.ts';
import { isWorking, type Server, type Session } from '../../mysql/Server.ts';
import { stopEvents } from '../../steps/eventSteps.ts';
import { proveWritesEnded } from '../../steps/proveWritesEnded.ts';
import { setReadOnly } from '../../steps/readOnlySteps.ts';
import { drainSessions, terminateAll, terminateSessions } from '../../steps/sessionSteps.ts';
import { freezeWriterAddress, releaseWriterAddress } from '../../steps/writerAddressSteps.ts';
import type { Step } from '../../steps/Step.ts';
import type { Run } from '../run/openRun.ts';
import { openedLast } from '../run/earlierRuns.ts';
import { withRun } from '../run/withRun.ts';
import { ordersFirst } from './ordersFirst.ts';
import { refuseSwitchAfterFailover } from './secondFailover.ts';
import { refuseStuckApplier } from './stuckApplier.ts';

export async function onlineStop(request: OnlineRequest, tools: Tools): Promise<Outcome> {
  const { orig, new: next, sshOptions } = request;
  if (orig.host === next.host && orig.port === next.port) {
    throw new Failure('usage', `the original and the new master are both ${orig.host}:${orig.port}: nothing to switch`);
  }
  const conf = (await tools.connect.mhaCaller())?.conf ?? null;
  for (const line of await ordersFirst(orig.host, conf, 'the hook online stop', tools)) tools.log.warn(line);
  return withRun(tools, { procedure: 'online stop', orig, next, sshOptions, canWait: true }, async (run) => {
    const { options } = run.settings(orig);
    const graceMs = options.kill_after_timeout * 1000;
    // Everything is connected and looked at before the first change: what can't work must not begin.
    const [original, replica, , ready] = await Promise.all([
      run.server(orig),
      run.server(next),
      run.preflight(orig, next),
      run.keepReady(orig, next),
      refuseThirdHolder(run, request),
      // A program's first look at many sessions takes twice as long as the next, which says what is wrong.
      run
        .server(orig)
        .then((server) => server.clientSessions())
        .catch(() => undefined),
    ]);
    await refuseSecondSwitch(run, original, replica);
    await refuseSwitchAfterFailover(run, orig);
    await refuseStuckApplier(replica, tools);
    const terminate = (which: (session: Session) => boolean) => (): Promise<number> =>
      terminateAll(original, which, run.drainTools);
    const { leftToDo } = await run.steps([
      setReadOnly(replica, run.settings(next).options.super_read_only, null),
      ...(options.move_events ? [stopEvents(original)] : []),
      ...(run.provider.address === null ? [] : [options.freeze_connections ? freeze(run, orig) : release(run, orig)]),
      setReadOnly(original, options.super_read_only, {
        graceMs,
        terminateIdle: options.drain_idle_sessions ? null : terminate((session) => !isWorking(session)),
        terminateAll: terminate(() => true),
      }),
      drainSessions(original, { graceMs, includeIdle: options.drain_idle_sessions }, run.drainTools),
      terminateSessions(original, run.drainTools),
      proveWritesEnded(original, run.drainTools),
    ]);
    ready.keep();
    return outcomeOf(leftToDo);
  });
}

function release(run: Run, orig: MasterEnd): Step {
  return releaseWriterAddress(run.provider, run.host(orig));
}

function freeze(run: Run, orig: MasterEnd): Step {
  return freezeWriterAddress(run.provider, run.host(orig), (peers) => {
    run.drainTools.watch.frozen = new Set(peers);
  });
}

/**
 * The same call again, after the switch.
 * @throws Failure `refused` where it would close the only server that takes writes, or one of two masters
 */
async function refuseSecondSwitch(run: Run, original: Server, replica: Server): Promise<void> {
  const [before, after] = await Promise.all([original.readOnly(), replica.readOnly()]);
  if (after.readOnly) return;
  const who = before.readOnly
    ? `${original.label} is read-only and ${replica.label} takes writes already`
    : await secondMaster(run, original, replica);
  if (who === null) return;
  throw new Failure('refused', `${who}; nothing has been changed`, {
    hint: `set read_only=1 on ${replica.label} first if it is not the master`,
  });
}

/** Both take writes: a replica that nobody has closed, as many sites have them, is no master. */
async function secondMaster(run: Run, original: Server, replica: Server): Promise<string | null> {
  const both = `${original.label} and ${replica.label} take writes, and ${replica.label}`;
  const opened = openedLast(run.earlier);
  if (opened !== null && opened.host === run.request.next?.host)
    return `${both} was made the master by "${opened.run.procedure}" (${opened.run.startedAt})`;
  return (await replica.replication()) === null ? `${both} has no master` : null;
}

/**
 * The original master has the address, and must be the only one: asked from there, the network tells of another.
 * @throws Failure `refused` when a third host has it
 */
async function refuseThirdHolder(run: Run, { orig, new: next }: OnlineRequest): Promise<void> {
  const { address, asksNetwork } = run.provider;
  if (address === null || !asksNetwork) return;
  const asker = (await run.provider.holds(run.host(orig))) ? orig : next;
  const elsewhere = await run.provider.answersElsewhere(run.host(asker), 'once');
  if (elsewhere.kind === 'unknown') {
    run.tools.log.warn(`it is not known whether a third host has the writer address ${address}: ${elsewhere.why}`);
  }
  if (elsewhere.kind !== 'somebody') return;
  const what =
    `${elsewhere.who}, which is not ${asker.host}, answers for the writer address ${address}: it must not be ` +
    'on two hosts';
  throw new Failure('refused', `${what}; nothing has been changed`, {
    hint: 'find that host (ip neigh) and remove the address there first',
  });
}
