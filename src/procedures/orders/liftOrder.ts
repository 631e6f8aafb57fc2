// Changes of the record of standing orders outside of a run, and the end of an order.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import type { HostEnd } from '../../mha/request.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { orderProcedure, runLock, takeRunLock } from '../run/runLock.ts';
import { changeOrders, lift, readOrders, sameServer } from './standingOrders.ts';

/**
 * @param by whose word it is, for the record
 * @returns false where none stands for that server
 * @throws Failure `refused` while another run of the cluster is at work, `environment` when the record cannot be
 *   changed
 */
export function liftOrder(
  cluster: string,
  server: Pick<HostEnd, 'host' | 'port'>,
  by: string,
  tools: Tools,
): Promise<boolean> {
  return lockedChange(cluster, server.host, tools, async () => {
    const orders = await readOrders(tools, cluster);
    const stands = isUnknown(orders) || orders.standing.some((one) => sameServer(one, server));
    if (stands) await changeOrders(tools, cluster, lift(server, by, tools.clock.now().toISOString()));
    return stands;
  });
}

/**
 * Changes the record outside of a run.
 * @param host that it is about
 * @throws Failure `refused` while a run is at work
 */
export async function lockedChange<T>(
  cluster: string,
  host: string,
  tools: Tools,
  change: () => Promise<T>,
): Promise<T> {
  const { places } = tools;
  const lock = await takeRunLock(runLock(places, cluster), `"${orderProcedure}" of ${host}, pid ${places.pid}`, tools);
  if (lock.kind !== 'taken') {
    const why = lock.kind === 'held' ? `${lock.owner} is at work` : lock.why;
    throw new Failure('refused', `the standing order for ${host} was not changed: ${why}`, {
      hint: 'wait until that has ended, and try again',
    });
  }
  try {
    return await change();
  } finally {
    await lock.release();
  }
}
