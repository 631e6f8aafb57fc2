// Prometheus' text format (version 0.0.4).
import { managerStates } from '../../mha/managerStatus.ts';
import { whyUnprotected } from './protection.ts';
import type { ClusterFile } from './stateFile.ts';

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  /** Null: not said of this cluster. */
  readonly value: (record: ClusterFile, now: number) => number | null;
}

/** Every metric; docs/reference/metrics.md is made of it too. */
export const metrics: readonly Metric[] = [
  {
    name: 'mha_protected',
    type: 'gauge',
    help: 'Whether a failover would happen if the master died now.',
    value: (record, now) => (isProtected(record, now) ? 1 : 0),
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
];

export function metricsText(records: readonly ClusterFile[], now: number): string {
  return metrics
    .map(({ name, help, type, value }) => {
      const lines = records.flatMap((record) => {
        const number = value(record, now);
        return number === null ? [] : [`${name}{cluster="${escaped(record.cluster)}"} ${number}\n`];
      });
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}

function escaped(label: string): string {
  return label.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function isProtected({ state, lastFailoverMinute }: ClusterFile, now: number): boolean {
  const { status, failed, completeAt, oldMaster } = state;
  return whyUnprotected({ monitored: true, status, failed, oldMaster, completeAt, lastFailoverMinute, now }) === null;
}
