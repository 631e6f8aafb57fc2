import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { connectMysql } from '../../src/adapters/mysql/connection.ts';
import { listens } from '../../src/adapters/mysql/listens.ts';
import { systemClock } from '../../src/adapters/systemClock.ts';
import { Budget } from '../../src/context/budget.ts';
import type { SqlConnection } from '../../src/context/Context.ts';
import { Failure, SqlError } from '../../src/errors/errors.ts';
import { openServer } from '../../src/mysql/openServer.ts';
import { isWorking, type Server } from '../../src/mysql/Server.ts';
import { waitUntil } from '../lab/processes.ts';
import { startMariadb, type RunningServer } from './mysqlServer.ts';

// As hostile as MHA can carry it: every kind of character that a shell or MySQL reads specially.
const hostile = 'p@$$ w"o\'r\\d!#{}[]()<>|&;*?~^`,.:=+-_/%0123456789abcdefABCDEFxyzXYZ';
const escapeSql = (text: string): string => text.replace(/[\\']/g, (character) => `\\${character}`);

describe('MySQL over mysql2, on MariaDB', { concurrency: false }, () => {
  let running: RunningServer | undefined;
  const opened: SqlConnection[] = [];
  before(async () => {
    running = await startMariadb();
    running.sql(`CREATE USER mha@'%' IDENTIFIED BY '${escapeSql(hostile)}'; GRANT ALL ON *.* TO mha@'%';
    CREATE USER app@'%' IDENTIFIED BY 'app';
      CREATE USER weak@'%' IDENTIFIED BY 'weak'; CREATE DATABASE app; GRANT ALL ON app.* TO app@'%';
      CREATE TABLE app.t (id INT PRIMARY KEY AUTO_INCREMENT, v INT) ENGINE=InnoDB;
      INSTALL SONAME 'auth_ed25519';
      CREATE USER signs@'%' IDENTIFIED VIA ed25519 USING PASSWORD('${escapeSql(hostile)}é');
      CREATE USER signs_encrypted@'%' IDENTIFIED VIA ed25519 USING PASSWORD('s') REQUIRE SSL;
      CREATE USER encrypted@'%' IDENTIFIED BY 'e' REQUIRE SSL; SET GLOBAL secure_auth=0;
      CREATE USER old@'%' IDENTIFIED VIA mysql_old_password USING '0123456789abcdef'`);
  });
  after(async () => {
    await Promise.all(opened.map((connection) => connection.close()));
    await running?.end();
  });

  const mariadb = (): RunningServer => running ?? assert.fail('no server');

  async function connect(
    user = 'mha',
    password = hostile,
    host = '127.0.0.1',
    timeoutMs = 5_000,
  ): Promise<SqlConnection> {
    const connection = await connectMysql({ label: 'db10', host, port: mariadb().port, user, password }, timeoutMs);
    opened.push(connection);
    return connection;
  }

  async function server(user?: string, password?: string): Promise<Server> {
    return openServer('db10', await connect(user, password), new Budget(systemClock, 'the test', 60_000), 5_000);
  }

  test('a hostile password of 64 characters connects, over IPv4 and IPv6', async () => {
    assert.ok(hostile.length >= 64);
    for (const host of ['127.0.0.1', '::1']) {
      const [row] = await (await connect('mha', hostile, host)).query('SELECT CURRENT_USER() AS me', [], 1_000);
      assert.deepEqual(row, { me: 'mha@%' });
    }
  });

  async function cipher(connection: SqlConnection): Promise<unknown> {
    return (await connection.query("SHOW STATUS LIKE 'Ssl_cipher'", [], 1_000))[0]?.['Value'];
  }

  test('an account with ed25519 logs in, plain and encrypted', async () => {
    assert.equal(await cipher(await connect('signs', `${hostile}é`)), '');
    assert.match(String(await cipher(await connect('signs_encrypted', 's'))), /^TLS_/);
    await assert.rejects(connect('signs', hostile), {
      kind: 'mysql',
      message: /Access denied for user 'signs'@'localhost'/,
    });
  });

  test('an account with REQUIRE SSL, and a server that insists on encryption', async () => {
    assert.match(String(await cipher(await connect('encrypted', 'e'))), /^TLS_/);
    assert.equal(await cipher(await connect()), '');
    mariadb().sql('SET GLOBAL require_secure_transport=1');
    try {
      assert.match(String(await cipher(await connect())), /^TLS_/);
      await assert.rejects(connect('mha', 'wrong'), {
        message: /: Access denied for user 'mha'@'localhost' \(using password: YES\)$/,
      });
    } finally {
      mariadb().sql('SET GLOBAL require_secure_transport=0');
    }
  });

  test(
    'an encrypted login that gets no answer does not make a dead server of one that has just refused the plain ' +
      'one',
    async () => {
      let connections = 0;
      const sockets: Socket[] = [];
      const proxy = createServer((client) => {
        const through = connectTcp(mariadb().port, '127.0.0.1');
        sockets.push(client, through);
        through.on('error', () => undefined).pipe(client.on('error', () => undefined));
        if (++connections === 1) client.pipe(through);
      }).listen(0, '127.0.0.1');
      await once(proxy, 'listening');
      const { port } = proxy.address() as AddressInfo;
      const outcome = await connectMysql(
        { label: 'db10', host: '127.0.0.1', port, user: 'encrypted', password: 'e' },
        500,
      ).catch((error: unknown) => error);
      proxy.close();
      for (const socket of sockets) socket.destroy();
      assert.ok(outcome instanceof Failure && outcome.cause instanceof SqlError, String(outcome));
      assert.match(
        outcome.message,
        /: Access denied for user 'encrypted'@'localhost' \(using password: YES\); with encryption there is no answer$/,
      );
      assert.equal(connections, 2);
    },
  );

  test('a plugin that we cannot do is one line, and a sign of life', async () => {
    await assert.rejects(connect('old', 'x'), (error: Error & { hint?: string }) => {
      assert.equal(
        error.message,
        `db10: cannot connect to MySQL at 127.0.0.1:${mariadb().port} as 'old': the account logs in by the ` +
          'plugin mysql_old_password, which mha-helper cannot do',
      );
      assert.equal(error.hint, 'give it mysql_native_password, caching_sha2_password, sha256_password or ed25519');
      return error.cause instanceof SqlError && error.cause.errno === 2059;
    });
  });

  test('names itself', async () => {
    assert.match((await server()).version, /^MariaDB 1\d\.\d+\.\d+$/);
  });

  test('read_only is read, set, and cleared', async () => {
    const db = await server();
    assert.deepEqual(await db.readOnly(), { readOnly: false, superReadOnly: null });
    assert.equal(await db.setReadOnly({ readOnly: true, superReadOnly: true }, 1_000), true);
    assert.deepEqual(await db.readOnly(), { readOnly: true, superReadOnly: null });
    assert.equal(await db.setReadOnly({ readOnly: false, superReadOnly: null }, 1_000), true);
    assert.deepEqual(await db.readOnly(), { readOnly: false, superReadOnly: null });
  });

  test('a writer in the way: the server gives up, and nothing is set later', async () => {
    const db = await server();
    const writer = await connect('app', 'app');
    await writer.query('LOCK TABLES app.t WRITE', [], 1_000);
    assert.equal(await db.setReadOnly({ readOnly: true, superReadOnly: null }, 1_000), false);
    await writer.query('UNLOCK TABLES', [], 1_000);
    // A SET that was still queued in the server would come through now, before this one does.
    await writer.query('INSERT INTO app.t (v) VALUES (1)', [], 1_000);
    assert.deepEqual(await db.readOnly(), { readOnly: false, superReadOnly: null });
  });

  test("sessions: idle, working, in a transaction; not our own, not the server's", async () => {
    const db = await server();
    const idle = await connect('app', 'app');
    const inTransaction = await connect('app', 'app');
    await inTransaction.query('BEGIN', [], 1_000);
    await inTransaction.query('INSERT INTO app.t (v) VALUES (2)', [], 1_000);
    const working = await connect('app', 'app');
    const slept = working.query('SELECT SLEEP(20)', [], 30_000).catch((error: unknown) => error);
    await systemClock.sleep(150); // innodb_trx is a copy that the server renews every 100 ms
    const sessions = await db.clientSessions();
    const found = (connection: SqlConnection) => sessions.find(({ id }) => id === connection.threadId);
    assert.equal(found(idle)?.command, 'Sleep');
    assert.equal(isWorking(found(idle) ?? assert.fail()), false);
    assert.equal(found(inTransaction)?.inTransaction, true);
    assert.equal(found(working)?.statement, 'SELECT SLEEP(20)');
    assert.equal(isWorking(found(working) ?? assert.fail()), true);
    assert.ok(sessions.every(({ user }) => user !== 'system user' && user !== 'event_scheduler'));
    await db.terminate(sessions);
    await db.terminate(sessions); // gone already: no error
    assert.match(String(await slept), /connection to MySQL was lost|killed/i);
    // One that is killed is there until its transaction is rolled back.
    await waitUntil('the end of the sessions', 5_000, async () => (await db.clientSessions()).length === 0);
    assert.equal(mariadb().sql('SELECT COUNT(*) FROM app.t WHERE v = 2').trim(), '0');
  });

  test('many sessions are ended at once, those behind one that has gone too', async () => {
    const db = await server();
    const crowd = await Promise.all(Array.from({ length: 30 }, () => connect('app', 'app')));
    await waitUntil('the crowd', 5_000, async () => (await db.clientSessions()).length >= crowd.length);
    // With one message: a server that takes one statement at a time would be asked one by one.
    await (await connect()).query('DO 0; DO 1', [], 1_000);
    const sessions = await db.clientSessions();
    const going = crowd.filter((_, index) => index % 10 === 3);
    await Promise.all(going.map((one) => one.close()));
    const rest = sessions.length - going.length;
    await waitUntil('some that go', 5_000, async () => (await db.clientSessions()).length <= rest);
    await db.terminate(sessions);
    await waitUntil('the end of the others', 5_000, async () => (await db.clientSessions()).length === 0);
  });

  test('a session that the account may not end is named', async () => {
    await connect('app', 'app');
    const sessions = await (await server()).clientSessions();
    const weak = await server('weak', 'weak');
    await assert.rejects(weak.terminate([...sessions, ...sessions]), (error: Failure) => {
      assert.match(error.message, /^db10: MySQL refused "KILL CONNECTION \d+": You are not owner of thread \d+$/);
      return true;
    });
  });

  test('the position of the binary log moves with a write, and only then', async () => {
    const db = await server();
    const before = await db.binlogPosition();
    assert.match(before ?? '', /^bin\.\d+:\d+$/);
    assert.equal(await db.binlogPosition(), before);
    mariadb().sql('INSERT INTO app.t (v) VALUES (3)');
    assert.notEqual(await db.binlogPosition(), before);
  });

  test('refusals are one line each that says what to do', async () => {
    const where = (user: string): string => `db10: cannot connect to MySQL at 127.0.0.1:${mariadb().port} as '${user}'`;
    await assert.rejects(connect('mha', 'wrong'), {
      kind: 'mysql',
      message: `${where('mha')}: Access denied for user 'mha'@'localhost' (using password: YES)`,
      hint: "check user and password in MHA's configuration, and that the account may connect from this host",
    });
    await assert.rejects(connect('mha', ''), (error: Error) =>
      error.message.endsWith('(the password arrived empty: MHA drops a password that is just "0")'),
    );
    const weak = await server('weak', 'weak');
    await assert.rejects(weak.setReadOnly({ readOnly: true, superReadOnly: null }, 1_000), {
      kind: 'mysql',
      hint: /needs SUPER/,
    });
    await assert.rejects(weak.binlogPosition(), {
      kind: 'mysql',
      message: /^db10: MySQL refused "SHOW MASTER STATUS": Access denied/,
    });
    const nobody = { label: 'db10', host: '127.0.0.1', port: 1, user: 'mha', password: 'x' };
    for (const attempt of [connectMysql, listens])
      await assert.rejects(attempt(nobody, 1_000), {
        kind: 'mysql',
        message: "db10: cannot connect to MySQL at 127.0.0.1:1 as 'mha': connect ECONNREFUSED 127.0.0.1:1",
      });
    await listens({ ...nobody, port: mariadb().port }, 1_000);
  });

  test('a server that accepts and then says nothing: the deadline holds', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    // The limit of TCP is none for the login.
    const target = { label: 'db10', host: '127.0.0.1', port, user: 'mha', password: 'x', openMs: 50 };
    await assert.rejects(connectMysql(target, 300), {
      kind: 'deadline',
      message: `db10: cannot connect to MySQL at 127.0.0.1:${port} as 'mha': no answer within 0.3 s`,
    });
    silent.close();
  });

  test('a server that stops answering: the deadline holds, and the process can end', async () => {
    const db = await connect();
    await mariadb().freeze();
    await assert.rejects(db.query('SELECT 1', [], 300), {
      kind: 'deadline',
      message: 'db10: MySQL did not answer "SELECT 1" within 0.3 s',
    });
    mariadb().signal('SIGCONT');
    await db.close();
  });

  test('a server that dies is a lost connection', async () => {
    const db = await connect();
    mariadb().signal('SIGKILL');
    await assert.rejects(db.query('SELECT SLEEP(5)', [], 5_000), {
      kind: 'mysql',
      message: /^db10: the connection to MySQL was lost at "SELECT SLEEP\(5\)"/,
    });
  });
});
