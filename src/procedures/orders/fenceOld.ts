// With fencing configured, an old master that comes back and takes writes is cut off before anything else is done about
// it. It is closed at the same time: a power switch takes longer than a server.
import { loadHostSettings } from '../../config/load.ts';
import type { Tools } from '../../context/Context.ts';
import { errorLine } from '../../errors/message.ts';
import { fence, fenceMs } from '../hooks/fence.ts';
import { quiet } from '../survey/clusterTls.ts';
import { lockedChange } from './liftOrder.ts';
import { changeOrders, update, type StandingOrder } from './standingOrders.ts';

/** `not configured`: nothing was begun. */
export type FenceResult =
  | { readonly kind: 'not configured' }
  | { readonly kind: 'off'; readonly said: string }
  | { readonly kind: 'failed'; readonly why: string };

/**
 * Never throws. Once for each order: whoever switches the host on again after that wants it back, and it is closed then
 * as any other.
 * @param called MHA's name of the cluster
 * @param cluster the helper's name of it
 */
export async function fenceOld(
  order: StandingOrder,
  called: string,
  cluster: string,
  by: string,
  tools: Tools,
): Promise<FenceResult> {
  const { server } = order;
  const { clock, connect, files, log, places } = tools;
  try {
    const [settings] = await loadHostSettings(places.configDirectory, [server.host], files, quiet, called);
    const isDue = settings?.options.unreachable_master === 'fence' && order.fenced == null;
    if (!isDue) return { kind: 'not configured' };
    const said = await fence(server, settings, connect.local, fenceMs);
    const fenced = { at: clock.now().toISOString(), by };
    await lockedChange(cluster, server.host, tools, () =>
      changeOrders(tools, cluster, update(server, { fenced })),
    ).catch((error: unknown) => log.warn(errorLine(error)));
    return { kind: 'off', said };
  } catch (error) {
    return { kind: 'failed', why: errorLine(error) };
  }
}
