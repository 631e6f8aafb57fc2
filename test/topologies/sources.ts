// Copies of the binary log on other hosts, and servers that replicate from more than one.
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import { HOSTS, REPLICATION_ACCOUNT } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { lostWrites } from '../lab/writer.ts';
import { Instance } from './instances.ts';
import { caughtUp, checkRepl, db10, endOfLog, failoverByMha, helper, must } from './stage.ts';
import { mustBeAsBefore, mustBeMaster, reasonOf, sql, switchByMha, written } from './stage.ts';
import type { Topology } from './Topology.ts';

const outside = 3307;

/** MySQL 5.6 has none of its own. */
function copier(lab: Lab, serverId: number): readonly string[] {
  if (lab.server.name.startsWith('mariadb'))
    return ['mariadb-binlog', '--no-defaults', `--stop-never-slave-server-id=${serverId}`];
  const program = lab.server.name === 'mysql-5.6' ? 'mysqlbinlog-9.7' : 'mysqlbinlog';
  return [program, '--no-defaults', `--connection-server-id=${serverId}`, '--get-server-public-key'];
}

/** A copy of db10's binary log on that host, written as it grows. */
async function copyOn(lab: Lab, host: 'db11' | 'db12', serverId: number): Promise<void> {
  const directory = '/var/lib/binlog-copy';
  await lab.exec(host, ['sh', '-c', `mkdir -p ${directory}; chmod 755 ${directory}`]);
  lab.spawn(host, [
    // MySQL's writes them for its own user and group otherwise, and MHA's user reads them.
    ...['sh', '-c', `cd ${directory}; UMASK=0644 exec "$@"`, 'sh', ...copier(lab, serverId), '--raw', '--stop-never'],
    ...['--read-from-remote-server', `--host=${HOSTS.db10.ipv4}`],
    ...[`--user=${REPLICATION_ACCOUNT.user}`, `--password=${REPLICATION_ACCOUNT.password}`, 'mysql-bin.000001'],
  ]);
  await waitUntil(`a copy on ${host}`, 10_000, async () => {
    const { stdout } = await lab.exec(host, ['sh', '-c', `cat ${directory}/* 2>/dev/null | wc -c`]);
    return Number(stdout) > 4;
  });
}

/** How many bytes of it are on that host. */
async function copied(lab: Lab, host: 'db11' | 'db12'): Promise<number> {
  const { stdout } = await lab.exec(host, ['sh', '-c', 'cat /var/lib/binlog-copy/* | wc -c']);
  return Number(stdout);
}

const copies = {
  binlog1: { hostname: 'db11', master_binlog_dir: '/var/lib/binlog-copy' },
  binlog2: { hostname: 'db12', master_binlog_dir: '/var/lib/binlog-copy' },
};

/** A master that is in no cluster, on db12's second port, with a schema of its own. */
async function further(lab: Lab): Promise<Instance> {
  const master = await Instance.start(lab, 'db12', outside);
  const domain = lab.server.name.startsWith('mariadb');
  await master.sql(
    'SET GLOBAL read_only=0',
    ...(domain ? ['SET GLOBAL gtid_domain_id=7'] : []),
    'CREATE DATABASE east',
  );
  await master.sql(
    ...(domain ? ['SET gtid_domain_id=7'] : []),
    'CREATE TABLE east.t (id INT PRIMARY KEY)',
    'INSERT INTO east.t VALUES (1)',
  );
  return master;
}

function connect(lab: Lab, replica: 'db10' | 'db11' | 'db12', connection: string): Promise<unknown> {
  const name = connection === '' ? '' : ` '${connection}'`;
  return sql(
    lab,
    replica,
    `CHANGE MASTER${name} TO MASTER_HOST='${HOSTS.db12.ipv4}', MASTER_PORT=${outside}, ` +
      `MASTER_USER='${REPLICATION_ACCOUNT.user}', MASTER_PASSWORD='${REPLICATION_ACCOUNT.password}', ` +
      `MASTER_LOG_FILE='mysql-bin.000001', MASTER_LOG_POS=4`,
    `START SLAVE${name}`,
  );
}

export const sources: readonly Topology[] = [
  {
    name: 'binlog-servers',
    what: 'two `[binlogN]` with copies, one behind the other; no replica has the last writes, the host is gone',
    is: 'works',
    gtid: true,
    async run(lab) {
      await copyOn(lab, 'db11', 901);
      await copyOn(lab, 'db12', 902);
      await lab.configure({ application: copies });
      await lab.sql('db11', lab.server.stopReceiving);
      await lab.sql('db12', lab.server.stopReceiving);
      const first = await written(lab, 20);
      await waitUntil('both copies', 10_000, async () => (await copied(lab, 'db11')) === (await copied(lab, 'db12')));
      // From here on only one of them goes on.
      await lab.exec('db11', ['pkill', '-f', 'binlog.*-server-id=901']);
      const last = await written(lab, 20);
      const { position } = await endOfLog(lab, 'db10');
      await waitUntil('the copy', 10_000, async () => (await copied(lab, 'db12')) >= position);
      await lab.powerOff('db10');
      const { code, stdout } = await failoverByMha(lab, db10);
      must(code === 0, reasonOf(stdout), stdout);
      await mustBeMaster(lab, 'db11', { output: stdout, writer: first, dead: ['db10'] });
      must((await lostWrites(lab, 'db11', last)) === 0, 'what only the longer copy has is lost', stdout);
      return 'the longest copy counts; nothing is lost';
    },
  },
  {
    name: 'binlog-servers-one-down',
    what: 'the same, the host of one `[binlogN]` is gone',
    is: 'works',
    gtid: true,
    async run(lab) {
      await copyOn(lab, 'db11', 901);
      await lab.configure({ application: { ...copies, binlog2: { hostname: 'app', master_binlog_dir: '/nowhere' } } });
      await lab.sql('db11', lab.server.stopReceiving);
      await lab.sql('db12', lab.server.stopReceiving);
      const writer = await written(lab, 20);
      const { position } = await endOfLog(lab, 'db10');
      await waitUntil('the copy', 10_000, async () => (await copied(lab, 'db11')) >= position);
      await lab.powerOff('db10');
      const { code, stdout } = await failoverByMha(lab, db10);
      must(code === 0, reasonOf(stdout), stdout);
      await mustBeMaster(lab, 'db11', { output: stdout, writer, dead: ['db10'] });
      return 'the other copy is read; nothing is lost';
    },
  },
  {
    name: 'raw-binlog-off',
    what: '`handle_raw_binlog=0`, unsent writes over a rotation, one replica behind the other; `kill -9` of the master',
    is: 'works',
    async run(lab) {
      await lab.configure({ application: { 'server default': { handle_raw_binlog: '0' } } });
      await lab.sql('db11', lab.server.stopReceiving);
      const first = await written(lab, 20);
      await caughtUp(lab, 'db12', first);
      await lab.sql('db12', lab.server.stopReceiving);
      const second = await written(lab, 10);
      await lab.sql('db10', 'FLUSH BINARY LOGS');
      const third = await written(lab, 10);
      await lab.killMysqld('db10');
      const { code, stdout } = await failoverByMha(lab, db10);
      must(code === 0, reasonOf(stdout), stdout);
      for (const writer of [first, second, third]) {
        await mustBeMaster(lab, 'db11', { output: stdout, writer });
        await caughtUp(lab, 'db12', writer);
      }
      return 'nothing is lost';
    },
  },
  {
    name: 'further-source-of-a-replica',
    what: 'MariaDB: a replica has a further source (a connection with a name); planned switch and `kill -9`',
    is: 'works',
    only: 'mariadb',
    async run(lab) {
      const master = await further(lab);
      await connect(lab, 'db12', 'east');
      const checked = await helper(lab, 'check', '--quick', '-c', 'test_cluster');
      must(/further sources too \(east/.test(checked.stdout), 'check does not name it', checked.stdout);
      const writer = await written(lab);
      const there = await switchByMha(lab, 'db11');
      must(there.code === 0, reasonOf(there.stdout), there.stdout);
      await mustBeMaster(lab, 'db11', { output: there.stdout, writer });
      await caughtUp(lab, 'db12', writer);
      await lab.killMysqld('db11');
      const dead = await failoverByMha(lab, { host: 'db11', ip: HOSTS.db11.ipv4, port: 3306 });
      must(dead.code === 0, reasonOf(dead.stdout), dead.stdout);
      await mustBeMaster(lab, 'db10', { output: dead.stdout, writer });
      await master.sql('INSERT INTO east.t VALUES (2)');
      await waitUntil(
        'the further source',
        10_000,
        async () => (await lab.sql('db12', 'SELECT id FROM east.t')).length === 2,
      );
      return 'the further source is left as it is; check names it';
    },
  },
  {
    name: 'further-source-of-the-master',
    what: 'MariaDB: the master itself replicates from outside by a connection with a name; planned switch',
    is: 'works',
    only: 'mariadb',
    async run(lab) {
      await further(lab);
      await connect(lab, 'db10', 'east');
      await waitUntil(
        'the further source',
        10_000,
        async () => (await lab.sql('db11', 'SHOW DATABASES LIKE "east"')).length > 0,
      );
      const checked = await helper(lab, 'check', '--quick', '-c', 'test_cluster');
      must(
        /further sources too|only by a connection with a name/.test(checked.stdout),
        'check does not name it',
        checked.stdout,
      );
      const { code, stdout } = await switchByMha(lab, 'db11');
      must(code === 0, reasonOf(stdout), stdout);
      await mustBeMaster(lab, 'db11', { output: stdout });
      return 'check names it; it stays on the old master, and the new one gets it from there no more';
    },
  },
  {
    name: 'outside-master-unnamed',
    what: 'the master itself replicates from outside by the connection without a name',
    is: 'refused',
    async run(lab) {
      await further(lab);
      await connect(lab, 'db10', '');
      const refused = await checkRepl(lab, APPLICATION_FILE);
      await mustBeAsBefore(lab, 'db10', refused);
      return reasonOf(refused.stdout);
    },
  },
  {
    name: 'only-a-named-connection',
    what: 'MariaDB: a replica follows the master by a connection with a name alone',
    is: 'refused',
    only: 'mariadb',
    async run(lab) {
      await lab.sql('db11', 'STOP SLAVE', 'RESET SLAVE ALL');
      const [log] = await lab.sql('db10', 'SHOW MASTER STATUS');
      await lab.sql(
        'db11',
        `CHANGE MASTER 'main' TO MASTER_HOST='${HOSTS.db10.ipv4}', MASTER_USER='${REPLICATION_ACCOUNT.user}', ` +
          `MASTER_PASSWORD='${REPLICATION_ACCOUNT.password}', MASTER_LOG_FILE='${String(log?.['File'])}', ` +
          `MASTER_LOG_POS=${Number(log?.['Position'])}`,
        "START SLAVE 'main'",
      );
      const checked = await helper(lab, 'check', '--quick', '-c', 'test_cluster');
      must(checked.code !== 0, 'check finds nothing', checked.stdout);
      await mustBeAsBefore(lab, 'db10', await switchByMha(lab, 'db11'));
      return reasonOf(checked.stdout);
    },
  },
];
