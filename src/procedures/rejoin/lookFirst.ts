// All that is known of an old master before anything is done with it. Changes nothing.
import { loadHostSettings } from '../../config/load.ts';
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { hostsOf, loadApplicationConfig } from '../../mha/applicationConfig.ts';
import { namedServer } from '../../mha/namedServer.ts';
import { readOrders, sameServer, type StandingOrder } from '../orders/standingOrders.ts';
import { whatIsAtWork } from '../survey/atWork.ts';
import { lookAtCluster, survey } from '../survey/surveyCluster.ts';
import type { Pair } from './divergence.ts';
import { masterToFollow } from './rejoinRules.ts';
import { rejoinPlan, type RejoinPlan } from './rejoinPlan.ts';

export interface Known extends Pair {
  /** Null: no failover has left one. */
  readonly order: StandingOrder | null;
  /** It replicates from the master already. */
  readonly follows: boolean;
  readonly isReadOnly: boolean;
  readonly plan: RejoinPlan | null;
}

/**
 * @param host HOST or HOST:PORT, as the application file has it
 * @throws Failure `refused` where it must not become a replica now, `config`, and others
 */
export async function lookFirst(
  { conf, host }: { readonly conf: string; readonly host: string },
  tools: Tools,
): Promise<Known> {
  const app = await loadApplicationConfig(conf, tools.files);
  for (const warning of app.warnings) tools.log.warn(warning);
  const server = namedServer(app, '', host);
  const hosts = hostsOf(app);
  const settings = await loadHostSettings(tools.places.configDirectory, hosts, tools.files, tools.log, app.name);
  const cluster = settings[0]?.cluster ?? '';
  const orders = await readOrders(tools, cluster);
  if (isUnknown(orders)) throw new Failure('environment', orders.unknown);
  const order = orders.standing.find((one) => sameServer(one, { host: server.hostname, port: server.port })) ?? null;
  const atWork = await whatIsAtWork(app, cluster, tools);
  return lookAtCluster(app, settings, tools, async (run) => {
    const seen = await survey(run, app, 'servers');
    const master = masterToFollow({ conf, server, survey: seen, atWork });
    const own = seen.servers.find((state) => state.server === server);
    const follows = own?.source === master && own.replication?.running === true && own.readOnly === true;
    const plan = follows ? null : await rejoinPlan(run, app, server, master, seen, order);
    return { app, settings, cluster, server, master, order, follows, isReadOnly: own?.readOnly === true, plan };
  });
}
