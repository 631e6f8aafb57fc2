// A hook that is called while nobody waits for it carries out the standing orders of its cluster.
import type { Tools } from '../../context/Context.ts';
import { loadHostSettings } from '../../config/load.ts';
import { mysqlTls } from '../../config/mysqlTls.ts';
import { errorLine } from '../../errors/message.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { applicationName, loadApplicationConfig } from '../../mha/applicationConfig.ts';
import { carryOutOrder, endOfOrder } from '../orders/carryOutOrder.ts';
import { nextStep } from '../orders/describeOrders.ts';
import { readOrders } from '../orders/standingOrders.ts';

/** How long an old master gets to answer, in ms: most are still gone. */
const lookMs = 500;

/**
 * Never throws.
 * @param host of the cluster
 * @param conf MHA's application file; null where MHA does not tell
 * @param by who carries them out, for the record
 * @returns a line for each old master that answers and was not closed
 */
export async function ordersFirst(
  host: string,
  conf: string | null,
  by: string,
  tools: Tools,
): Promise<readonly string[]> {
  try {
    const called = conf === null ? null : applicationName(conf);
    const [settings] = await loadHostSettings(tools.places.configDirectory, [host], tools.files, tools.log, called);
    const cluster = settings?.cluster ?? '';
    const orders = await readOrders(tools, cluster);
    if (isUnknown(orders)) return [`it is not known which old masters must be closed: ${orders.unknown}`];
    if (orders.standing.length === 0 || conf === null) return [];
    const app = await loadApplicationConfig(conf, tools.files);
    const results = await Promise.all(
      orders.standing.map(async (order) => {
        const { user, password, ip, port } = endOfOrder(order, app);
        const label = order.server.host;
        const tls = settings && mysqlTls(settings.options);
        const answers = await tools.connect.mysql({ label, host: ip, port, user, password, tls }, lookMs).then(
          (connection) => connection.close().then(() => true),
          () => false,
        );
        return answers ? { order, result: await carryOutOrder(order, app, cluster, by, tools) } : null;
      }),
    );
    return results.flatMap((one) => {
      if (one === null) return [];
      const { order, result } = one;
      if (result.kind !== 'refused' && result.kind !== 'failed') return [];
      const next = nextStep({ ...order, refusal: result.why });
      return [`${order.server.host}, the old master, is back, and was not closed: ${result.why}; ${next}`];
    });
  } catch (error) {
    return [errorLine(error)];
  }
}
