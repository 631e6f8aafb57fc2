// What people in the field met, tried on this program.
import { HOSTS, WRITER_CIDR } from '../../lab/hosts.ts';
import { readmeSudoers } from '../../scenarios/cluster.ts';
import { helper, idleSessions, openSession, startManager, startPlanned, startSwitch, sudoers } from '../acts.ts';
import { letGo, untilHeld } from '../heldHooks.ts';
import type { Row } from '../row.ts';
import type { Stage } from '../stage.ts';

async function planned(stage: Stage): Promise<void> {
  await startSwitch(stage).ended;
  await stage.wait(2_000);
}

/** A backup holds the lock on db11 meanwhile. */
async function duringBackup(stage: Stage, act: () => Promise<unknown>): Promise<void> {
  const endBackup = await openSession(stage, 'db11', 'FLUSH TABLES WITH READ LOCK');
  await stage.writer.progress(20);
  await act();
  endBackup();
}

const ofServers = 'from-the-field.md';
const own = `${HOSTS.db10.ipv4}/24`;

export const fieldRows: readonly Row[] = [
  {
    id: 'field-address-first-of-its-subnet',
    fault: "the writer address was added before db10's own, and the kernel takes both away together",
    moment: 'planned switch',
    async act(stage) {
      const device = HOSTS.db10.interface;
      const order = ['flush dev eth10', `add ${WRITER_CIDR} dev ${device}`, `add ${own} dev ${device}`];
      await stage.by('db10', order.map((words) => `ip -4 addr ${words}`).join(' && '));
      await helper(stage, 'check', '--quick');
      await planned(stage);
      const addresses = await stage.by('db10', `ip -4 addr show dev ${device}`);
      if (!addresses.includes(own)) throw new Error('db10 has lost its own address');
    },
    expect: { master: ['db10', 'db11'] },
    endsWithinMs: 120_000,
    also: ['mysql-9.7-gtid'],
    source: `${ofServers} 1, faults.md 3`,
  },
  {
    id: 'field-events',
    fault: 'an event whose definer has SUPER writes each second',
    moment: 'planned switch',
    async act(stage) {
      await stage.lab.sql(
        'db10',
        'CREATE TABLE app.ticks (id INT AUTO_INCREMENT PRIMARY KEY)',
        'SET GLOBAL event_scheduler=ON',
        'CREATE EVENT app.tick ON SCHEDULE EVERY 1 SECOND DO INSERT INTO app.ticks VALUES ()',
      );
      await stage.wait(2_500);
      await planned(stage);
      await stage.wait(4_000);
      const [old, now] = await Promise.all((['db10', 'db11'] as const).map((host) => ticks(stage, host)));
      await stage.wait(2_000);
      const later = await ticks(stage, 'db10');
      if (old !== undefined && now !== undefined && later > (await ticks(stage, 'db11')))
        throw new Error(`db10, read-only, goes on writing: ${old} rows of the event there, ${now} on db11`);
    },
    expect: { exits: { switch: [0, 1] }, master: ['db10', 'db11'] },
    endsWithinMs: 120_000,
    also: ['mysql-9.7-gtid'],
    source: `${ofServers} 2`,
  },
  {
    id: 'field-secondary-check-typo',
    fault: "secondary_check_script = masterha_secondary_check-s db11 (a tutorial's typo)",
    moment: '`check`',
    given: { application: { 'server default': { secondary_check_script: 'masterha_secondary_check-s db11 -s db12' } } },
    async act(stage) {
      await helper(stage, 'check', '--quick');
    },
    expect: { exits: { check: 'refused' }, master: 'db10', says: [/secondary_check/] },
    endsWithinMs: 60_000,
    source: `${ofServers} 3`,
  },
  {
    id: 'field-connections-used-up',
    fault: 'idle sessions use up max_connections on db11, and go after 15 s',
    moment: '`hard start` on db11; mysqld of db10 was killed',
    given: { holds: ['before start'] },
    async act(stage) {
      const manager = await startManager(stage);
      const go = await idleSessions(stage, 'db11');
      await stage.lab.killMysqld('db10');
      await untilHeld(stage.lab, 'before start', 120_000);
      await letGo(stage.lab, 'before start');
      await stage.wait(15_000);
      go();
      await manager.ended;
      await stage.wait(2_000);
    },
    expect: { exits: { manager: [0, 10] }, master: 'db11' },
    endsWithinMs: 240_000,
    also: ['mysql-9.7-gtid'],
    source: `${ofServers} 4`,
  },
  {
    id: 'field-master-master-pair',
    fault: 'db10 replicates from db11 too: a pair with one side read-only',
    moment: 'planned switch by `mha-helper failover --online`',
    async act(stage) {
      const { server } = stage.lab;
      const [status] = await stage.lab.sql('db11', server.gtid ? 'SELECT 1' : 'SHOW MASTER STATUS');
      const source = {
        address: HOSTS.db11.ipv4,
        file: String(status?.['File'] ?? ''),
        position: Number(status?.['Position'] ?? 4),
      };
      await stage.lab.sql('db10', ...server.replicate(source));
      await helper(stage, 'check', '--quick');
      await startPlanned(stage).ended;
      await stage.wait(2_000);
    },
    expect: { exits: { failover: 0 }, master: 'db11' },
    endsWithinMs: 120_000,
    source: `${ofServers} 5`,
  },
  {
    id: 'field-backup-lock',
    fault: 'a backup holds FLUSH TABLES WITH READ LOCK on db11 for two minutes',
    moment: 'planned switch to it by `mha-helper failover --online`',
    async act(stage) {
      await duringBackup(stage, () => startPlanned(stage).ended);
      await stage.wait(2_000);
    },
    expect: { exits: { failover: 'refused' }, master: 'db10', outageMs: 10_000 },
    endsWithinMs: 200_000,
    also: ['mysql-9.7-gtid'],
    source: `${ofServers} 6`,
  },
  {
    id: 'field-backup-lock-bare',
    fault: 'a backup holds FLUSH TABLES WITH READ LOCK on db11 for two minutes',
    moment: 'planned switch to it by masterha_master_switch',
    async act(stage) {
      await duringBackup(stage, () => planned(stage));
    },
    expect: { exits: { switch: 'refused' }, master: 'db10', outageMs: 10_000 },
    endsWithinMs: 200_000,
    source: `${ofServers} 6`,
  },
  {
    id: 'field-no-room-for-the-rescue',
    fault: "db10's remote_workdir is full, and its last 20 writes have reached no replica",
    moment: 'mysqld of db10 is killed under masterha_manager',
    async act(stage) {
      const manager = await startManager(stage);
      await stage.by(
        'db10',
        'mount -t tmpfs -o size=4k full /var/log/mha/test_cluster; chmod 777 /var/log/mha/test_cluster',
      );
      stage.later(() => stage.lab.exec('db10', ['umount', '-l', '/var/log/mha/test_cluster']));
      for (const replica of ['db11', 'db12'] as const) await stage.lab.sql(replica, stage.lab.server.stopReceiving);
      await stage.writer.progress(20);
      await stage.lab.killMysqld('db10');
      await manager.ended;
      await stage.wait(2_000);
    },
    expect: { exits: { manager: [0, 10] }, master: 'db11' },
    endsWithinMs: 180_000,
    source: `${ofServers} 7`,
  },
  {
    id: 'field-delayed-replica',
    fault: 'db12 replicates an hour late on purpose',
    moment: '`check`, then a planned switch by `mha-helper failover --online`',
    async act(stage) {
      await stage.lab.sql('db12', 'STOP SLAVE', 'CHANGE MASTER TO MASTER_DELAY=3600', 'START SLAVE');
      await stage.writer.progress(100);
      await helper(stage, 'check', '--quick');
      await startPlanned(stage).ended;
      await stage.wait(2_000);
    },
    expect: { master: ['db10', 'db11'], outageMs: 3_000, says: [/db12[^\n]*(delay|late|behind)/i] },
    endsWithinMs: 120_000,
    source: `${ofServers} 8`,
  },
  {
    id: 'field-alias-as-interface',
    fault: 'cluster_interface = eth1:1, as nearly every tutorial has it',
    moment: 'planned switch',
    given: { helper: { default: { cluster_interface: 'eth1:1' }, db10: { cluster_interface: 'eth10:1' } } },
    act: planned,
    expect: { exits: { switch: 0 }, master: 'db11' },
    endsWithinMs: 90_000,
    source: `${ofServers} 9`,
  },
  {
    id: 'field-byte-that-is-not-utf8',
    fault: "one byte of a comment in the helper's file is not UTF-8",
    moment: 'planned switch',
    async act(stage) {
      await stage.by('mgr', "printf '# caf\\351\\n' >>/etc/mha-helper/test_cluster.conf");
      await planned(stage);
    },
    expect: { exits: { switch: 0 }, master: 'db11' },
    endsWithinMs: 90_000,
    source: `${ofServers} 10`,
  },
  {
    id: 'field-options-of-before-2015',
    fault: 'manage_vip = yes and writer_vip, and no vip_type',
    moment: 'planned switch',
    given: {
      helper: { default: { vip_type: null, writer_vip_cidr: null, manage_vip: 'yes', writer_vip: '192.168.10.155' } },
    },
    act: planned,
    expect: { exits: { switch: 'refused' }, master: 'db10' },
    endsWithinMs: 90_000,
    source: `${ofServers} 11`,
  },
  {
    id: 'field-sudo-wants-a-terminal',
    fault: 'sudo on db10 has requiretty',
    moment: 'planned switch',
    async act(stage) {
      await sudoers(stage, `Defaults requiretty\n${readmeSudoers}`, 'db10');
      await planned(stage);
    },
    expect: { exits: { switch: 'refused' }, master: 'db10', says: [/tty/] },
    endsWithinMs: 90_000,
    source: `${ofServers} 12`,
  },
  {
    id: 'field-comment-behind-a-value',
    fault: 'candidate_master = 0 # no',
    moment: '`check`',
    given: { application: { server2: { candidate_master: '0 # no' } } },
    async act(stage) {
      await helper(stage, 'check', '--quick');
    },
    expect: { master: 'db10', says: [/candidate_master[^\n]*(#|comment)|(#|comment)[^\n]*candidate_master/i] },
    endsWithinMs: 60_000,
    source: `${ofServers} 13`,
  },
];

async function ticks(stage: Stage, host: 'db10' | 'db11'): Promise<number> {
  const [row] = await stage.lab.sql(host, 'SELECT COUNT(*) AS n FROM app.ticks');
  return Number(row?.['n']);
}
