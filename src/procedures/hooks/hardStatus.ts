// What MHA asks before it begins to monitor.
import type { Tools } from '../../context/Context.ts';
import type { Outcome } from '../../mha/exitCodes.ts';
import type { HardRequest } from '../../mha/request.ts';
import { withRun } from '../run/withRun.ts';

type Status = Exclude<HardRequest, { command: 'start' }>;

/** All that a failover needs on this master's side is in place. Changes nothing. */
export async function hardStatus(request: Status, tools: Tools): Promise<Outcome> {
  const { orig, sshOptions } = request;
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
