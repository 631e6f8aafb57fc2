// One look of the monitor at a cluster: who has the writer address, who takes writes, who replicates, where events run,
// who has what the master lacks. Over connections that are kept, within a limit. Changes nothing.
import type { HostSettings } from '../../config/options.ts';
import type { Log, Tools } from '../../context/Context.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { errantReplicas, type Errant } from '../survey/errant.ts';
import { eventsOnReplicas, type RunningEvents } from '../survey/runningEvents.ts';
import { lookAtCluster, survey, type Resolve, type Survey } from '../survey/surveyCluster.ts';

/** How long a host gets to connect, and to answer; and how long all of it may take. In s. */
const hostSeconds = 3;
const allSeconds = 8;

export interface Look {
  readonly app: ApplicationConfig;
  readonly survey: Survey;
  readonly events: readonly RunningEvents[];
  readonly errant: readonly Errant[];
}

const quiet: Log = { info: () => undefined, warn: () => undefined };

/** @param settings of the servers' hosts. @param tools with connections that are kept. Never rejects for a host */
export function lookAround(
  app: ApplicationConfig,
  settings: readonly HostSettings[],
  resolve: Resolve,
  tools: Tools,
): Promise<Look> {
  return lookAtCluster(app, settings.map(brief), { ...tools, log: quiet }, async (run) => {
    const seen = await survey(run, app, 'servers and address', { resolve });
    const [events, errant] = await Promise.all([eventsOnReplicas(run, seen), errantReplicas(run, seen)]);
    return { app, survey: seen, events, errant };
  });
}

/** The monitor looks often, and a host that hangs must not hold up the look at the others. */
function brief(settings: HostSettings): HostSettings {
  const { connect_timeout: connect, step_timeout: step, ...options } = settings.options;
  return {
    ...settings,
    options: {
      ...options,
      connect_timeout: Math.min(connect, hostSeconds),
      step_timeout: Math.min(step, hostSeconds),
      run_timeout: allSeconds,
    },
  };
}
