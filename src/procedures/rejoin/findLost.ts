// What a failover has lost, found out when the old master answers again. It is closed by then.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { lockedChange } from '../orders/liftOrder.ts';
import { changeOrders, update } from '../orders/standingOrders.ts';
import { lookAtCluster } from '../survey/surveyCluster.ts';
import { compare, keepDivergence } from './divergence.ts';
import { lookFirst } from './lookFirst.ts';
import { writeLost } from './lostWrites.ts';

export interface Lost {
  readonly lost: boolean;
  /** For a person. */
  readonly text: string;
}

/**
 * @param conf MHA's application file
 * @param host of the old master
 * @throws Failure where it cannot be known, `refused` while MHA is at work
 */
export async function findLost(conf: string, host: string, tools: Tools): Promise<Lost> {
  const known = await lookFirst({ conf, host }, tools);
  const { app, settings, cluster, master, order, plan } = known;
  const nothing = { lost: false, text: `${host} has nothing that ${master.hostname} lacks: no write is lost` };
  if (plan === null) return nothing;
  if (order === null) throw new Failure('refused', `no standing order says what the failover left on ${host}`);
  const difference = await lookAtCluster(app, settings, tools, (run) => compare(run, known, plan));
  if (difference.extra !== '') {
    return { lost: true, text: await keepDivergence(known, order, plan, difference, tools) };
  }
  await writeLost(cluster, order, 'nothing', tools);
  const compared = tools.clock.now().toISOString();
  await lockedChange(cluster, host, tools, () => changeOrders(tools, cluster, update(order.server, { compared })));
  return nothing;
}
