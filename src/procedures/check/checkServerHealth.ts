// What of a server's present state would be in the way of a failover or a switch: asked now, because MHA says it only
// then, when nobody is master. Each rule looks at one thing.
import { isUnknown, unknownBecause, type Unknown } from '../../errors/unknown.ts';
import { endOf } from '../../mha/masterEnd.ts';
import { serverHealth, type ServerHealth } from '../../mysql/serverHealth.ts';
import type { ScheduledEvent, Server, Session } from '../../mysql/Server.ts';
import type { Run } from '../run/openRun.ts';
import { isOpenMaster, type ServerState, type Survey } from '../survey/surveyCluster.ts';
import { failed, warning, type Body } from './CheckLine.ts';

export interface SeenServer {
  readonly state: ServerState;
  /** It takes the writes as the master. */
  readonly isMaster: boolean;
  readonly health: ServerHealth | Unknown;
  readonly sessions: readonly Session[] | Unknown;
  readonly lock: 'free' | 'locked' | Unknown;
  /** `file:position` of the binary log of the master; null: it has none, or is not asked. */
  readonly position: string | null;
  /** Those that are enabled, where the scheduler runs. */
  readonly events: readonly ScheduledEvent[] | Unknown;
}

/** Of the servers that answer. Never rejects */
export function lookAtServers(run: Run, survey: Survey): Promise<readonly SeenServer[]> {
  return Promise.all(
    survey.servers.filter(({ failure }) => failure === null).map((state) => lookAtServer(run, state, survey)),
  );
}

async function lookAtServer(run: Run, state: ServerState, survey: Survey): Promise<SeenServer> {
  const end = endOf(state.server);
  const isMaster = isOpenMaster(survey, state);
  const asked = run.openReplica(end).then(serverHealth).catch(unknownBecause);
  const opened = run.openServer(end).catch(unknownBecause);
  const ask = async <T>(question: (server: Server) => Promise<T>): Promise<T | Unknown> => {
    const server = await opened;
    return isUnknown(server) ? server : question(server).catch(unknownBecause);
  };
  return {
    state,
    isMaster,
    health: await asked,
    // One after the other: it is one connection, and the question for the lock may wait for a second.
    position: isMaster ? knownOr(await ask((server) => server.binlogPosition()), null) : null,
    sessions: await ask((server) => server.clientSessions()),
    events: await ask(async (server) =>
      (await server.eventScheduler()) === 'ON'
        ? (await server.scheduledEvents()).filter(({ status }) => status === 'enabled')
        : [],
    ),
    lock: await ask((server) => server.globalLock()),
  };
}

function knownOr<T, E>(answer: T | Unknown, otherwise: E): T | E {
  return isUnknown(answer) ? otherwise : answer;
}

type Rule = (seen: SeenServer) => Body | null;

const rules: readonly Rule[] = [
  writingEvents,
  globalLock,
  waitingApplier,
  longUpdates,
  longQueries,
  connections,
  silentSource,
  notAsked,
];

export function serverLines(seen: SeenServer): readonly Body[] {
  return rules.flatMap((rule) => rule(seen) ?? []);
}

/** read_only does not hold back an event whose definer has SUPER, and replication does not bring those of a replica. */
function writingEvents({ state, isMaster, events }: SeenServer): Body | null {
  if (isMaster || state.readOnly !== true || isUnknown(events) || events.length === 0) return null;
  const names = events.map(({ schema, name }) => `${schema}.${name}`).join(', ');
  return failed(
    'refused',
    `it is read-only and runs events, which may write here alone: ${names}`,
    'SET GLOBAL event_scheduler=OFF there, and ALTER EVENT ... DISABLE ON SLAVE (ON REPLICA) with sql_log_bin=0',
  );
}

function globalLock({ lock, isMaster }: SeenServer): Body | null {
  if (lock !== 'locked') return null;
  const so = isMaster
    ? 'nobody can write, and a switch would wait'
    : 'it applies nothing, and a switch to it would wait';
  return warning(
    `a session holds its global read lock (FLUSH TABLES WITH READ LOCK, a backup?): ${so}`,
    'wait until that has ended, or end it (SHOW FULL PROCESSLIST)',
  );
}

function waitingApplier({ state, lock }: SeenServer): Body | null {
  const applier = state.replication?.applier ?? '';
  if (lock === 'locked' || !/waiting for .*(?:lock|backup)/i.test(applier)) return null;
  return warning(`its applier is "${applier}": it cannot become the master`, 'see SHOW FULL PROCESSLIST there');
}

/** MHA's limits, in s (MasterRotate.pm, g_running_updates_limit + 1 and g_running_seconds_limit). */
const updateLimit = 2;
const queryLimit = 10;

/** What MHA counts on the old master of a planned switch (DBHelper.pm, get_threads_util). */
function longUpdates({ isMaster, sessions }: SeenServer): Body | null {
  const long = isMaster ? busy(sessions, updateLimit).filter(({ statement }) => !isReading(statement)) : [];
  if (long.length === 0) return null;
  const what = `${listed(long)} write or change for ${updateLimit} s or more: MHA refuses a planned switch meanwhile`;
  return warning(what, 'wait until they have ended');
}

/** And on the new one, where it counts reading too. */
function longQueries({ state, isMaster, sessions }: SeenServer): Body | null {
  const long = isMaster || state.server.noMaster ? [] : busy(sessions, queryLimit);
  if (long.length === 0) return null;
  const what = `${listed(long)} run for ${queryLimit} s or more: MHA refuses to switch to this server meanwhile`;
  return warning(what, 'wait until they have ended, or switch to another one');
}

function busy(sessions: SeenServer['sessions'], seconds: number): readonly Session[] {
  if (isUnknown(sessions)) return [];
  return sessions.filter((one) => one.seconds >= seconds && one.command !== 'Sleep' && one.command !== 'Connect');
}

function isReading(statement: string | null): boolean {
  return /^\s*(?:select|show)/i.test(statement ?? '');
}

/** Never with the statement, which may hold what nobody else may read. */
function listed(sessions: readonly Session[]): string {
  const some = sessions.slice(0, 3).map(({ id, user, seconds }) => `${id} of ${user} (${seconds} s)`);
  const more = sessions.length > some.length ? ` and ${sessions.length - some.length} more` : '';
  return `${sessions.length === 1 ? 'session' : 'sessions'} ${some.join(', ')}${more}`;
}

/** MHA, the hooks and the replicas need some, above all at the new master. */
const sparePart = 0.1;
const spareLeast = 5;

function connections({ health }: SeenServer): Body | null {
  if (isUnknown(health)) return null;
  const { connections: taken, maxConnections: most } = health;
  if (most === 0 || most - taken >= Math.max(spareLeast, most * sparePart)) return null;
  return warning(
    `${taken} of ${most} connections are taken: MHA and the hooks may be refused`,
    'see who holds them (SHOW PROCESSLIST), or raise max_connections',
  );
}

/** The default of today's servers, in s; it was an hour. */
const usualTimeout = 60;

/** A source whose host or network is gone without a word. */
function silentSource({ state, health }: SeenServer): Body | null {
  if (state.replication === null || isUnknown(health)) return null;
  const { netTimeout, heartbeat } = health;
  if (heartbeat === 0)
    return warning(
      'its source sends no heartbeat (MASTER_HEARTBEAT_PERIOD, SOURCE_HEARTBEAT_PERIOD = 0): silence tells nothing',
      'set it to half of slave_net_timeout (replica_net_timeout), with CHANGE MASTER (CHANGE REPLICATION SOURCE)',
    );
  if (netTimeout <= usualTimeout) return null;
  return warning(
    `it notices only after ${netTimeout} s that its source is cut off, and seems to replicate until then`,
    'set slave_net_timeout (replica_net_timeout) to 60, then stop and start its replication',
  );
}

/** Of a lock the survey says enough where it is asked otherwise; what is left is one line. */
function notAsked({ health, sessions, lock, events, state }: SeenServer): Body | null {
  const heartbeat = isUnknown(health) || state.replication === null ? null : health.heartbeat;
  const open = [
    ['connections and semi-synchronous replication', health],
    ['long statements', sessions],
    ['a global read lock', lock],
    ['events', events],
    ['the heartbeat', heartbeat],
  ] as const;
  const lines = open.flatMap(([what, answer]) => (isUnknown(answer) ? [`${what}: ${answer.unknown}`] : []));
  return lines.length === 0 ? null : warning(`not known: ${lines.join('; ')}`);
}
