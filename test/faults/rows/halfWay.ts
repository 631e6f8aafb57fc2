// MHA ends in the middle, or a hook does: no outage without an end, and never a second failover of the same master.
import { HOSTS, type DatabaseName } from '../../lab/hosts.ts';
import {
  APPLICATION_FILE,
  blackhole,
  processesOf,
  programOf,
  send,
  startDead,
  startManager,
  startMonitor,
  startPlanned,
  startSwitch,
  threeCandidates,
  undo,
  untilMaster,
} from '../acts.ts';
import { letGo, untilHeld } from '../heldHooks.ts';
import { JOURNAL, untilMoment } from '../journalMoments.ts';
import type { Row } from '../row.ts';
import { dieAfterStop } from '../shots.ts';
import type { Named, Stage } from '../stage.ts';

const conf = '/etc/mha-helper/test_cluster.conf';

async function changedBetween(stage: Stage, line: string): Promise<number> {
  const mha = startSwitch(stage);
  await untilHeld(stage.lab, 'after stop');
  await stage.by('mgr', line);
  await letGo(stage.lab, 'after stop');
  return mha.ended;
}

/** Clients write meanwhile: what the replicas lack, MHA waits for. */
async function replicasCutOff(stage: Stage, mha: Named): Promise<void> {
  await untilHeld(stage.lab, 'before stop');
  for (const replica of ['db11', 'db12'] as const) await blackhole(stage, 'db10', `${HOSTS[replica].ipv4}/32`);
  await stage.writer.progress(50);
  await letGo(stage.lab, 'before stop');
  await mha.ended;
}

/**
 * MHA and its hook are killed where the new master has all and takes no writes yet; then an operator fails over.
 * @param cutOff leaves replicas without what db10 has written
 */
async function failOverAnew(stage: Stage, cutOff: () => Promise<void>): Promise<void> {
  const manager = await startManager(stage);
  await cutOff();
  await stage.lab.killMysqld('db10');
  await untilHeld(stage.lab, 'before start', 120_000);
  send([programOf(manager), ...processesOf(stage, 'mgr', /held-hard/)], 'SIGKILL');
  await manager.ended;
  await letGo(stage.lab, 'before start');
  await startDead(stage, 'db10', '--ignore-last-failover').ended;
  await stage.wait(2_000);
}

async function receiveNoMore(stage: Stage, ...replicas: readonly DatabaseName[]): Promise<void> {
  for (const replica of replicas) await stage.lab.sql(replica, stage.lab.server.stopReceiving);
  await stage.writer.progress(20);
}

export const halfWayRows: readonly Row[] = [
  {
    id: 'half-replicas-cut-off',
    fault: 'the replicas do not receive from db10: MHA waits for them for a minute and gives up',
    moment: '`mha-helper failover --online` has begun, `stop` comes next',
    given: { holds: ['before stop'] },
    async act(stage) {
      await replicasCutOff(stage, startPlanned(stage));
    },
    expect: { exits: { failover: 'refused' }, master: 'db10', outageMs: 100_000 },
    endsWithinMs: 200_000,
    also: ['mysql-9.7-gtid'],
    source: 'faults.md 3',
  },
  {
    id: 'half-replicas-cut-off-bare',
    fault: 'the replicas do not receive from db10: MHA waits for them for a minute and gives up',
    moment: 'masterha_master_switch was started by hand, `stop` comes next',
    given: { holds: ['before stop'] },
    async act(stage) {
      await replicasCutOff(stage, startSwitch(stage));
      await untilMaster(stage, 'db10', 30_000);
    },
    expect: { exits: { switch: 'refused' }, master: 'db10', outageMs: 110_000 },
    endsWithinMs: 200_000,
    source: 'faults.md 3',
  },
  {
    id: 'half-manager-killed-after-start',
    fault: '`kill -9` of masterha_manager, which the monitor starts again; clients go on writing',
    moment: 'after `hard start` has opened db11, before the replicas are re-pointed',
    given: { ...threeCandidates, holds: ['after start'] },
    async act(stage) {
      await startMonitor(stage);
      await stage.lab.killMysqld('db10');
      await untilHeld(stage.lab, 'after start', 120_000);
      await stage.writer.progress(20);
      send(processesOf(stage, 'mgr', /masterha_manager|held-hard/), 'SIGKILL');
      await letGo(stage.lab, 'after start');
      await stage.wait(45_000);
      await stage.run('monitor status', ['mha-helper', 'monitor', 'status', '--conf', APPLICATION_FILE]);
      await stage.wait(2_000);
    },
    expect: {
      exits: { 'monitor status': 20 },
      master: 'db11',
      says: [/db12[^]*CHANGE|CHANGE[^]*db12|db12[^\n]*(point|follow|replica)/i],
    },
    endsWithinMs: 240_000,
    also: ['mysql-9.7-gtid'],
    source: 'faults.md 3',
  },
  {
    id: 'half-manager-powered-off',
    fault: 'the manager host loses its power and comes back; an operator fails over by hand',
    moment: 'in the middle of a failover: MHA holds its locks on the replicas',
    given: { holds: ['before start'] },
    async act(stage) {
      await startManager(stage);
      await stage.lab.killMysqld('db10');
      await untilHeld(stage.lab, 'before start', 120_000);
      await stage.lab.powerOff('mgr');
      await letGo(stage.lab, 'before start');
      await stage.lab.powerOn('mgr');
      await startDead(stage, 'db10', '--ignore-last-failover').ended;
      await stage.wait(2_000);
    },
    expect: { exits: { failover: [0, 10] }, master: 'db11' },
    endsWithinMs: 240_000,
    also: ['mysql-9.7-gtid'],
    source: 'faults.md 3',
  },
  {
    id: 'half-last-writes-brought-before',
    fault: 'kill -9 of masterha_manager, which has brought the last writes to db11; an operator fails over by hand',
    moment: 'mysqld of db10 was killed with writes that no replica had received; `hard start` comes next',
    given: { holds: ['before start'] },
    async act(stage) {
      await failOverAnew(stage, () => receiveNoMore(stage, 'db11', 'db12'));
    },
    expect: { exits: { failover: [0, 10] }, master: 'db11' },
    endsWithinMs: 240_000,
    also: ['mysql-9.7-gtid'],
  },
  {
    id: 'half-caught-up-from-another',
    fault: 'kill -9 of masterha_manager; an operator fails over by hand',
    moment: 'mysqld of db10 was killed, db11 has got from db12 what that alone had received; `hard start` comes next',
    given: { holds: ['before start'] },
    async act(stage) {
      await failOverAnew(stage, async () => {
        await receiveNoMore(stage, 'db11');
        await receiveNoMore(stage, 'db12');
      });
    },
    expect: { exits: { failover: [0, 10] }, master: 'db11' },
    endsWithinMs: 240_000,
    also: ['mysql-9.7-gtid', 'mariadb-10.11-gtid'],
  },
  {
    id: 'half-connections-killed-in-start',
    fault: '`kill -9` of the process that keeps the connections ready',
    moment: 'between the two steps of `online start`',
    async act(stage) {
      const mha = startSwitch(stage);
      await untilMoment(stage.lab, { procedure: 'online start', kind: 'step', step: 'clear-read-only:db11' });
      send(processesOf(stage, 'mgr', /hold-ready/), 'SIGKILL');
      await mha.ended;
      await stage.wait(2_000);
    },
    expect: { exits: { switch: 0 }, master: 'db11' },
    endsWithinMs: 90_000,
    also: ['mysql-9.7-gtid'],
    source: 'faults.md 3',
  },
  {
    id: 'half-journal-names-another-program',
    fault: "a killed run's pid belongs now to an editor with mha-helper in its command line; a new switch",
    moment: '`stop` was killed and taken back days ago',
    async act(stage) {
      const first = startSwitch(stage);
      const hook = await untilMoment(stage.lab, { procedure: 'online stop', kind: 'done', step: 'set-read-only:db10' });
      send([hook], 'SIGKILL');
      await first.ended;
      const editor = await stage.by('mgr', `sh -c 'exec -a "vi ${conf}" sleep 300' >/dev/null 2>&1 & echo $!`);
      await stage.by('mgr', `sed -i -E 's/"pid":[0-9]+/"pid":${editor.trim()}/' ${JOURNAL}`);
      await undo(stage);
      await startPlanned(stage).ended;
      await stage.wait(2_000);
    },
    expect: { exits: { undo: 0, failover: 0 }, master: 'db11' },
    endsWithinMs: 120_000,
    source: 'faults.md 3',
  },
  {
    id: 'half-journal-torn',
    fault: 'the journal ends in half a line (the disk was full once); MHA dies; `mha-helper undo`',
    moment: 'before, and after `stop`',
    given: { holds: ['after stop'] },
    async act(stage) {
      await stage.by('mgr', `mkdir -p /var/lib/mha-helper; printf '{"kind":"step","run":"2025-01-0' >>${JOURNAL}`);
      await dieAfterStop(stage);
      await stage.wait(1_000);
      await undo(stage);
      await stage.wait(2_000);
    },
    expect: { exits: { undo: 0 }, master: 'db10' },
    endsWithinMs: 90_000,
    also: ['mysql-9.7-gtid'],
    source: 'faults.md 3',
  },
  {
    id: 'half-journal-not-writable',
    fault: 'the journal cannot be written; MHA dies; `mha-helper undo`',
    moment: 'before, and after `stop`',
    given: { holds: ['after stop'] },
    async act(stage) {
      await stage.by('mgr', 'rm -rf /var/lib/mha-helper; touch /var/lib/mha-helper');
      stage.later(() => stage.lab.exec('mgr', ['rm', '-rf', '/var/lib/mha-helper']));
      const mha = startSwitch(stage);
      await Promise.race([untilHeld(stage.lab, 'after stop'), mha.ended]);
      send(processesOf(stage, 'mgr', /held-online|masterha_master_switch/), 'SIGKILL');
      await stage.wait(1_000);
      await undo(stage);
    },
    // What is not recorded cannot be taken back; but it must not be called nothing.
    expect: { exits: { undo: 'refused' }, master: ['db10'], saysNot: [/nothing to undo/] },
    endsWithinMs: 90_000,
    source: 'faults.md 3',
  },
  {
    id: 'half-configuration-broken',
    fault: 'the configuration of the cluster is broken; an operator mends it and runs `mha-helper undo`',
    moment: 'between `stop` and `start`',
    given: { holds: ['after stop'] },
    async act(stage) {
      await stage.by('mgr', `cp ${conf} /tmp/whole.conf`);
      await changedBetween(stage, `echo 'no such line' >>${conf}`);
      await stage.by('mgr', `cp /tmp/whole.conf ${conf}`);
      await undo(stage);
      await stage.wait(2_000);
    },
    expect: {
      exits: { switch: 'refused', undo: 0 },
      master: 'db10',
      says: [/(no server|nobody)[^\n]*(takes writes|can write)|mha-helper undo/i],
    },
    endsWithinMs: 90_000,
    also: ['mysql-9.7-gtid'],
    source: 'faults.md 3',
  },
  {
    id: 'half-address-not-managed-any-more',
    fault: '`vip_type` is set to none',
    moment: 'between `stop` and `start`',
    given: { holds: ['after stop'] },
    async act(stage) {
      await changedBetween(stage, `sed -i -E 's/^(vip_type *=).*/\\1 none/' ${conf}`);
      await stage.wait(2_000);
    },
    expect: { master: ['db10', 'db11'] },
    endsWithinMs: 90_000,
    also: ['mysql-9.7-gtid'],
    source: 'faults.md 3',
  },
  {
    id: 'half-clock-forward',
    fault: "the manager's clock goes forward by 2 h, and mysqld of db11 dies",
    moment: 'between `stop` and `start`',
    given: { holds: ['after stop'] },
    async act(stage) {
      const mha = startSwitch(stage);
      await untilHeld(stage.lab, 'after stop');
      // No process of the lab has a clock of its own: the record is made two hours older instead.
      await stage.by('mgr', `perl -pi -e '${TWO_HOURS_OLDER}' ${JOURNAL}`);
      await stage.lab.killMysqld('db11');
      await letGo(stage.lab, 'after stop');
      await mha.ended;
      await undo(stage);
    },
    expect: { exits: { switch: 'refused', undo: 0 }, master: 'db10', saysNot: [/no record of the/] },
    endsWithinMs: 120_000,
    also: ['mysql-9.7-gtid'],
    source: 'faults.md 3',
  },
];

const TWO_HOURS_OLDER =
  'use Time::Piece; s/(20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)(?=\\.\\d+Z")/' +
  '(Time::Piece->strptime($1, "%Y-%m-%dT%H:%M:%S")' +
  ' - 7200)->strftime("%Y-%m-%dT%H:%M:%S")/ge';
