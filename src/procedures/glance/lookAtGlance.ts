// Looks at one cluster: its servers and hosts, MHA's manager, the hooks' record, all at once. Changes nothing.
import { loadHostSettings } from '../../config/load.ts';
import type { HostSettings } from '../../config/options.ts';
import type { DaemonTools, Tools } from '../../context/Context.ts';
import { errorLine, ifAny } from '../../errors/message.ts';
import {
  type ApplicationConfig,
  applicationName,
  hostsOf,
  loadApplicationConfig,
} from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { ReadOnly } from '../../mysql/Server.ts';
import { whyUnknown } from '../address/moveAddress.ts';
import { holdingWord } from '../address/showAddress.ts';
import { elsewhereText } from '../managers/recordsElsewhere.ts';
import { clusterStatus } from '../monitor/monitorStatus.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { readOrders } from '../orders/standingOrders.ts';
import { readJournal } from '../run/earlierRuns.ts';
import type { Run } from '../run/openRun.ts';
import { failoverOfManager, runOfHooks } from '../survey/atWork.ts';
import { wayToOpen } from '../survey/closedMaster.ts';
import {
  holdingOf,
  isDown,
  isOpenMaster,
  lookAtCluster,
  serverName,
  survey,
  type ServerState,
  type Survey,
} from '../survey/surveyCluster.ts';
import { errantReplicas } from '../survey/errant.ts';
import { eventsOnReplicas } from '../survey/runningEvents.ts';
import { attentionOf } from '../switch/attention.ts';
import { describeServer } from '../switch/summary.ts';
import type { Glance, GlanceServer } from './Glance.ts';
import { notAsItMustBe } from './notAsItMustBe.ts';
import { runsAtGlance } from './runsAtGlance.ts';
import { whatIsApart } from './whatIsApart.ts';

/** Never rejects: what could not be found out is said in `attention`. @param conf MHA's application file */
export async function lookAtGlance(conf: string, outside: Tools, daemon: DaemonTools): Promise<Glance> {
  // What is wrong with a file is for `check` to say; here it would be said at each look.
  const tools: Tools = { ...outside, log: { info: () => undefined, warn: () => undefined } };
  const at = tools.clock.now().toISOString();
  const trouble: string[] = [];
  const note = (error: unknown): null => {
    trouble.push(errorLine(error));
    return null;
  };
  const monitored = clusterStatus(conf, tools, daemon).catch(note);
  const app = await loadApplicationConfig(conf, tools.files).catch(note);
  const settings = app === null ? [] : ((await settingsOf(app, tools).catch(note)) ?? []);
  const cluster = settings[0]?.cluster ?? '';
  const [monitor, runs, orders, hook, failover, seen] = await Promise.all([
    monitored,
    readJournal(tools, cluster),
    readOrders(tools, cluster),
    runOfHooks(cluster, tools),
    app === null ? null : failoverOfManager(app, tools),
    app === null || settings.length === 0 ? null : look(app, settings, tools).catch(note),
  ]);
  const found = runsAtGlance(cluster === '' ? [] : runs, hook, isUnknown(orders) ? [] : orders.lifted);
  const open = app === null || seen === null ? null : await wayToOpen(app, seen.survey, cluster, tools);
  const servers =
    app === null || seen === null
      ? []
      : [
          ...(open === null ? [] : [`${open.text}${ifAny('; ', elsewhereText(monitor?.managers))}; ${open.hint}`]),
          ...attentionOf({ app, survey: seen.survey, dead: null, atWork: failover ?? hook }),
          // What a failover or a hook is about to change is not judged.
          ...((failover ?? hook) === null ? seen.apart : []),
          ...app.servers.flatMap((server) => whyUnknown(seen.survey, server) ?? []),
        ];
  return {
    cluster: applicationName(conf),
    conf,
    helperCluster: settings[0]?.cluster ?? null,
    at,
    attention: notAsItMustBe({ conf, servers: [...new Set([...trouble, ...servers])], runs: found, monitor }),
    address: seen?.survey.address ?? null,
    vipType: settings[0]?.options.vip_type ?? null,
    servers: seen?.servers ?? [],
    monitor,
    runs: found,
  };
}

function settingsOf(app: ApplicationConfig, tools: Tools): Promise<readonly HostSettings[]> {
  const hosts = hostsOf(app);
  return loadHostSettings(tools.places.configDirectory, hosts, tools.files, tools.log, app.name);
}

interface Look {
  readonly survey: Survey;
  readonly servers: readonly GlanceServer[];
  /** Of replicas, one line each: what they write or have that the master lacks. */
  readonly apart: readonly string[];
}

function look(app: ApplicationConfig, settings: readonly HostSettings[], tools: Tools): Promise<Look> {
  return lookAtCluster(app, settings, tools, async (run) => {
    const seen = await survey(run, app, 'servers and address');
    const [servers, events, errant] = await Promise.all([
      Promise.all(seen.servers.map((state) => serverAtGlance(run, state, seen, app))),
      eventsOnReplicas(run, seen),
      errantReplicas(run, seen),
    ]);
    return { survey: seen, servers, apart: whatIsApart(app, events, errant) };
  });
}

async function serverAtGlance(
  run: Run,
  state: ServerState,
  seen: Survey,
  app: ApplicationConfig,
): Promise<GlanceServer> {
  const { server, readOnly, replication, source } = state;
  const name = (one: typeof server): string => serverName(one, app);
  const { flags, ...details } = state.failure === null ? await detailsOf(run, state) : unknownDetails;
  return {
    host: server.hostname,
    port: server.port,
    role: roleOf(state, seen),
    readOnly,
    superReadOnly: flags?.superReadOnly ?? null,
    holdsAddress: holdingWord(holdingOf(seen, server.hostname)),
    replicatesFrom: source === null ? (replication?.sourceHost ?? null) : name(source),
    replicationRuns: replication?.running ?? null,
    secondsBehind: replication?.secondsBehind ?? null,
    ...details,
    text: describeServer(state, name),
  };
}

export function roleOf(state: ServerState, seen: Survey): GlanceServer['role'] {
  if (state.failure !== null) return isDown(state) ? 'down' : 'silent';
  if (isOpenMaster(seen, state)) return 'master';
  return state.replication === null ? 'alone' : 'replica';
}

interface Details extends Pick<GlanceServer, 'version' | 'gtid' | 'position' | 'eventScheduler' | 'enabledEvents'> {
  readonly flags: ReadOnly | null;
}

const unknownDetails: Details = {
  flags: null,
  version: null,
  gtid: null,
  position: null,
  eventScheduler: null,
  enabledEvents: null,
};

/** MHA's user may lack a right for one of them: that one is not known then. */
async function detailsOf(run: Run, { server }: ServerState): Promise<Details> {
  const end = endOf(server);
  const known = async <T>(answer: Promise<T>): Promise<T | null> => answer.catch(() => null);
  try {
    const connection = await run.openServer(end, run.settings(end).options.connect_timeout * 1000);
    const flags = await known(connection.readOnly());
    const events = await known(connection.scheduledEvents());
    return {
      flags,
      version: connection.version,
      gtid: await known(connection.gtidPosition()),
      position: await known(connection.binlogPosition()),
      eventScheduler: await known(connection.eventScheduler()),
      enabledEvents: events?.filter(({ status }) => status === 'enabled').length ?? null,
    };
  } catch {
    // It has answered a moment ago: the survey's word stands.
    return unknownDetails;
  }
}
