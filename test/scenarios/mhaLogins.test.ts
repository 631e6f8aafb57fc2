// Logins as servers have them today, for MHA, for its replicas and for the hooks: caching_sha2_password and ed25519,
// with and without encryption.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { makeCertificates } from '../lab/certificates.ts';
import type { DatabaseServer } from '../lab/databaseServer.ts';
import { HELPER_FILE } from '../lab/exampleConfiguration.ts';
import { writeCommand } from '../lab/hostFiles.ts';
import { ADMIN_ACCOUNT, DATABASE_NAMES, HOSTS, REPLICATION_ACCOUNT, type DatabaseName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { mariadbServer, ownMariadb } from '../lab/mariadbServer.ts';
import { MHA_ENVIRONMENT } from '../lab/mha.ts';
import { waitUntil } from '../lab/processes.ts';
import { databaseServer, haveServer } from '../lab/servers.ts';
import { lostWrites, startWriter } from '../lab/writer.ts';
import {
  assertWhole,
  clusterLab,
  hardHook,
  managerEnd,
  managerLog,
  masterSwitch,
  quickManager,
  startManager,
} from './cluster.ts';

const PEM = '/etc/lab-pem';
const certificates = makeCertificates(DATABASE_NAMES.map((name) => `IP:${HOSTS[name].ipv4}`).join(','));
/** Shell lines. */
const pemFiles = Object.entries({
  ca: certificates.ca,
  'server-cert': certificates.server.certificate,
  'server-key': certificates.server.key,
  'client-cert': certificates.client.certificate,
  'client-key': certificates.client.key,
}).map(([name, content]) => writeCommand({ path: `${PEM}/${name}.pem`, content }));
const verified = {
  default: {
    mysql_tls: 'verify',
    mysql_ca_file: `${PEM}/ca.pem`,
    mysql_cert_file: `${PEM}/client-cert.pem`,
    mysql_key_file: `${PEM}/client-key.pem`,
  },
} as const;

/** What MHA thinks of a server after one attempt to connect: `0` is dead. */
async function seenByMha(
  lab: Lab,
  host: DatabaseName,
  user: string,
  password: string,
  layer: boolean,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const look = [
    'perl',
    '-MMHA::DBHelper',
    '-MMHA::ManagerConst',
    '-e',
    'print MHA::DBHelper::check_connection_fast_util($ARGV[0], 3306, $ARGV[1], $ARGV[2])',
    HOSTS[host].ipv4,
    user,
    password,
  ];
  return (await lab.exec('mgr', look, { env: layer ? { ...MHA_ENVIRONMENT, ...env } : {} })).stdout;
}

describe('logins of MySQL 9.7', { concurrency: false }, () => {
  let lab: Lab;
  before(async () => {
    const server = databaseServer('mysql-9.7', { gtid: true });
    haveServer(server);
    lab = await clusterLab({ server });
  });
  after(async () => {
    await lab?.stop();
  });

  async function replica(host: DatabaseName): Promise<string> {
    const [status] = await lab.sql(host, lab.server.replicaStatus);
    const columns = [
      'Source_Host',
      'Replica_IO_Running',
      'Replica_SQL_Running',
      'Auto_Position',
      'Source_SSL_Allowed',
      'Get_Source_public_key',
    ];
    return columns.map((column) => String(status?.[column])).join(' ');
  }

  test('without encryption the key of the new source is asked for, by the old master too', async () => {
    // 9.7 encrypts by itself where nothing is said.
    for (const host of ['db11', 'db12'] as const)
      await lab.sql(host, 'STOP REPLICA', 'CHANGE REPLICATION SOURCE TO SOURCE_SSL=0', 'START REPLICA');
    const switched = await masterSwitch(lab, 'db11');
    assert.equal(switched.code, 0, switched.stdout);
    assert.match(switched.stdout, /mha-helper compat: MySQL 9\.7\.\d+: [^]*GTID failover mode = 1/);
    for (const host of ['db10', 'db12'] as const)
      assert.equal(await replica(host), `${HOSTS.db11.ipv4} Yes Yes 1 No 1`);
  });

  test(
    'where encryption is required, MHA does not take the server for dead, the hooks connect, and replication ' +
      'stays encrypted',
    async () => {
      for (const host of DATABASE_NAMES) await lab.sql(host, 'SET GLOBAL require_secure_transport=1');
      const change = 'CHANGE REPLICATION SOURCE TO SOURCE_SSL=1, GET_SOURCE_PUBLIC_KEY=0';
      for (const host of ['db10', 'db12'] as const) await lab.sql(host, 'STOP REPLICA', change, 'START REPLICA');
      const look = (layer: boolean): Promise<string> =>
        seenByMha(lab, 'db11', ADMIN_ACCOUNT.user, ADMIN_ACCOUNT.password, layer);
      assert.deepEqual([await look(false), await look(true)], ['0', '1:Connection Succeeded']);
      const switched = await masterSwitch(lab, 'db10');
      assert.equal(switched.code, 0, switched.stdout);
      for (const host of ['db11', 'db12'] as const)
        assert.equal(await replica(host), `${HOSTS.db10.ipv4} Yes Yes 1 Yes 0`);
      assert.deepEqual(await lab.writableServers(), ['db10']);
    },
  );

  test('accounts with REQUIRE SSL: a planned switch', async () => {
    for (const host of DATABASE_NAMES) await lab.sql(host, 'SET GLOBAL require_secure_transport=0');
    await lab.sql(
      'db10',
      ...[ADMIN_ACCOUNT, REPLICATION_ACCOUNT].map(({ user }) => `ALTER USER ${user}@'%' REQUIRE SSL`),
    );
    const switched = await masterSwitch(lab, 'db11');
    assert.equal(switched.code, 0, switched.stdout);
    for (const host of ['db10', 'db12'] as const)
      assert.equal(await replica(host), `${HOSTS.db11.ipv4} Yes Yes 1 Yes 0`);
    assert.deepEqual(await lab.writableServers(), ['db11']);
  });

  test('certificates that are verified, and REQUIRE X509 for MHA: a planned switch', async () => {
    for (const host of DATABASE_NAMES) {
      const input = pemFiles.join('\n').replaceAll(PEM, '/var/lib/mysql/lab');
      await lab.exec(host, ['sh', '-e'], { input });
      const files = Object.entries({ ca: 'ca', cert: 'server-cert', key: 'server-key' });
      await lab.sql(
        host,
        ...files.map(([name, file]) => `SET GLOBAL ssl_${name}='/var/lib/mysql/lab/${file}.pem'`),
        'ALTER INSTANCE RELOAD TLS',
      );
    }
    await lab.sql('db11', `ALTER USER ${ADMIN_ACCOUNT.user}@'%' REQUIRE X509`);
    await lab.exec('mgr', ['sh', '-e'], { input: pemFiles.join('\n') });
    await lab.configure({ helper: verified });
    const switched = await masterSwitch(lab, 'db10');
    assert.equal(switched.code, 0, switched.stdout);
    assert.deepEqual([await lab.writableServers(), await lab.vipHolders()], [['db10'], ['db10']]);
    await lab.sql('db10', `ALTER USER ${ADMIN_ACCOUNT.user}@'%' REQUIRE SSL`);
    // A server with the certificate of another authority lives.
    const look = (env: Record<string, string>): Promise<string> =>
      seenByMha(lab, 'db10', ADMIN_ACCOUNT.user, ADMIN_ACCOUNT.password, true, env);
    const trust = (ca: string): Record<string, string> => ({
      MHA_HELPER_MYSQL_TLS: 'verify',
      MHA_HELPER_MYSQL_CA_FILE: ca,
    });
    assert.equal(await look(trust(`${PEM}/ca.pem`)), '1:Connection Succeeded');
    assert.match(await look(trust(`${PEM}/client-cert.pem`)), /^2026\(/);
    const helper = await lab.exec('mgr', ['sed', '-i', 's,/ca.pem,/client-cert.pem,', HELPER_FILE]);
    assert.equal(helper.code, 0);
    const refused = await masterSwitch(lab, 'db11');
    assert.notEqual(refused.code, 0);
    assert.deepEqual(await lab.writableServers(), ['db10']);
    await lab.configure({});
  });

  test('a server that refuses to let MHA in is not dead', async () => {
    await lab.sql(
      'db11',
      "CREATE USER expired@'%' IDENTIFIED BY 'x' PASSWORD EXPIRE",
      "CREATE USER locked@'%' IDENTIFIED BY 'x' ACCOUNT LOCK",
      "CREATE USER blocked@'%' IDENTIFIED BY 'y' FAILED_LOGIN_ATTEMPTS 1 PASSWORD_LOCK_TIME 1",
      "CREATE USER offline@'%' IDENTIFIED BY 'x'",
    );
    for (const [user, code] of [
      ['expired', 1862],
      ['locked', 3118],
      ['blocked', 3955],
      ['offline', 3032],
    ] as const) {
      if (user === 'offline') await lab.sql('db11', 'SET GLOBAL offline_mode=1');
      assert.deepEqual(
        [await seenByMha(lab, 'db11', user, 'x', false), (await seenByMha(lab, 'db11', user, 'x', true)).split('(')[0]],
        ['0', String(code)],
        user,
      );
    }
    // Neither encryption nor a key to send the password with.
    await lab.exec('db12', ['sh', '-c', 'rm /var/lib/mysql/*_key.pem']);
    await lab.stopMysqld('db12');
    await lab.startMysqld(
      'db12',
      '--caching-sha2-password-auto-generate-rsa-keys=OFF',
      '--sha256-password-auto-generate-rsa-keys=OFF',
      '--tls-version=',
    );
    await lab.sql('db12', `ALTER USER ${ADMIN_ACCOUNT.user}@'%' REQUIRE NONE`);
    const look = (layer: boolean): Promise<string> =>
      seenByMha(lab, 'db12', ADMIN_ACCOUNT.user, ADMIN_ACCOUNT.password, layer);
    assert.equal(await look(false), '0');
    assert.match(
      await look(true),
      /^2061\(Couldn't read RSA public key from server; with encryption: Access denied .*\)$/,
    );
  });
});

// The replicas' servers look for the client's part in the directory of their own plugins, and Debian has it elsewhere.
const FOR_REPLICAS =
  'ln -s "$(echo /usr/lib/*/libmariadb3/plugin/client_ed25519.so)" /usr/lib/mysql/plugin/client_ed25519.so';
describe('logins of MariaDB: ed25519', { concurrency: false }, () => {
  let lab: Lab;
  before(async () => {
    const plain = mariadbServer(ownMariadb(), { gtid: false });
    const server: DatabaseServer = {
      ...plain,
      prepare: [...plain.prepare, FOR_REPLICAS, ...pemFiles],
      options: [
        ...plain.options,
        'plugin_load_add=auth_ed25519',
        `ssl_ca=${PEM}/ca.pem`,
        `ssl_key=${PEM}/server-key.pem`,
        `ssl_cert=${PEM}/server-cert.pem`,
      ],
      accounts: [
        ...plain.accounts,
        ...[ADMIN_ACCOUNT, REPLICATION_ACCOUNT].map(
          ({ user, password }) => `ALTER USER ${user}@'%' IDENTIFIED VIA ed25519 USING PASSWORD('${password}')`,
        ),
      ],
    };
    lab = await clusterLab({ server, configuration: quickManager });
  });
  after(async () => {
    await lab?.stop();
  });

  test('a planned switch', async () => {
    const switched = await masterSwitch(lab, 'db11');
    assert.equal(switched.code, 0, switched.stdout);
    assert.deepEqual([await lab.writableServers(), await lab.vipHolders()], [['db11'], ['db11']]);
  });

  test(
    'with certificates that are verified, and REQUIRE X509 for MHA: a hard failover, in which a replica gets what ' +
      'it lacks from the binary log of the dead master',
    async () => {
      await lab.sql(
        'db11',
        `ALTER USER ${ADMIN_ACCOUNT.user}@'%' REQUIRE X509`,
        `ALTER USER ${REPLICATION_ACCOUNT.user}@'%' REQUIRE SSL`,
      );
      await lab.exec('mgr', ['sh', '-e'], { input: pemFiles.join('\n') });
      await lab.configure({ ...quickManager, helper: verified });
      for (const host of ['db10', 'db12'] as const) {
        await lab.sql(host, 'STOP SLAVE', 'CHANGE MASTER TO MASTER_SSL=1', 'START SLAVE');
        await waitUntil(`replication to ${host}`, 10_000, async () =>
          lab.server.isReplicating((await lab.sql(host, lab.server.replicaStatus))[0] ?? {}),
        );
      }
      const manager = await startManager(lab);
      await lab.sql('db12', 'STOP SLAVE IO_THREAD');
      const writer = await startWriter(lab);
      // Two seconds and more: the manager pings every second, each time from a child process, and its session would end
      // when it is idle for two.
      await writer.progress(500);
      assert.doesNotMatch(await managerLog(lab), /select ping/);
      assert.notEqual(
        (await lab.sql('db11', "SELECT IS_USED_LOCK('MHA_Master_High_Availability_Monitor') AS holder"))[0]?.['holder'],
        null,
      );
      assert.ok((await lostWrites(lab, 'db12', writer)) > 0, 'db12 lacks writes');
      await lab.killMysqld('db11');
      assert.equal(await managerEnd(manager), 0, await managerLog(lab));
      await assertWhole(lab, 'db10', writer);
      const [status = {}] = await lab.sql('db12', lab.server.replicaStatus);
      assert.ok(lab.server.isReplicating(status), JSON.stringify(status));
      assert.deepEqual([status['Master_Host'], status['Master_SSL_Allowed']], [HOSTS.db10.ipv4, 'Yes']);
    },
  );

  test('a manager that lacks the plugin does not take the server for dead; the hooks have it inside', async () => {
    await lab.exec('mgr', ['sh', '-c', 'rm /usr/lib/*/libmariadb3/plugin/client_ed25519.so']);
    assert.match(
      await seenByMha(lab, 'db10', ADMIN_ACCOUNT.user, ADMIN_ACCOUNT.password, true),
      /^1045\(Plugin client_ed25519 could not be loaded/,
    );
    const again = await hardHook(lab, 'start', { orig: 'db11', next: 'db10' });
    assert.equal(again.code, 0, again.stderr);
  });
});
