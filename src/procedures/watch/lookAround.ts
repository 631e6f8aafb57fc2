// One look of the monitor at a cluster: who has the writer address, who takes writes, who replicates, where events run,
// who has what the master lacks. Over connections that are kept, within a limit. Changes nothing.
import type { HostSettings } from '../../config/options.ts';
import type { Log, Tools } from '../../context/Context.ts';
import { unknownBecause, type Unknown } from '../../errors/unknown.ts';
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { Run } from '../run/openRun.ts';
import { errantReplicas, type Errant } from '../survey/errant.ts';
import { lookAtCluster, survey, type Resolve, type ServerState, type Survey } from '../survey/surveyCluster.ts';

/** How long a host gets to connect, and to answer; and how long all of it may take. In s. */
const hostSeconds = 3;
const allSeconds = 8;

/** The events of one server that run there. */
export interface RunningEvents {
  readonly server: ApplicationServer;
  readonly names: readonly string[] | Unknown;
}

export interface Look {
  readonly app: ApplicationConfig;
  readonly survey: Survey;
  /** Of the servers that are read-only replicas, and whose events mha-helper moves. */
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
    const replicas = seen.servers.filter(({ readOnly, replication }) => readOnly === true && replication !== null);
    const [events, errant] = await Promise.all([
      Promise.all(replicas.map((state) => runningEvents(run, state))),
      errantReplicas(run, seen),
    ]);
    return { app, survey: seen, events: events.flat(), errant };
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

async function runningEvents(run: Run, { server }: ServerState): Promise<readonly RunningEvents[]> {
  const end = endOf(server);
  if (!run.settings(end).options.move_events) return [];
  try {
    const connection = await run.openServer(end);
    if ((await connection.eventScheduler()) !== 'ON') return [{ server, names: [] }];
    const events = await connection.scheduledEvents();
    const enabled = events.filter(({ status }) => status === 'enabled');
    return [{ server, names: enabled.map(({ schema, name }) => `${schema}.${name}`) }];
  } catch (error) {
    return [{ server, names: unknownBecause(error) }];
  }
}
