// Three managers that share etcd, and troubles of theirs. Each row is judged by the log of acts besides: no act of an
// old epoch, never two managers that act. Others of this kind are in test/scenarios/severalManagers.test.ts.
import { statusOn, untilLeads, untilOn } from '../../scenarios/severalManagers.ts';
import type { ClusterStatus } from '../../../src/procedures/monitor/monitorStatus.ts';
import { APPLICATION_FILE, HELPER_FILE } from '../../lab/exampleConfiguration.ts';
import { ETCD_NAMES, type ManagerName } from '../../lab/hosts.ts';
import { startPlanned, threeCandidates, undo, untilMaster } from '../acts.ts';
import { letGo, untilHeld } from '../heldHooks.ts';
import { untilMoment } from '../journalMoments.ts';
import { endLog } from '../managerActs.ts';
import {
  leaseMs,
  restartStore,
  signalOn,
  startMonitors,
  statusSaid,
  storeLeader,
  untilAnother,
} from '../managersStage.ts';
import type { Given, Hold, Row } from '../row.ts';
import type { Stage } from '../stage.ts';

const shared = { managers: 3 } as const;
const all: Given = { ...shared, ...threeCandidates };

/** A shutdown_script that is in order when MHA asks it at the start, and does nothing when it is needed. */
const noPower = '/usr/local/bin/no-power';

async function layNoPower({ lab }: Stage): Promise<void> {
  const content = '#!/bin/sh\ncase "$*" in *--command=status*) exit 0 ;; esac\nexit 1';
  for (const name of lab.managers) await lab.writeFile(name, { path: noPower, content, mode: '755' });
}

/** db10 dies under mgr1, whose host loses its power when its hook has come to that moment. */
async function leaderDiesAt(stage: Stage, hold: Hold): Promise<void> {
  await startMonitors(stage);
  await stage.lab.killMysqld('db10');
  await untilHeld(stage.lab, hold, 120_000);
  await stage.writer.progress(hold === 'after start' ? 20 : 0);
  await stage.lab.powerOff('mgr');
}

/** Its masterha_manager looks at db11; within last_failover_minute that is not called protected. */
function untilPings({ lab }: Stage, name: ManagerName): Promise<ClusterStatus> {
  return untilOn(lab, name, 'pings', ({ state, master }) => state === 'PING_OK' && master === 'db11');
}

/** A file of one manager alone. */
async function change({ lab }: Stage, host: ManagerName, path: string, by: (text: string) => string): Promise<void> {
  const text = await lab.readFile(host, path);
  const content = by(text);
  if (content === text) throw new Error(`${path} of ${host} is not as this row expects it`);
  await lab.writeFile(host, { path, content });
}

/** Longer than run_timeout, in which the owner of a failover is waited for. */
async function untilBlocked(stage: Stage): Promise<void> {
  const name = await untilAnother(stage.lab, 'taking over');
  await untilOn(stage.lab, name, 'the obstacle', ({ why }) => /was not finished/.test(why ?? ''));
  await stage.wait(3_000);
  await statusSaid(stage, name);
}

export const managersRows: readonly Row[] = [
  {
    id: 'managers-leader-off-before-data',
    fault: 'the host of the manager that leads loses its power; another one takes over',
    moment: 'in a failover: the hook `stop` is done, no log was applied',
    given: { ...all, holds: ['after stopssh'] },
    async act(stage) {
      await leaderDiesAt(stage, 'after stopssh');
      await untilMaster(stage, 'db11', 120_000);
      await untilAnother(stage.lab, 'leader');
    },
    expect: { master: 'db11', says: [/mgr[23] has taken over, epoch/] },
    endsWithinMs: 240_000,
    source: 'issue 15, fault 3',
  },
  {
    id: 'managers-leader-off-half-recovered',
    fault: 'the host of the manager that leads loses its power; another one takes over',
    moment: 'in a failover: logs may have been applied to db11, `start` comes next',
    given: { ...all, holds: ['before start'] },
    async act(stage) {
      await leaderDiesAt(stage, 'before start');
      await untilBlocked(stage);
    },
    expect: {
      exits: { 'monitor status': 20 },
      master: 'nobody',
      says: [/mail: test_cluster: FAILOVER NOT FINISHED/, /logs of db10 may have been applied to the new master/],
    },
    endsWithinMs: 240_000,
    source: 'issue 15, fault 4',
  },
  {
    id: 'managers-leader-off-opened',
    fault: 'the host of the manager that leads loses its power; another one takes over; clients go on writing',
    moment: 'in a failover: `start` has opened db11, the replicas are not re-pointed',
    given: { ...all, holds: ['after start'] },
    async act(stage) {
      await leaderDiesAt(stage, 'after start');
      await untilBlocked(stage);
      await stage.writer.progress(20);
    },
    expect: {
      exits: { 'monitor status': 20 },
      master: 'db11',
      says: [/mail: test_cluster: FAILOVER NOT FINISHED/, /clients write on db11, or may\. No other failover of db10/],
    },
    endsWithinMs: 240_000,
    source: 'issue 15, fault 5',
  },
  {
    id: 'managers-leader-stopped',
    fault: 'all of the manager that leads is stopped (SIGSTOP) for three leases, and goes on (SIGCONT)',
    moment: 'in a failover: the hook `stop` is done, no log was applied',
    given: { ...all, holds: ['after stopssh'] },
    async act(stage) {
      await startMonitors(stage);
      await stage.lab.killMysqld('db10');
      await untilHeld(stage.lab, 'after stopssh', 120_000);
      signalOn(stage, 'mgr', 'SIGSTOP');
      const began = performance.now();
      await untilMaster(stage, 'db11', 120_000);
      await stage.wait(Math.max(0, 3 * leaseMs - (performance.now() - began)));
      await letGo(stage.lab, 'after stopssh');
      signalOn(stage, 'mgr', 'SIGCONT');
      await untilOn(stage.lab, 'mgr', 'a standby', ({ managers }) => managers?.standing === 'standby');
      await stage.wait(leaseMs);
    },
    expect: { master: 'db11', saysNot: [/mgr1: mail: test_cluster: (FAILOVER|MORE THAN ONE)[^\n]*/] },
    endsWithinMs: 300_000,
    source: 'issue 15, fault 7',
  },
  {
    id: 'managers-stopped-between-guard-and-change',
    fault: 'all of the manager that leads is stopped (SIGSTOP) for three leases, and goes on (SIGCONT)',
    moment: 'planned switch by `mha-helper failover`: etcd has granted `stop`, db10 is just becoming read-only',
    given: all,
    async act(stage) {
      await startMonitors(stage);
      const failover = startPlanned(stage);
      await untilMoment(stage.lab, { procedure: 'online stop', kind: 'step', step: 'set-read-only:db10' });
      signalOn(stage, 'mgr', 'SIGSTOP');
      const began = performance.now();
      await untilAnother(stage.lab, 'leader');
      await stage.wait(Math.max(0, 3 * leaseMs - (performance.now() - began)));
      signalOn(stage, 'mgr', 'SIGCONT');
      stage.wake();
      await failover.ended;
      await untilOn(stage.lab, 'mgr', 'a standby', ({ managers }) => managers?.standing === 'standby');
      await stage.wait(leaseMs);
    },
    expect: {
      exits: { failover: 'refused' },
      master: 'db10',
      outageMs: 120_000,
      takesBack: [/on db10: mgr: SET (SESSION lock_wait_timeout = \d+|GLOBAL read_only = 0)$/],
    },
    endsWithinMs: 300_000,
    source: 'issue 15, fault 8',
  },
  {
    id: 'managers-other-servers',
    fault:
      "mgr2 lacks db12 in MHA's configuration, mgr3 has another smtp_host; the leader's host loses its power, then " +
      'mysqld of db10 is killed',
    moment: 'mgr1 leads; and once mgr3 has failed over, its host loses its power too',
    given: all,
    async act(stage) {
      await change(stage, 'mgr2', APPLICATION_FILE, (text) => text.replace(/\[server3\][^[]*/, ''));
      await change(stage, 'mgr3', HELPER_FILE, (text) => text.replace(/(smtp_host *= )localhost\n/, '$1other\n'));
      await startMonitors(stage);
      await stage.wait(leaseMs);
      await stage.lab.powerOff('mgr');
      await untilOn(stage.lab, 'mgr3', 'leadership', ({ managers }) => managers?.standing === 'leader');
      await untilOn(stage.lab, 'mgr3', 'pings', ({ state }) => state === 'PING_OK');
      await stage.lab.killMysqld('db10');
      await untilMaster(stage, 'db11');
      await stage.lab.powerOff('mgr3');
      await stage.wait(3 * leaseMs);
      await statusSaid(stage, 'mgr2');
    },
    expect: {
      exits: { 'monitor status': 20 },
      master: 'db11',
      says: [
        /this manager does not lead: MHA's configuration here has other servers .*only there: db12:3306/,
        /not that of the last leader: smtp_host of db10, db11 \(here other, there localhost\)/,
      ],
      saysNot: [/mgr2 has taken over/],
    },
    endsWithinMs: 300_000,
    source: 'issue 15, fault 20',
  },
  {
    id: 'managers-store-leader-killed',
    fault: '`kill -9` of the member that leads etcd; then mysqld of db10 is killed',
    moment: 'mgr1 leads',
    given: all,
    async act(stage) {
      await startMonitors(stage);
      const { managers: before } = await statusOn(stage.lab, 'mgr');
      await stage.lab.powerOff(await storeLeader(stage));
      await stage.wait(3 * leaseMs);
      const { managers: after } = await untilLeads(stage.lab, 'mgr');
      stage.note(`the epoch was ${before?.epoch}, and is ${after?.epoch === before?.epoch ? 'the same' : 'another'}`);
      await stage.lab.killMysqld('db10');
      await untilMaster(stage, 'db11');
    },
    expect: { master: 'db11', says: [/the epoch was \d+, and is the same/] },
    endsWithinMs: 240_000,
    source: 'issue 15, fault 11',
  },
  {
    id: 'managers-store-restarted',
    fault: '`kill -9` of all members of etcd, which start again; the account has a password, and its login is gone',
    moment: 'planned switch by `mha-helper failover`, between `stop` and `start`',
    given: { ...all, holds: ['after stop'], helper: { default: { ha_user: 'mgr2', ha_password: 'p@ss word' } } },
    async act(stage) {
      await startMonitors(stage);
      const failover = startPlanned(stage);
      await untilHeld(stage.lab, 'after stop');
      await restartStore(stage, ETCD_NAMES);
      await letGo(stage.lab, 'after stop');
      await failover.ended;
      await stage.wait(2_000);
    },
    expect: { exits: { failover: 0 }, master: 'db11' },
    endsWithinMs: 180_000,
    source: 'issue 15, fault 18',
  },
  {
    id: 'managers-switch-killed',
    fault: '`kill -9` of all of the manager that leads; `mha-helper undo` on the next leader, then on the old one',
    moment: 'planned switch by `mha-helper failover`, between `stop` and `start`',
    given: { ...all, holds: ['after stop'] },
    async act(stage) {
      await startMonitors(stage);
      startPlanned(stage);
      await untilHeld(stage.lab, 'after stop');
      signalOn(stage, 'mgr', 'SIGKILL');
      const next = await untilAnother(stage.lab, 'taking over');
      await untilOn(stage.lab, next, 'what it has seen', ({ why }) => why !== null);
      await stage.wait(30_000);
      await statusSaid(stage, next);
      await endLog(stage.lab);
      await stage.run('undo elsewhere', ['mha-helper', 'undo', '--conf', 'test_cluster'], next);
      await untilMaster(stage, 'db10');
      await stage.writer.progress(20);
      await undo(stage);
      await stage.wait(2_000);
    },
    expect: {
      exits: { 'monitor status': 20, 'undo elsewhere': 0, undo: 0 },
      master: 'db10',
      says: [
        /the last leader has left half done, and mha-helper undo works here too: "online stop" of db10/,
        /mgr[23]: mail: test_cluster: (NO WRITABLE SERVER|NOT PROTECTED|WRITER ADDRESS)/,
      ],
    },
    endsWithinMs: 240_000,
    source: 'issue 15, fault 13',
  },
  {
    id: 'managers-old-master-back',
    fault: 'after a failover to db11 the host of the manager that leads loses its power, then db10 comes back writable',
    moment: 'another manager leads, which has no record of the failover',
    given: all,
    async act(stage) {
      await startMonitors(stage);
      await stage.lab.killMysqld('db10');
      await untilMaster(stage, 'db11');
      await untilPings(stage, 'mgr');
      await stage.wait(leaseMs);
      await stage.lab.powerOff('mgr');
      const next = await untilAnother(stage.lab, 'leader');
      await untilPings(stage, next);
      await stage.lab.startMysqld('db10', '--read-only=0');
      await untilOn(stage.lab, next, 'a closed db10', ({ orders }) => orders.some((text) => /; closed /.test(text)));
      await statusSaid(stage, next);
    },
    expect: {
      master: 'db11',
      w2Ms: 'by hand',
      says: [/a standing order is taken over: db10 must stay closed/, /closed .* by mha-helper monitor/],
    },
    endsWithinMs: 300_000,
  },
  {
    id: 'managers-second-failure',
    fault: 'after a failover to db11 the host of the manager that leads loses its power, then mysqld of db11 is killed',
    moment: 'within last_failover_minute of the first failover',
    given: { ...all, helper: { default: { last_failover_minute: '60' } } },
    async act(stage) {
      await startMonitors(stage);
      await stage.lab.killMysqld('db10');
      await untilMaster(stage, 'db11');
      await untilPings(stage, 'mgr');
      await stage.lab.powerOff('mgr');
      const next = await untilAnother(stage.lab, 'leader');
      const { absent } = await untilPings(stage, next);
      stage.note(`${next} knows that absent are: ${absent.join(', ')}`);
      await stage.lab.killMysqld('db11');
      await stage.wait(20_000);
      await statusSaid(stage, next);
    },
    expect: {
      exits: { 'monitor status': 20 },
      master: 'nobody',
      says: [/mgr[23] knows that absent are: db10/, /no failover before/],
    },
    endsWithinMs: 300_000,
    source: 'issue 15, faults 14 and 15',
  },
  {
    id: 'managers-failed-failover',
    fault: 'mysqld of db10 is killed, and the shutdown_script fails; then the host of the manager loses its power',
    moment: 'mgr1 leads',
    given: { ...shared, application: { 'server default': { shutdown_script: noPower } } },
    async act(stage) {
      await layNoPower(stage);
      await startMonitors(stage);
      await stage.lab.killMysqld('db10');
      await untilOn(stage.lab, 'mgr', 'a failed failover', ({ incident }) => /failover failed/.test(incident ?? ''));
      await stage.wait(leaseMs);
      await stage.lab.powerOff('mgr');
      const next = await untilAnother(stage.lab, 'taking over');
      await untilOn(stage.lab, next, 'the obstacle', ({ why }) => /by mgr1 has failed/.test(why ?? ''));
      await statusSaid(stage, next);
    },
    expect: {
      exits: { 'monitor status': 20 },
      master: 'nobody',
      says: [/a failover by mgr1 has failed, and MHA does no other until a person has looked/],
    },
    endsWithinMs: 300_000,
    source: 'issue 15, fault 16',
  },
  {
    id: 'managers-two-switches',
    fault: '`mha-helper failover --online` on mgr1, and on mgr2 at the same time',
    moment: 'mgr1 leads',
    given: { ...all, holds: ['after stop'] },
    async act(stage) {
      await startMonitors(stage);
      const first = startPlanned(stage);
      await untilHeld(stage.lab, 'after stop');
      const planned = ['mha-helper', 'failover', '--online', '--to', 'db12', '--conf', '/etc/mha/test_cluster.conf'];
      await stage.run('failover on mgr2', planned, 'mgr2');
      await letGo(stage.lab, 'after stop');
      await first.ended;
      await stage.wait(2_000);
    },
    expect: { exits: { failover: 0, 'failover on mgr2': 9 }, master: 'db11', says: [/mgr1 leads/] },
    endsWithinMs: 180_000,
    source: 'issue 15, fault 17',
  },
  {
    id: 'managers-both-die',
    fault: 'the host of the manager that leads loses its power, and mysqld of db10 is killed',
    moment: 'at the same time',
    given: all,
    async act(stage) {
      await startMonitors(stage);
      await Promise.all([stage.lab.powerOff('mgr'), stage.lab.killMysqld('db10')]);
      await untilMaster(stage, 'db11', 120_000);
      await stage.writer.progress(20);
    },
    expect: { master: 'db11', outageMs: 120_000 },
    endsWithinMs: 240_000,
    source: 'issue 15, fault 21',
  },
];
