// A master that came back read-only: it has restarted, its configuration closes it, as it should, and nobody has opened
// it again.
import type { Tools } from '../../context/Context.ts';
import { isUnknown } from '../../errors/unknown.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { vipCommand } from '../../steps/byHand.ts';
import { readOrders } from '../orders/standingOrders.ts';
import { readJournal, runToUndo } from '../run/earlierRuns.ts';
import { whatIsAtWork } from './atWork.ts';
import { holdersOf, isDown, mastersOf, serverName, type ServerState, type Survey } from './surveyCluster.ts';

export interface WayToOpen {
  readonly text: string;
  /** The exact commands. */
  readonly hint: string;
}

/**
 * Null where anybody may be at work, a run has left something, an old master must stay closed, or any of it is not
 * known: then the way out is another.
 * @param cluster the helper's name of it
 */
export async function wayToOpen(
  app: ApplicationConfig,
  survey: Survey,
  cluster: string,
  tools: Tools,
): Promise<WayToOpen | null> {
  const master = closedMaster(survey);
  if (master === null) return null;
  const [runs, orders, atWork] = await Promise.all([
    readJournal(tools, cluster),
    readOrders(tools, cluster),
    whatIsAtWork(app, cluster, tools),
  ]);
  if (atWork !== null || isUnknown(runs) || runToUndo(runs) !== null) return null;
  return isUnknown(orders) || orders.standing.length > 0 ? null : howToOpen(app, survey, master);
}

/**
 * The one server that the others replicate from and that replicates from nobody, where none takes writes, for certain.
 * Null where anything is not known. Pure.
 */
export function closedMaster(survey: Pick<Survey, 'servers'>): ServerState | null {
  if (!survey.servers.every((state) => state.readOnly === true || isDown(state))) return null;
  const [master, ...more] = mastersOf(survey);
  if (master === undefined || more.length > 0) return null;
  const state = survey.servers.find(({ server }) => server === master);
  // A replica may wait for a minute before it connects again (MASTER_CONNECT_RETRY). One that does not run may also
  // follow a master that was replaced by one that is down now.
  const isEverybody = survey.servers.every(({ readOnly }) => readOnly === true);
  const followed = survey.servers.some(
    ({ source, replication }) => source === master && (isEverybody || replication?.running === true),
  );
  return state?.readOnly === true && state.replication === null && followed ? state : null;
}

/** @param state of closedMaster() */
export function howToOpen(app: ApplicationConfig, survey: Survey, { server }: ServerState): WayToOpen {
  const { hostname, port } = server;
  const open = `mysql -h ${hostname} -P ${port} -e "SET GLOBAL read_only=0"`;
  const assign = `; then ${vipCommand('assign', hostname, app.file)}`;
  const hasAddress = survey.address === null || holdersOf(survey).includes(hostname);
  return {
    text:
      `${serverName(server, app)}, which the others replicate from, is read-only: it has restarted, or somebody has ` +
      'closed it',
    hint: `if it is to take writes: ${open}${hasAddress ? '' : assign}`,
  };
}
