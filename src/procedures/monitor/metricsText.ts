// Prometheus' text format (version 0.0.4).
import { managerStates } from '../../mha/managerStatus.ts';
import { pauseText, untilOf } from '../pause/Pause.ts';
import { whyNotLed } from '../managers/seatRecord.ts';
import { kinds } from '../watch/findings.ts';
import { whyUnprotected } from './protection.ts';
import type { ClusterFile } from './stateFile.ts';
import type { WatchFacts } from '../watch/watchFacts.ts';

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  /** Null: not said of this cluster. */
  readonly value: (record: Observed, now: number) => number | null | readonly Labelled[];
}

/** One of several values: of a server each, or of a kind. */
export interface Labelled {
  readonly label: 'host' | 'kind';
  readonly of: string;
  readonly value: number;
}

/** What a monitor knows of a cluster, with what it saw at its last look. */
export interface Observed extends ClusterFile {
  readonly facts: WatchFacts | null;
}

/** Every metric; docs/reference/metrics.md is made of it too. */
export const metrics: readonly Metric[] = [
  {
    name: 'mha_protected',
    type: 'gauge',
    help: 'Whether a failover would happen if the master died now, and nothing else was found.',
    value: (record, now) => (isProtected(record, now) ? 1 : 0),
  },
  {
    name: 'mha_leader',
    type: 'gauge',
    help: 'Several managers: whether this one leads the cluster.',
    value: ({ seat }) => (seat === undefined ? null : Number(seat.standing === 'leader')),
  },
  {
    name: 'mha_store_up',
    type: 'gauge',
    help: 'Several managers: whether etcd answers.',
    value: ({ seat }) => (seat === undefined ? null : Number(seat.silentSince === null)),
  },
  {
    name: 'mha_managers_alive',
    type: 'gauge',
    help: 'Several managers: how many of them etcd knows to be alive.',
    value: ({ seat }) => (seat === undefined ? null : seat.alive.length),
  },
  {
    name: 'mha_takeovers_total',
    type: 'counter',
    help: 'Several managers: how many times this one has taken the lead over.',
    value: ({ seat }) => (seat === undefined ? null : (seat.takeovers ?? 0)),
  },
  {
    name: 'mha_manager_status',
    type: 'gauge',
    help: 'State of masterha_manager, as the exit code of masterha_check_status.',
    value: ({ state }) => managerStates[state.status],
  },
  {
    name: 'mha_manager_restarts_total',
    type: 'counter',
    help: 'Starts of masterha_manager after the first.',
    value: ({ state }) => Math.max(0, state.starts - 1),
  },
  {
    name: 'mha_incident',
    type: 'gauge',
    help: 'Whether protection has stopped and a mail was sent.',
    value: ({ state }) => (state.incident === null ? 0 : 1),
  },
  {
    name: 'mha_findings',
    type: 'gauge',
    help: 'What was seen of servers and hosts that is not as it must be, and was told.',
    value: ({ state }) => state.findings.length,
  },
  {
    name: 'mha_found',
    type: 'gauge',
    help: 'Each kind of finding, with the label `kind`: 1 while it was found and is not over.',
    value: ({ state }) =>
      Object.keys(kinds).map((kind) => {
        return { label: 'kind', of: kind, value: state.findings.some((one) => one.kind === kind) ? 1 : 0 };
      }),
  },
  {
    name: 'mha_master',
    type: 'gauge',
    help: 'The master, as masterha_manager says, with the label `host`; always 1.',
    value: ({ state }) => (state.master === null ? null : [{ label: 'host', of: state.master, value: 1 }]),
  },
  {
    name: 'mha_mails_waiting',
    type: 'gauge',
    help: 'Mails of the monitor that are not handed over yet.',
    value: ({ state }) => state.outbox.length,
  },
  {
    name: 'mha_writer_address_holders',
    type: 'gauge',
    help: 'Hosts with the writer address, of those that could be asked; 1 is well.',
    value: ({ facts }) => facts?.holders ?? null,
  },
  {
    name: 'mha_writable_servers',
    type: 'gauge',
    help: 'Servers that take writes, of those that could be asked; 1 is well.',
    value: ({ facts }) => facts?.writable ?? null,
  },
  {
    name: 'mha_not_seen',
    type: 'gauge',
    help: 'Servers and hosts that could not be asked at the last look.',
    value: ({ facts }) => facts?.notSeen ?? null,
  },
  {
    name: 'mha_replica_lag_seconds',
    type: 'gauge',
    help: 'How far a replica is behind, with the label `host`.',
    value: ({ facts }) => facts?.lag.map(({ host, seconds }) => ({ label: 'host', of: host, value: seconds })) ?? null,
  },
  {
    name: 'mha_left_to_do',
    type: 'gauge',
    help: 'What the hooks have left to a person, and standing orders.',
    value: ({ facts }) => facts?.leftToDo ?? null,
  },
  {
    name: 'mha_last_look_timestamp_seconds',
    type: 'gauge',
    help: 'When servers and hosts were looked at last.',
    value: ({ facts }) => (facts === null ? null : facts.at / 1000),
  },
  {
    name: 'mha_paused',
    type: 'gauge',
    help: 'Whether masterha_manager is held back: by a pause, a stop, or a switch.',
    value: ({ state }) => (state.pauses.length === 0 ? 0 : 1),
  },
  {
    name: 'mha_pause_end_timestamp_seconds',
    type: 'gauge',
    help: 'When the pause ends by itself.',
    value: ({ state }) => {
      const ends = state.pauses.map(untilOf).filter((until) => until !== null);
      return ends.length === 0 ? null : Math.max(...ends.map((until) => Date.parse(until))) / 1000;
    },
  },
  {
    name: 'mha_absent_servers',
    type: 'gauge',
    help: 'Dead masters of earlier failovers that do not replicate yet.',
    value: ({ state }) => state.absent.length,
  },
  {
    name: 'mha_standing_orders',
    type: 'gauge',
    help: 'Old masters that must stay closed until they are replicas again.',
    value: ({ state }) => state.orders.length,
  },
  {
    name: 'mha_standing_orders_not_carried_out',
    type: 'gauge',
    help: 'Of these, those that are not known to be closed.',
    value: ({ state }) => state.orders.filter(({ closed }) => !closed).length,
  },
  {
    name: 'mha_last_failover_timestamp_seconds',
    type: 'gauge',
    help: 'When the last failover ended.',
    value: ({ state }) => (state.lastFailover === null ? null : state.lastFailover.at / 1000),
  },
  {
    name: 'mha_last_failover_duration_seconds',
    type: 'gauge',
    help: 'From the first failed ping to the end of the last failover.',
    value: ({ state }) => (state.lastFailover?.durationMs == null ? null : state.lastFailover.durationMs / 1000),
  },
  {
    name: 'mha_last_drill_timestamp_seconds',
    type: 'gauge',
    help: 'When the last mha-helper drill that went there and back ended.',
    value: ({ state }) => (state.lastDrill === null ? null : state.lastDrill / 1000),
  },
];

export function metricsText(records: readonly Observed[], now: number): string {
  return metrics
    .map(({ name, help, type, value }) => {
      const lines = records.flatMap((record) => {
        const found = value(record, now);
        const cluster = `cluster="${escaped(record.cluster)}"`;
        if (typeof found === 'number') return [`${name}{${cluster}} ${found}\n`];
        return (found ?? []).map(
          ({ label, of, value: one }) => `${name}{${cluster},${label}="${escaped(of)}"} ${one}\n`,
        );
      });
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}

function escaped(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function isProtected({ state, lastFailoverMinute, seat }: ClusterFile, now: number): boolean {
  if (seat !== undefined && (seat.standing !== 'leader' || whyNotLed(seat) !== null)) return whyNotLed(seat) === null;
  const { status, failed, completeAt, oldMaster, watched } = state;
  const findings = state.findings.map(({ text }) => text);
  const paused = state.pauses.map(pauseText).join('; ');
  const known = { monitored: true, status, failed, oldMaster, findings, watched, completeAt, lastFailoverMinute, now };
  const facts = { ...known, paused };
  return whyUnprotected(facts) === null;
}
