// A cluster of three at a glance, and ways to spoil it.
import type { Glance, GlanceRuns, GlanceServer } from '../../../../src/procedures/glance/Glance.ts';
import type { ClusterStatus } from '../../../../src/procedures/monitor/monitorStatus.ts';

export const noRuns: GlanceRuns = { atWork: null, last: null, toUndo: [], leftToDo: [], unknown: null };

export const status: ClusterStatus = {
  cluster: 'app1',
  conf: '/etc/mha/app1.cnf',
  protected: true,
  why: null,
  noFailoverBefore: null,
  state: 'PING_OK',
  since: '2026-01-31T02:00:00.000Z',
  master: 'db10',
  managerPid: 41,
  monitorPid: 40,
  restarts: 0,
  absent: [],
  refusal: null,
  orders: [],
  pauses: [],
  incident: null,
  findings: [],
  managers: null,
  lastFailover: null,
};

export const master: GlanceServer = {
  host: 'db10',
  port: 3306,
  role: 'master',
  version: 'MariaDB 10.11.6',
  readOnly: false,
  superReadOnly: null,
  holdsAddress: 'yes',
  replicatesFrom: null,
  replicationRuns: null,
  secondsBehind: null,
  gtid: '0-1-42',
  position: 'bin.000001:100',
  eventScheduler: 'ON',
  enabledEvents: 2,
  text: 'takes writes, is no replica',
};

export function replica(host: string, more: Partial<GlanceServer> = {}): GlanceServer {
  return {
    ...master,
    host,
    role: 'replica',
    readOnly: true,
    holdsAddress: 'no',
    replicatesFrom: 'db10',
    replicationRuns: true,
    secondsBehind: 0,
    enabledEvents: 0,
    text: 'read-only, replicates from db10, 0 s behind',
    ...more,
  };
}

export function glance(more: Partial<Glance> = {}): Glance {
  return {
    cluster: 'app1',
    conf: '/etc/mha/app1.cnf',
    helperCluster: 'app1',
    at: '2026-01-31T03:00:00.000Z',
    attention: [],
    address: '192.0.2.155',
    vipType: 'metal',
    servers: [master, replica('db11'), replica('db12')],
    monitor: status,
    runs: noRuns,
    ...more,
  };
}
