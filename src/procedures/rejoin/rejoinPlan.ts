// How an old master is to follow the new one: the account of MHA's configuration, all else as another replica has it.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import { failoverPositions } from '../../mha/failoverLog.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { ReplicaServer } from '../../mysql/ReplicaServer.ts';
import type { Begin, Source, SourceSettings } from '../../mysql/sourceSettings.ts';
import { namesOf } from '../monitor/monitorFiles.ts';
import type { StandingOrder } from '../orders/standingOrders.ts';
import type { Run } from '../run/openRun.ts';
import type { Survey } from '../survey/surveyCluster.ts';
import { splitPosition } from '../../mysql/splitPosition.ts';

/** So much of MHA's log is searched for the failover, in bytes. */
const logBytes = 2 * 1024 * 1024;

export interface RejoinPlan {
  readonly source: Source;
  readonly follows: Begin['kind'];
  readonly options: SourceSettings['options'];
  /** In the old master's binary log: the new one has all before it; null: not known. */
  readonly recovered: string | null;
  /** In the new master's binary log: there an old master begins that has nothing more; null: not known. */
  readonly begin: string | null;
}

/** @throws Failure `config` where the account is missing */
export async function rejoinPlan(
  run: Run,
  app: ApplicationConfig,
  server: ApplicationServer,
  master: ApplicationServer,
  seen: Survey,
  order: StandingOrder | null,
): Promise<RejoinPlan> {
  const other = seen.servers.find(({ source, server: one }) => source === master && one !== server);
  const settings = other === undefined ? null : await (await run.openReplica(endOf(other.server))).sourceSettings();
  const source = {
    host: other?.replication?.sourceHost ?? master.ip ?? master.hostname,
    port: master.port,
    ...accountOf(app, server),
  };
  const positions = await positionsOf(app, server, master, order, run.tools);
  const follows = settings?.follows ?? (await alone(run, server, master));
  return { source, follows, options: settings?.options ?? new Map(), ...positions };
}

function accountOf(app: ApplicationConfig, { hostname, replUser, replPassword }: ApplicationServer) {
  if (replUser !== undefined && replPassword !== undefined) return { user: replUser, password: replPassword };
  const missing = replUser === undefined ? 'repl_user' : 'repl_password';
  throw new Failure('config', `${app.file} has no ${missing} for ${hostname}: no replica can log in without`, {
    hint: 'give repl_user and repl_password in [server default]; MHA uses them too',
  });
}

/** There is no other replica that shows how: by GTID where both servers write them. */
async function alone(run: Run, server: ApplicationServer, master: ApplicationServer): Promise<Begin['kind']> {
  const both = await Promise.all([server, master].map((one) => run.openReplica(endOf(one))));
  const isMysql = both.every(({ dialect }) => dialect.family === 'mysql');
  const gtids = await Promise.all(both.map((one: ReplicaServer) => one.gtids()));
  return isMysql && gtids.every(({ enabled }) => enabled) ? 'auto-position' : 'file';
}

async function positionsOf(
  app: ApplicationConfig,
  { hostname }: ApplicationServer,
  master: ApplicationServer,
  order: StandingOrder | null,
  tools: Tools,
): Promise<Pick<RejoinPlan, 'recovered' | 'begin'>> {
  const log = app.managerLog ?? namesOf(tools.places, app.name).output;
  const text = await tools.files.tail(log, logBytes).catch(() => '');
  const logged = failoverPositions(text, hostname);
  // Another server has become the master since: the positions are those of the one before it.
  const known = order === null || order.master === master.hostname;
  return {
    recovered: later(order?.executed ?? null, logged.recovered),
    begin: known ? (order?.position ?? logged.newMaster) : null,
  };
}

/** MHA has executed on the new master what the hook does not see: what it had saved from the dead master's host. */
function later(recorded: string | null, logged: string | null): string | null {
  if (recorded === null || logged === null) return recorded ?? logged;
  const [file, position] = splitPosition(recorded);
  const [otherFile, otherPosition] = splitPosition(logged);
  if (file === otherFile) return position >= otherPosition ? recorded : logged;
  const number = (name: string): number => Number(/\d+$/.exec(name)?.[0] ?? 0);
  return number(file) >= number(otherFile) ? recorded : logged;
}

/** @throws Failure `refused` where it is not known where to begin */
export function beginOf(plan: RejoinPlan, server: string): Begin {
  if (plan.follows !== 'file') return { kind: plan.follows };
  if (plan.begin === null) {
    throw new Failure('refused', `it is not known where ${server} must begin in the new master's binary log`, {
      hint: `rebuild ${server} from a copy of the new master`,
    });
  }
  const [file, position] = splitPosition(plan.begin);
  return { kind: 'file', file, position };
}
