// What MHA asks before it begins to monitor.
import type { Tools } from '../../context/Context.ts';
import type { Outcome } from '../../mha/exitCodes.ts';
import type { HardRequest } from '../../mha/request.ts';
import { withRun } from '../run/withRun.ts';
import { ordersFirst } from './ordersFirst.ts';

type Status = Exclude<HardRequest, { command: 'start' }>;

/** All that a failover needs on this master's side is in place. Changes nothing but what a standing order says. */
export async function hardStatus(request: Status, tools: Tools): Promise<Outcome> {
  const { orig, sshOptions } = request;
  const conf = (await tools.connect.mhaCaller())?.conf ?? null;
  for (const line of await ordersFirst(orig.host, conf, 'the hook hard status', tools)) tools.log.warn(line);
  return withRun(tools, { procedure: 'hard status', orig, next: null, sshOptions, record: 'none' }, async (run) => {
    await run.preflight(orig);
    if (run.provider.address !== null && !(await run.provider.holds(run.host(orig)))) {
      tools.log.warn(
        `${orig.host} is the master, but does not hold the writer address ${run.provider.address}: clients ` +
          'cannot reach it there',
      );
    }
    return { kind: 'done' };
  });
}
