// The dead master comes back: nobody may write on two of them, and nobody may believe that all is well.
import {
  APPLICATION_FILE,
  helper,
  startManager,
  startMonitor,
  threeCandidates,
  untilMaster,
  untilProtected,
} from '../acts.ts';
import { waitUntil } from '../../lab/processes.ts';
import { killInManager, status } from '../../scenarios/monitored.ts';
import { letGo, untilHeld } from '../heldHooks.ts';
import type { Row, Variant } from '../row.ts';
import type { Stage } from '../stage.ts';

/** Somebody is told that db10 takes writes. */
const db10TakesWrites =
  /db10[^\n]*(takes writes(?!: no)|writable|read_only=0)|(takes? writes|writable|more than one server)[^\n]*db10/i;
/** From the first answer of an old master until it is closed. */
const closedWithinMs = 2_000;
/** Sessions there that wait for a semi-synchronous replica keep read_only from being set for as long. */
const semiSynchronousMs = 15_000;
/** What makes it a replica again, filled in. */
const rejoin = /mha-helper rejoin db10 -c \/etc\/mha\/test_cluster\.conf/;
const leftToDo = /(LEFT TO DO|ATTENTION|left to do)[^\n]*db10/;
/** Beside MariaDB by file and position: what closes and compares an old master differs with each. */
const everySetUp: readonly Variant[] = ['mariadb-10.11-gtid', 'mysql-9.7', 'mysql-9.7-gtid'];

const fenceDirectory = '/tmp/fence';
/** It says that the host is off when the row has switched it off. */
const fenceCommand = [
  `mkdir -p ${fenceDirectory}; touch ${fenceDirectory}/asked`,
  `while ! test -e ${fenceDirectory}/off; do sleep 0.1; done`,
].join('; ');

/** To people, with this in its subject. */
function untilMail(stage: Stage, subject: string): Promise<void> {
  return waitUntil(`a mail: ${subject}`, 60_000, async () =>
    (await stage.lab.mails()).some(({ headers }) => headers['subject']?.includes(subject) === true),
  );
}

/** The monitor runs, and db11 takes over because db10's cable is pulled. */
async function failOverByCable(stage: Stage): Promise<void> {
  await startMonitor(stage);
  await stage.lab.linkDown('db10');
  await untilMaster(stage, 'db11', 120_000);
}

export const returningRows: readonly Row[] = [
  {
    id: 'return-cable-in-again',
    fault: "db10's cable is pulled; after the failover it is put in again",
    moment: '`mha-helper monitor` runs',
    given: { ...threeCandidates, semiSynchronous: true },
    async act(stage) {
      await failOverByCable(stage);
      await stage.writer.progress(50);
      await stage.lab.linkUp('db10');
      await stage.wait(25_000);
      await helper(stage, 'monitor', 'status');
      await stage.wait(2_000);
    },
    expect: { master: 'db11', wh2Ms: closedWithinMs, w2Ms: semiSynchronousMs, says: [db10TakesWrites, rejoin] },
    endsWithinMs: 240_000,
    also: everySetUp,
    source: 'faults.md 2',
  },
  {
    id: 'return-started-by-hand',
    fault: 'a DBA starts mysqld of db10 with read_only=0',
    moment: 'after a failover by `mha-helper monitor`, which protects db11 now',
    given: threeCandidates,
    async act(stage) {
      await startMonitor(stage);
      await stage.lab.killMysqld('db10');
      await untilMaster(stage, 'db11', 120_000);
      await stage.wait(5_000);
      await untilProtected(stage);
      await stage.lab.startMysqld('db10', '--read-only=0');
      await stage.wait(20_000);
      await helper(stage, 'monitor', 'status');
      await stage.wait(2_000);
    },
    expect: { exits: { 'monitor status': 0 }, master: 'db11', w2Ms: closedWithinMs, says: [db10TakesWrites] },
    endsWithinMs: 240_000,
    also: everySetUp,
    source: 'faults.md 2',
  },
  {
    id: 'return-thawed-after-failover',
    fault: 'mysqld of db10 is stopped (SIGSTOP), and goes on after the failover (SIGCONT)',
    moment: 'masterha_manager monitors',
    async act(stage) {
      const manager = await startManager(stage);
      stage.lab.freezeMysqld('db10');
      await manager.ended;
      stage.lab.thawMysqld('db10');
      await stage.wait(5_000);
      await stage.wait(2_000);
    },
    expect: { exits: { manager: [0, 10] }, master: 'db11', alsoWritable: 'db10', w2Ms: 'by hand', says: [leftToDo] },
    endsWithinMs: 180_000,
    also: ['mysql-9.7-gtid'],
    source: 'faults.md 2',
  },
  {
    id: 'return-thawed-with-monitor',
    fault: 'mysqld of db10 is stopped (SIGSTOP), and goes on after the failover (SIGCONT)',
    moment: '`mha-helper monitor` runs',
    given: threeCandidates,
    async act(stage) {
      await startMonitor(stage);
      stage.lab.freezeMysqld('db10');
      await untilMaster(stage, 'db11', 120_000);
      await stage.wait(5_000);
      stage.lab.thawMysqld('db10');
      await stage.wait(10_000);
      await helper(stage, 'status');
      await stage.wait(2_000);
    },
    expect: { master: 'db11', wh2Ms: 0, w2Ms: closedWithinMs, says: [db10TakesWrites, rejoin] },
    endsWithinMs: 240_000,
    also: everySetUp,
    source: 'issue 11',
  },
  {
    id: 'return-monitor-killed-between',
    fault: "db10's cable is pulled; after the failover the monitor is killed, started again, and the cable is put in",
    moment: '`mha-helper monitor` runs',
    given: { ...threeCandidates, semiSynchronous: true },
    async act(stage) {
      await failOverByCable(stage);
      await stage.wait(5_000);
      await killInManager(stage.lab, (await status(stage.lab)).monitorPid);
      await stage.wait(1_000);
      await stage.run('monitor start', ['mha-helper', 'monitor', 'start', '--conf', APPLICATION_FILE]);
      await stage.wait(2_000);
      await stage.lab.linkUp('db10');
      await stage.wait(10_000);
      await helper(stage, 'status');
      await stage.wait(2_000);
    },
    expect: { master: 'db11', wh2Ms: closedWithinMs, w2Ms: semiSynchronousMs, says: [db10TakesWrites, rejoin] },
    endsWithinMs: 240_000,
    also: everySetUp,
    source: 'issue 11',
  },
  {
    id: 'return-diverged-auto-rejoin',
    fault: 'db10 comes back writable, with two transactions that db11 lacks; auto_rejoin = yes',
    moment: 'after a failover by `mha-helper monitor`',
    given: { ...threeCandidates, helper: { default: { auto_rejoin: 'yes' } } },
    async act(stage) {
      await startMonitor(stage);
      await stage.lab.killMysqld('db10');
      await untilMaster(stage, 'db11', 120_000);
      // Where nobody reaches it, so that they are there when it answers.
      await stage.lab.startMysqld('db10', '--read-only=0', '--bind-address=127.0.0.1');
      await stage.lab.sql('db10', 'CREATE TABLE app.more (n INT)', 'INSERT INTO app.more VALUES (1)');
      await stage.lab.stopMysqld('db10');
      await stage.lab.startMysqld('db10', '--read-only=0');
      await untilMail(stage, 'db10 has writes that the new master lacks');
      const [status] = await stage.lab.sql('db10', stage.lab.server.replicaStatus);
      stage.note(`db10 is ${status === undefined ? 'no replica' : 'a replica'}`);
      await helper(stage, 'status');
    },
    expect: {
      master: 'db11',
      w2Ms: 'by hand',
      says: [
        /^db10 is no replica$/m,
        /db10 has what db11 lacks .*2 transactions/,
        /auto_rejoin does not make it a replica/,
        /standing order: db10 [^\n]*closed/,
      ],
      saysNot: [/auto_rejoin of db10: it replicates/],
    },
    endsWithinMs: 240_000,
    also: ['mysql-9.7-gtid'],
    source: 'issue 11',
  },
  {
    id: 'return-fenced',
    fault: 'a DBA starts mysqld of db10 with read_only=0; fence_command is configured, and switches db10 off after 3 s',
    moment: 'after a failover by `mha-helper monitor`, which found the host alive and did not fence it',
    given: { ...threeCandidates, helper: { default: { unreachable_master: 'fence', fence_command: fenceCommand } } },
    async act(stage) {
      await stage.by('mgr', `rm -rf ${fenceDirectory}`);
      await startMonitor(stage);
      await stage.lab.killMysqld('db10');
      await untilMaster(stage, 'db11', 120_000);
      await stage.wait(5_000);
      await stage.lab.startMysqld('db10', '--read-only=0');
      const asked = ['test', '-e', `${fenceDirectory}/asked`];
      await waitUntil('fence_command', 30_000, async () => (await stage.lab.exec('mgr', asked)).code === 0);
      // A power switch takes its time, and db10 is closed meanwhile.
      await stage.wait(3_000);
      await stage.lab.powerOff('db10');
      await stage.by('mgr', `touch ${fenceDirectory}/off`);
      await untilMail(stage, 'db10 is back and was fenced');
      await stage.lab.powerOn('db10');
      await stage.lab.startMysqld('db10', '--read-only=0');
      await stage.wait(10_000);
      await helper(stage, 'status');
      await stage.by('mgr', `rm -rf ${fenceDirectory}`);
    },
    expect: {
      master: 'db11',
      w2Ms: closedWithinMs,
      says: [/db10 is back and was fenced/, /cut off by fence_command [^\n]*closed [^\n]* by mha-helper monitor/],
    },
    endsWithinMs: 240_000,
    source: 'issue 11',
  },
  {
    id: 'return-just-before-start',
    fault: 'SSH to db10 is blocked; its mysqld stalls, and is healthy again, with the address',
    moment: '3 s before `hard start`',
    given: { holds: ['before start'] },
    async act(stage) {
      const manager = await startManager(stage);
      await stage.lab.stopSshd('db10');
      stage.lab.freezeMysqld('db10');
      await untilHeld(stage.lab, 'before start', 120_000);
      stage.lab.thawMysqld('db10');
      await stage.wait(3_000);
      await letGo(stage.lab, 'before start');
      await manager.ended;
      await stage.wait(2_000);
    },
    expect: { master: ['db10', 'db11'], outageMs: 90_000 },
    endsWithinMs: 240_000,
    source: 'faults.md 2',
  },
  {
    id: 'return-busy-before-start',
    fault: 'the dead master db10 is back, writable and busy with a long statement',
    moment: 'before `hard start`',
    given: { holds: ['before start'] },
    async act(stage) {
      const manager = await startManager(stage);
      await stage.lab.killMysqld('db10');
      await untilHeld(stage.lab, 'before start', 120_000);
      await stage.lab.startMysqld('db10', '--read-only=0');
      const busy = 'CREATE TABLE app.busy (n INT); INSERT INTO app.busy SELECT SLEEP(120)';
      stage.lab.spawn('app', ['mariadb', '-h', '192.168.10.10', '-uapp', '-papp', '-e', busy]);
      await stage.wait(1_000);
      await letGo(stage.lab, 'before start');
      await manager.ended;
      await stage.wait(2_000);
    },
    expect: { exits: { manager: [0, 10] }, master: 'db11' },
    endsWithinMs: 240_000,
    source: 'faults.md 2',
  },
];
