// A failover leaves a standing order for the master that it leaves behind: that one may come back as it was.
import { errorLine } from '../../errors/message.ts';
import { isUnknown } from '../../errors/unknown.ts';
import type { HostEnd, MasterEnd } from '../../mha/request.ts';
import type { Server } from '../../mysql/Server.ts';
import { rejoinCommand } from '../../steps/byHand.ts';
import type { Change } from '../../steps/stepTools.ts';
import type { LeftToDo } from '../../vip/Provider.ts';
import { operatorsFile } from '../monitor/monitorFiles.ts';
import {
  changeOrders,
  giveOrder,
  newOrder,
  lift,
  readOrders,
  sameServer,
  update,
  withdraw,
  type StandingOrder,
} from '../orders/standingOrders.ts';
import { writeLost } from '../rejoin/lostWrites.ts';
import type { Run } from '../run/openRun.ts';
import type { Original } from './closeOriginal.ts';

export interface Ordered {
  /** What a person must know where it could not be recorded. */
  readonly leftToDo: LeftToDo;
  /** The order for the same server that stood before: of a failover that was killed, or of an earlier one. */
  readonly before: StandingOrder | null;
}

/** Before another server is opened, so that a hook that is killed leaves it. Never throws. */
export async function orderOriginal(run: Run, orig: HostEnd, next: MasterEnd): Promise<Ordered> {
  const { clock, connect } = run.tools;
  try {
    const caller = await connect.mhaCaller();
    const { host, ip, port, sshHost, sshIp, sshPort, sshUser } = orig;
    const ssh = Object.entries({ sshHost, sshIp, sshPort, sshUser }).filter(([, value]) => value !== undefined);
    const order = newOrder({
      server: { host, ip, port, ...(Object.fromEntries(ssh) as Partial<HostEnd>) },
      master: next.host,
      conf: caller?.conf == null ? null : await operatorsFile(caller.conf, run.tools),
      given: clock.now().toISOString(),
      caller: caller === null ? null : { pid: caller.pid, startTicks: caller.startTicks },
    });
    const before = await giveOrder(run.tools, clusterOf(run, orig), { ...order, fenced: fencedBefore(run, orig) });
    return { leftToDo: [], before };
  } catch (error) {
    const what = `that ${orig.host} must not take writes nor have the writer address could not be recorded`;
    const why = `${what} (${errorLine(error)}): nobody closes it by itself when it comes back`;
    return { leftToDo: [why], before: null };
  }
}

/** The run before this one has cut its host off: `hard stop`, or `hard stopssh` where the host had died meanwhile. */
function fencedBefore({ earlier }: Run, { host }: HostEnd): NonNullable<StandingOrder['fenced']> | null {
  const last = earlier.at(-1);
  const step = last?.steps.find(({ id, state }) => id === `fence:${host}` && state === 'done');
  return step === undefined ? null : { at: step.endedAt ?? step.at, by: last?.procedure ?? '' };
}

/** The failover did not happen. */
export async function withdrawOrder(run: Run, orig: HostEnd, { before }: Ordered): Promise<void> {
  await change(run, orig, withdraw(orig, before));
}

export type ReplicaFacts = Required<Pick<StandingOrder, 'executed' | 'semiSynchronous'>>;

/**
 * What is known when the new master is open.
 * @param facts of that, as it was a replica
 * @param changes of the run, which have its own binary log's position
 */
export async function completeOrder(
  run: Run,
  orig: HostEnd,
  next: MasterEnd,
  left: Original['state'],
  facts: ReplicaFacts,
  changes: readonly Change[],
): Promise<void> {
  const { before } = changes.find(({ step }) => step.id.startsWith('clear-read-only:')) ?? {};
  const text = (name: string): string | null => {
    const value = before?.[name];
    return typeof value === 'string' ? value : null;
  };
  const more = { left, ...facts, position: text('position'), gtid: text('gtid') };
  await change(run, orig, update(orig, more));
  await noteLost(run, orig);
  await liftFromMaster(run, next);
}

/** For programs: what is lost is known as soon as the old master can be read. */
async function noteLost(run: Run, orig: HostEnd): Promise<void> {
  try {
    const cluster = clusterOf(run, orig);
    const orders = await readOrders(run.tools, cluster);
    const order = isUnknown(orders) ? undefined : orders.standing.find((one) => sameServer(one, orig));
    if (order !== undefined) await writeLost(cluster, order, null, run.tools);
  } catch (error) {
    run.tools.log.warn(errorLine(error));
  }
}

/** A server that MHA has made the master is no old master any more. */
export async function liftFromMaster(run: Run, next: HostEnd): Promise<void> {
  await change(run, next, lift(next, 'the hooks, which made it the master', run.tools.clock.now().toISOString()));
}

async function change(run: Run, end: HostEnd, what: Parameters<typeof changeOrders>[2]): Promise<void> {
  await changeOrders(run.tools, clusterOf(run, end), what).catch((error: unknown) => {
    run.tools.log.warn(errorLine(error));
  });
}

function clusterOf(run: Run, end: HostEnd): string {
  return run.settings(end).cluster;
}

/** What closes a server that does not answer now, for the sentence of what is left to do. */
export async function whatWillCloseIt(run: Run, orig: HostEnd): Promise<string> {
  const caller = await run.tools.connect.mhaCaller();
  const conf = caller?.conf == null ? undefined : await operatorsFile(caller.conf, run.tools);
  return (
    `as soon as it answers again, mha-helper monitor closes it where that runs, ` +
    `else "${rejoinCommand(orig.host, conf)}" on the manager host`
  );
}

/** What the new master was as a replica; what could not be asked is not known. */
export async function replicaFacts(server: Server): Promise<ReplicaFacts> {
  const executed = (await server.replication().catch(() => null))?.executed ?? null;
  return { executed, semiSynchronous: await server.semiSynchronousReplica().catch(() => null) };
}
