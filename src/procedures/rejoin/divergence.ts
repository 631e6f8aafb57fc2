// What an old master alone has, found out and kept: for `rejoin`, and for the monitor when it has closed one.
import type { HostSettings } from '../../config/options.ts';
import type { Tools } from '../../context/Context.ts';
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import { lockedChange } from '../orders/liftOrder.ts';
import { changeOrders, update, type StandingOrder } from '../orders/standingOrders.ts';
import type { Run } from '../run/openRun.ts';
import { lookAtCluster } from '../survey/surveyCluster.ts';
import { compareServers, type Difference } from './compareServers.ts';
import { countedText } from './divergenceText.ts';
import { acknowledgedText, writeLost } from './lostWrites.ts';
import type { RejoinPlan } from './rejoinPlan.ts';
import { saveDivergence } from './saveDivergence.ts';

export interface Pair {
  readonly app: ApplicationConfig;
  readonly settings: readonly HostSettings[];
  readonly cluster: string;
  /** The old master. */
  readonly server: ApplicationServer;
  readonly master: ApplicationServer;
}

/** @throws Failure `refused` where that cannot be known, and where the master has no more what the old one needs */
export async function compare(
  run: Run,
  { server, master }: Pick<Pair, 'server' | 'master'>,
  plan: Pick<RejoinPlan, 'follows' | 'recovered'>,
): Promise<Difference> {
  const [old, next] = await Promise.all([run.openReplica(endOf(server)), run.openReplica(endOf(master))]);
  return compareServers(old, next, plan.follows, plan.recovered);
}

/**
 * Saves what the old master alone has, and notes it in its order.
 * @returns for a person: what it has, and where that is
 */
export async function keepDivergence(
  { app, settings, cluster, server, master }: Pair,
  order: StandingOrder,
  plan: RejoinPlan,
  difference: Difference,
  tools: Tools,
): Promise<string> {
  const { counted, where } = await lookAtCluster(app, settings, tools, async (run) =>
    saveDivergence(run, await run.openReplica(endOf(server)), server, plan.follows, difference),
  );
  const lost = await writeLost(cluster, order, { which: difference.extra, counted, kept: where }, tools);
  const has = `${server.hostname} has what ${master.hostname} lacks (${difference.extra})`;
  const what = counted === null ? 'not read' : countedText(counted);
  const places = `${where.join('; ')}; ${lost} for programs`;
  const divergence = `${has}: ${what}; ${places}; ${acknowledgedText(order)}`;
  await lockedChange(cluster, server.hostname, tools, () =>
    changeOrders(tools, cluster, update(order.server, { divergence })),
  );
  return divergence;
}
