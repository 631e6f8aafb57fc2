// Standing orders of the last leader, into the record of this host: whoever leads next closes an old master that comes
// back, and `rejoin` needs to know where its log was.
import type { Tools } from '../../context/Context.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { lockedChange } from '../orders/liftOrder.ts';
import { mergeOrders } from '../orders/mergeOrders.ts';
import { changeOrders, readOrders, type Orders } from '../orders/standingOrders.ts';

/**
 * @param theirs null: it has not told
 * @returns what is to be told
 * @throws Failure `refused` while a run of the cluster is at work, `environment` when it cannot be written
 */
export async function takeOrders(cluster: string, theirs: Orders | null, tools: Tools): Promise<readonly string[]> {
  if (theirs === null) return ['the last leader has told nobody which old masters must stay closed'];
  const before = await readOrders(tools, cluster);
  // The monitor says so by itself, and closes nobody.
  if (isUnknown(before)) return [before.unknown];
  if (mergeOrders(before, theirs) === before) return [];
  return lockedChange(cluster, theirs.standing[0]?.server.host ?? cluster, tools, async () => {
    await changeOrders(tools, cluster, (mine) => mergeOrders(mine, theirs));
    const now = await readOrders(tools, cluster);
    return isUnknown(now)
      ? []
      : now.standing.map(({ server }) => `a standing order is taken over: ${server.host} must stay closed`);
  });
}
