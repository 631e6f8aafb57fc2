// Servers that have what the master lacks, and old masters that must stay closed.
import type { Tools } from '../../context/Context.ts';
import type { HostSettings } from '../../config/options.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { describeOrders } from '../orders/describeOrders.ts';
import { readOrders } from '../orders/standingOrders.ts';
import { consequence, errantText, excludes, lookBy, type Errant } from '../survey/errant.ts';
import { failed, warning, type Body } from './CheckLine.ts';

export function errantLines(app: ApplicationConfig, errant: readonly Errant[]): readonly Body[] {
  return errant.map((one) => {
    const text = errantText(one);
    if (typeof one.extra !== 'string') return warning(text);
    if (one.server.noMaster) return warning(`${text}; it is no candidate (no_master)`);
    const { hostname } = one.server;
    if (!excludes(one)) return warning(`${text}: ${consequence(one)}; ${lookBy(hostname)}`);
    const hint = `rebuild ${hostname} from a copy of ${one.master.hostname}, or set no_master=1 for it in ${app.file}`;
    return failed('refused', `${text}: ${consequence(one)}`, hint);
  });
}

/** What a failover has left to do; it stays until it is done. */
export async function orderLines(settings: readonly HostSettings[], tools: Tools): Promise<readonly Body[]> {
  const [first] = settings;
  if (first === undefined) return [];
  return describeOrders(await readOrders(tools, first.cluster)).map((line) => warning(line));
}
