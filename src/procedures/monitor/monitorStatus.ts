// What `monitor status` says of each cluster, looked up at that moment.
import type { DaemonTools, Tools } from '../../context/Context.ts';
import { applicationName, loadApplicationConfig } from '../../mha/applicationConfig.ts';
import { loadClusterSettings } from './clusterSettings.ts';
import { newCluster, type Failover } from './clusterState.ts';
import { describeOrders } from '../orders/describeOrders.ts';
import { readOrders } from '../orders/standingOrders.ts';
import { describeSeat, whyNotLed, type SeatRecord } from '../managers/seatRecord.ts';
import { elsewhereText } from '../managers/recordsElsewhere.ts';
import { holderOf } from './locks.ts';
import { observe } from './observe.ts';
import { namesOf, reducedFile } from './monitorFiles.ts';
import { noFailoverBefore, whyUnprotected } from './protection.ts';
import { pauseText, untilOf, type Pause } from '../pause/Pause.ts';
import type { Finding } from '../watch/findings.ts';
import { byGravity } from '../watch/watchNotices.ts';
import { refuseSameName } from './sameName.ts';
import { readStateFile, type ClusterFile } from './stateFile.ts';

/** Times are ISO 8601, in UTC; null: not known, or not so. */
export interface ClusterStatus {
  readonly cluster: string;
  readonly conf: string;
  readonly protected: boolean;
  readonly why: string | null;
  /** No failover before, whatever else is wrong. */
  readonly noFailoverBefore: string | null;
  /** In MHA's words. */
  readonly state: string;
  readonly since: string | null;
  readonly master: string | null;
  readonly managerPid: number | null;
  readonly monitorPid: number | null;
  readonly restarts: number;
  readonly absent: readonly string[];
  /** Why MHA would not start with one of them that replicates again. */
  readonly refusal: string | null;
  /** Old masters that must stay closed, and what to do about each; in words. */
  readonly orders: readonly string[];
  /** What holds masterha_manager back, as the monitor knows it. */
  readonly pauses: readonly {
    readonly kind: Pause['kind'];
    readonly by: string | null;
    readonly at: string;
    readonly until: string | null;
    readonly reason: string | null;
    readonly text: string;
  }[];
  readonly incident: string | null;
  /** What the monitor has seen of servers and hosts, and told. */
  readonly findings: readonly string[];
  readonly lastFailover: {
    readonly at: string;
    readonly from: string;
    readonly to: string | null;
    readonly seconds: number | null;
    readonly partial: boolean;
  } | null;
  /** Where this host sits among several managers; null: there is one, or its monitor does not run. */
  readonly managers: SeatRecord | null;
}

/**
 * @param cluster MHA's name of it, or the path of its application file
 * @throws Failure `refused` when the path is not that of the cluster that is known by the name
 */
export async function clusterStatus(cluster: string, tools: Tools, daemon: DaemonTools): Promise<ClusterStatus> {
  const name = applicationName(cluster);
  if (cluster.includes('/')) await refuseSameName([cluster], tools);
  const known = await readStateFile(namesOf(tools.places, name).record, tools);
  const { conf, workdir, state, lastFailoverMinute } = known ?? (await unknownCluster(cluster, tools));
  const app = await loadApplicationConfig(conf, tools.files).catch(() => null);
  const files = {
    name,
    workdir,
    log: app?.managerLog ?? namesOf(tools.places, name).output,
    conf: [conf, reducedFile(tools.places, conf)],
  };
  // As if it were time to start: a manager that somebody else has started is found too.
  const looking = state.phase.name === 'waiting' ? { ...state, phase: { name: 'waiting', until: 0 } as const } : state;
  const seen = await observe(looking, files, [], 'run', { ...tools, daemon });
  const monitor = await holderOf(name, tools, daemon);
  const seat = monitor === null ? undefined : known?.seat;
  const own = whyUnprotected({
    monitored: monitor !== null,
    status: seen.status,
    failed: seen.failed,
    oldMaster: state.oldMaster,
    // What an ended monitor has seen says nothing of now.
    findings: monitor === null ? [] : findingTexts(state.findings),
    watched: state.watched,
    completeAt: seen.completeAt,
    lastFailoverMinute,
    now: seen.now,
    paused: state.pauses.map(pauseText).join('; '),
    hesitation: seen.hesitation,
  });
  // Who stands by looks at nothing, and goes by the leader's word.
  const led = seat === undefined ? null : whyNotLed(seat);
  const why = seat === undefined || seat.standing === 'leader' ? (led ?? own) : led;
  return {
    cluster: name,
    conf,
    protected: why === null,
    why,
    noFailoverBefore: noFailoverBefore(seen.completeAt, lastFailoverMinute, seen.now),
    state: seen.status,
    since: seen.status === state.status && state.statusSince > 0 ? iso(state.statusSince) : null,
    master: seen.master ?? state.master,
    managerPid: seen.manager?.pid ?? null,
    monitorPid: monitor?.pid ?? null,
    restarts: Math.max(0, state.starts - 1),
    absent: state.absent,
    refusal: state.refusal,
    orders: seat === undefined || seat.standing === 'leader' ? await ordersOf(conf, tools) : sharedOrders(seat),
    pauses: state.pauses.map((pause) => {
      const { kind, by, at, reason } = pause;
      return { kind, by, at, until: untilOf(pause), reason, text: pauseText(pause) };
    }),
    incident: state.incident?.text ?? null,
    findings: monitor === null ? [] : findingTexts(state.findings),
    lastFailover: failoverOf(state.lastFailover),
    managers: seat ?? null,
  };
}

/** None where the configuration does not tell the helper's name of the cluster. */
async function ordersOf(conf: string, tools: Tools): Promise<readonly string[]> {
  const app = await loadApplicationConfig(conf, tools.files).catch(() => null);
  const host = app === null ? null : (await loadClusterSettings(app, tools)).host;
  return host === null ? [] : describeOrders(await readOrders(tools, host.cluster));
}

/** Who stands by has an old record, or none. */
function sharedOrders({ orders = null, leader }: SeatRecord): readonly string[] {
  const unknown = `${leader ?? 'the last leader'} has not told`;
  return describeOrders(orders ?? { unknown });
}

function failoverOf(last: Failover | null): ClusterStatus['lastFailover'] {
  if (last === null) return null;
  const seconds = last.durationMs === null ? null : last.durationMs / 1000;
  return { at: iso(last.at), from: last.from, to: last.to, partial: last.partial, seconds };
}

/** @throws ConfigFailure when MHA's application file cannot be used */
async function unknownCluster(conf: string, tools: Tools): Promise<ClusterFile> {
  const app = await loadApplicationConfig(conf, tools.files);
  const { lastFailoverMinute } = await loadClusterSettings(app, tools);
  return { conf, cluster: app.name, workdir: app.managerWorkdir, lastFailoverMinute, state: newCluster };
}

/** For people: one line that says it all, then what is worth knowing. */
export function describeStatus(status: ClusterStatus): string {
  const verdict = status.protected ? 'protected' : `NOT PROTECTED: ${status.why ?? ''}`;
  return [
    `${status.cluster}: ${verdict}`,
    ...rules.flatMap((rule) => rule(status)).map(([name, text]) => `  ${name.padEnd(9)}  ${text}`),
  ].join('\n');
}

type Fact = readonly [name: string, text: string];

const rules: readonly ((status: ClusterStatus) => readonly Fact[])[] = [
  state,
  processes,
  managers,
  failover,
  refused,
  leftOut,
  oldMasters,
  paused,
  incident,
  seen,
];

function state({ state: word, since, master }: ClusterStatus): readonly Fact[] {
  const how = since === null ? word : `${word} since ${since}`;
  return [['state', `${how}, master ${master ?? 'unknown'}`]];
}

function processes({ managerPid, monitorPid, restarts }: ClusterStatus): readonly Fact[] {
  const pid = (one: number | null): string => (one === null ? 'not running' : String(one));
  return [['processes', `masterha_manager ${pid(managerPid)}, monitor ${pid(monitorPid)}, restarts ${restarts}`]];
}

function managers({ managers: seat }: ClusterStatus): readonly Fact[] {
  const elsewhere = elsewhereText(seat);
  return seat === null
    ? []
    : [['managers', describeSeat(seat)], ...(elsewhere === null ? [] : [['records', elsewhere] as const])];
}

function failover({ lastFailover: last }: ClusterStatus): readonly Fact[] {
  if (last === null) return [['failover', 'none yet']];
  const took = last.seconds === null ? '' : ` in ${last.seconds.toFixed(1)} s`;
  const rest = last.partial ? ', some replicas failed' : '';
  return [['failover', `${last.at} from ${last.from} to ${last.to ?? 'unknown'}${took}${rest}`]];
}

/** Said once, where it is not the first thing in the way. */
function refused({ why, noFailoverBefore: before }: ClusterStatus): readonly Fact[] {
  return before === null || why?.includes(before) === true ? [] : [['refused', `no failover before ${before}`]];
}

function leftOut({ absent, refusal }: ClusterStatus): readonly Fact[] {
  return absent.length === 0 ? [] : [['left out', `${absent.join(', ')}: ${refusal ?? 'not a replica yet'}`]];
}

function oldMasters({ orders }: ClusterStatus): readonly Fact[] {
  return orders.map((text) => ['old master', text] as const);
}

/** Said once, where it is not the first thing in the way. */
function paused({ pauses, why }: ClusterStatus): readonly Fact[] {
  return pauses.filter(({ text }) => why?.includes(text) !== true).map(({ text }) => ['paused', text] as const);
}

function incident({ incident: text }: ClusterStatus): readonly Fact[] {
  return text === null ? [] : [['incident', text]];
}

function seen({ findings }: ClusterStatus): readonly Fact[] {
  return findings.map((text) => ['seen', text] as const);
}

function findingTexts(findings: readonly Finding[]): readonly string[] {
  return byGravity(findings).map(({ text }) => text);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
