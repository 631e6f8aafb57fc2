// The end of a standing order.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import type { HostEnd } from '../../mha/request.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { runLock } from '../run/runLock.ts';
import { changeOrders, lift, readOrders, sameServer } from './standingOrders.ts';

/**
 * @param by whose word it is, for the record
 * @returns false where none stands for that server
 * @throws Failure `refused` while another run of the cluster is at work, `environment` when the record cannot be changed
 */
export async function liftOrder(
  cluster: string,
  server: Pick<HostEnd, 'host' | 'port'>,
  by: string,
  tools: Tools,
): Promise<boolean> {
  const { clock, locks, places } = tools;
  const lock = await locks.take(runLock(places, cluster), `"order lift" of ${server.host}, pid ${places.pid}`);
  if (lock.kind !== 'taken') {
    const why = lock.kind === 'held' ? `${lock.owner} is at work` : lock.why;
    throw new Failure('refused', `the standing order for ${server.host} was not lifted: ${why}`, {
      hint: 'wait until that has ended, and try again',
    });
  }
  try {
    const orders = await readOrders(tools, cluster);
    const stands = !isUnknown(orders) && orders.standing.some((one) => sameServer(one, server));
    if (stands || isUnknown(orders)) {
      await changeOrders(tools, cluster, lift(server, by, clock.now().toISOString()));
    }
    return stands;
  } finally {
    await lock.release();
  }
}
