// What is said is so: rows in which the lie, or the silence, is the fault.
import { fileURLToPath } from 'node:url';
import { ADMIN_ACCOUNT, HOSTS, WRITER_CIDR } from '../../lab/hosts.ts';
import { startWriter } from '../../lab/writer.ts';
import { onlineArguments } from '../../scenarios/cluster.ts';
import {
  helper,
  openSession,
  startDead,
  startManager,
  startMonitor,
  startPlanned,
  startSwitch,
  threeCandidates,
  untilMaster,
} from '../acts.ts';
import { letGo, untilHeld } from '../heldHooks.ts';
import { untilMoment } from '../journalMoments.ts';
import type { Row } from '../row.ts';

const poolClient = fileURLToPath(new URL('../clients/poolClient.ts', import.meta.url));
const db10 = HOSTS.db10.ipv4;
/** An order to make a second master. */
const openOne = /set read_only=0 on the one that must be the master/;

export const saidRows: readonly Row[] = [
  {
    id: 'said-pool-comes-back',
    fault: '8 sessions of an account without rights come back at once, on db10 by its own address',
    moment: 'planned switch',
    async act(stage) {
      stage.lab.spawn('app', [process.execPath, '--no-warnings', poolClient, db10, '8']);
      await stage.wait(2_000);
      await startSwitch(stage).ended;
      await stage.wait(2_000);
    },
    expect: { exits: { switch: 0 }, master: 'db11', outageMs: 5_000 },
    endsWithinMs: 90_000,
    also: ['mysql-9.7-gtid'],
    source: 'faults.md 4',
  },
  {
    id: 'said-start-without-record',
    fault: '`online start` is called by hand, without a `stop` before it',
    moment: 'db10 is the master, and healthy',
    async act(stage) {
      await stage.run('start', ['master_ip_online_failover_helper', ...onlineArguments('start')]);
      await stage.wait(2_000);
    },
    expect: { exits: { start: 'refused' }, master: 'db10', saysNot: [/db10 stays read-only/] },
    endsWithinMs: 60_000,
    source: 'faults.md 4',
  },
  {
    id: 'said-during-failover',
    fault: 'an operator asks `vip show` and `check`',
    moment: 'a failover runs: db10 is dead, db11 not open yet',
    given: { holds: ['before start'] },
    async act(stage) {
      const manager = await startManager(stage);
      await stage.lab.killMysqld('db10');
      await untilHeld(stage.lab, 'before start', 120_000);
      await helper(stage, 'vip', 'show');
      await helper(stage, 'check', '--quick');
      await letGo(stage.lab, 'before start');
      await manager.ended;
      await stage.wait(2_000);
    },
    expect: {
      exits: { manager: [0, 10] },
      master: 'db11',
      saysNot: [openOne],
      says: [/failover[^\n]*(run|under way|at work)/i],
    },
    endsWithinMs: 180_000,
    source: 'faults.md 4',
  },
  {
    id: 'said-wrong-password',
    fault: 'an operator asks `vip show` and `check`',
    moment: 'the password in the application file is wrong',
    async act(stage) {
      await stage.by('mgr', "sed -i -E 's/^(password *=).*/\\1 wrong/' /etc/mha/test_cluster.conf");
      await helper(stage, 'vip', 'show');
      await helper(stage, 'check', '--quick');
    },
    expect: { exits: { 'vip show': 'refused', check: 'refused' }, master: 'db10', saysNot: [openOne] },
    endsWithinMs: 90_000,
    source: 'faults.md 4',
  },
  {
    id: 'said-old-master-is-back',
    fault: 'an operator asks `vip show` and `check`',
    moment: 'db11 takes the writes after a failover; db10 is back, read-only, and no replica',
    async act(stage) {
      const manager = await startManager(stage);
      await stage.lab.killMysqld('db10');
      await manager.ended;
      await stage.lab.startMysqld('db10');
      await helper(stage, 'vip', 'show');
      await helper(stage, 'check', '--quick');
      await stage.wait(2_000);
    },
    expect: { master: 'db11', saysNot: [/set read_only=0 (on the one|if)/] },
    endsWithinMs: 180_000,
    source: 'faults.md 4',
  },
  {
    id: 'said-mail-left-to-do',
    fault: "db10's cable is pulled: its address cannot be taken away",
    moment: 'masterha_manager fails over and sends the mail',
    given: { semiSynchronous: true },
    async act(stage) {
      const manager = await startManager(stage);
      await stage.lab.linkDown('db10');
      await manager.ended;
      await stage.wait(3_000);
    },
    expect: { master: 'db11', says: [/LEFT TO DO/], saysNot: [/--- mail: [^\n]*succeeded\n/, /Nothing is left to do/] },
    endsWithinMs: 180_000,
    source: 'faults.md 4',
  },
  {
    id: 'said-monitor-without-file',
    fault: '`monitor start -c` with a file that is missing, and with one of the helper itself',
    moment: 'an operator sets it up',
    async act(stage) {
      await stage.run('missing', ['mha-helper', 'monitor', 'start', '--conf', '/etc/mha/no_such_file.conf']);
      await stage.run('own', ['mha-helper', 'monitor', 'start', '--conf', '/etc/mha-helper/test_cluster.conf']);
    },
    expect: { exits: { missing: 'refused', own: 'refused' }, master: 'db10' },
    endsWithinMs: 60_000,
    source: 'faults.md 4',
  },
  {
    id: 'said-third-holder',
    fault: 'db12 has the writer address too',
    moment: 'planned switch from db10 to db11',
    async act(stage) {
      await stage.by('db12', `ip addr add ${WRITER_CIDR} dev eth1`);
      await startSwitch(stage).ended;
      await stage.wait(1_000);
      await stage.by('db12', `ip addr del ${WRITER_CIDR} dev eth1 || true; ip neigh flush all`);
      await stage.by('app', 'ip neigh flush all');
    },
    // By its hardware address: no look at db12 itself can be had, MHA passes no account for it.
    expect: {
      exits: { switch: 'refused' },
      master: 'db10',
      says: [/which is not db10, answers for the writer address 192\.168\.10\.155/],
    },
    endsWithinMs: 90_000,
    source: 'faults.md 4',
  },
  {
    id: 'said-new-master-dies',
    fault: 'mysqld of db11 dies',
    moment: '`online start` has opened it, and has not given it the address yet',
    async act(stage) {
      const mha = startSwitch(stage);
      await untilMoment(stage.lab, { procedure: 'online start', kind: 'done', step: 'clear-read-only:db11' });
      await stage.lab.killMysqld('db11');
      await mha.ended;
      await stage.wait(2_000);
    },
    expect: {
      exits: { switch: [1, 4, 9, 10, 11, 255] },
      master: 'unchecked',
      says: [/db11[^\n]*(answer|ECONNREFUSED|connect|gone|lost)/i],
    },
    endsWithinMs: 90_000,
    source: 'faults.md 4',
  },
  {
    id: 'said-locked-tables',
    fault: 'an idle session holds LOCK TABLES WRITE on db10',
    moment: 'planned switch',
    async act(stage) {
      await openSession(stage, 'db10', 'CREATE TABLE app.locked (n INT)', 'LOCK TABLES app.locked WRITE');
      await startSwitch(stage).ended;
      await stage.wait(2_000);
    },
    expect: { exits: { switch: 0 }, master: 'db11', outageMs: 8_000 },
    endsWithinMs: 90_000,
    source: 'faults.md 4',
  },
  {
    id: 'said-writer-with-super',
    fault: 'an account with SUPER writes on db10 by its own address, and connects anew when it is ended',
    moment: 'planned switch',
    async act(stage) {
      const cron = await startWriter(stage.lab, { host: db10, ...ADMIN_ACCOUNT, rate: 10, durationMs: 600_000 });
      stage.writers.push(cron);
      const mha = startSwitch(stage);
      await mha.ended;
      await stage.wait(2_000);
      await cron.stop();
    },
    expect: { exits: { switch: 'refused' }, master: 'db10' },
    endsWithinMs: 90_000,
    source: 'faults.md 4',
  },
  {
    id: 'said-next-failover-allowed',
    fault: '`check` while the monitor would fail over again',
    moment: 'two hours after a failover',
    given: {
      ...threeCandidates,
      helper: { default: { last_failover_minute: '60' }, db12: { requires_sudo: 'yes', smtp_host: 'localhost' } },
    },
    async act(stage) {
      await startMonitor(stage);
      await stage.by('mgr', 'touch -d "2 hours ago" /var/log/mha/test_cluster/test_cluster.failover.complete');
      await helper(stage, 'check', '--quick');
    },
    expect: { exits: { check: 0 }, master: 'db10' },
    endsWithinMs: 180_000,
    source: 'faults.md 4',
  },
  {
    id: 'said-summary-of-a-switch',
    fault: 'none: a planned switch by `mha-helper failover --online`',
    moment: 'clients write',
    async act(stage) {
      await startPlanned(stage).ended;
      await stage.wait(2_000);
    },
    // The hooks' own times are not what a client saw: nobody has asked one.
    expect: { exits: { failover: 0 }, master: 'db11', outageMs: 3_000, saysNot: [/no client could write/] },
    endsWithinMs: 90_000,
    also: ['mysql-9.7-gtid'],
    source: 'faults.md 4',
  },
  {
    id: 'said-summary-of-a-failover',
    fault: 'mysqld of db10 is killed; an operator fails over by hand',
    moment: 'clients write',
    async act(stage) {
      await stage.lab.killMysqld('db10');
      await startDead(stage).ended;
      await untilMaster(stage, 'db11', 5_000);
      await stage.wait(2_000);
    },
    expect: { exits: { failover: [0, 10] }, master: 'db11', outageMs: 60_000 },
    endsWithinMs: 120_000,
    also: ['mysql-9.7-gtid'],
  },
];
