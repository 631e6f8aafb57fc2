import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { connectMysql } from '../../src/adapters/mysql2Connection.ts';
import { systemClock } from '../../src/adapters/systemClock.ts';
import { Budget } from '../../src/context/budget.ts';
import type { SqlConnection } from '../../src/context/Context.ts';
import { openServer } from '../../src/mysql/openServer.ts';
import { isWorking, type Server } from '../../src/mysql/Server.ts';
import { startMariadb, type RunningServer } from './mysqlServer.ts';

// As hostile as MHA can carry it: every kind of character that a shell or MySQL reads specially.
const hostile = 'p@$$ w"o\'r\\d!#{}[]()<>|&;*?~^`,.:=+-_/%0123456789abcdefABCDEFxyzXYZ';
const escapeSql = (text: string): string => text.replace(/[\\']/g, (character) => `\\${character}`);

describe('MySQL over mysql2, on MariaDB', { concurrency: false }, () => {
  let running: RunningServer | undefined;
  const opened: SqlConnection[] = [];
  before(async () => {
    running = await startMariadb();
    running.sql(`CREATE USER mha@'%' IDENTIFIED BY '${escapeSql(hostile)}'; GRANT ALL ON *.* TO mha@'%'; CREATE USER app@'%' IDENTIFIED BY 'app';
      CREATE USER weak@'%' IDENTIFIED BY 'weak'; CREATE DATABASE app; GRANT ALL ON app.* TO app@'%'; CREATE TABLE app.t (id INT PRIMARY KEY AUTO_INCREMENT, v INT) ENGINE=InnoDB`);
  });
  after(async () => {
    await Promise.all(opened.map((connection) => connection.close()));
    await running?.end();
  });

  const mariadb = (): RunningServer => running ?? assert.fail('no server');

  async function connect(user = 'mha', password = hostile, host = '127.0.0.1', timeoutMs = 5_000): Promise<SqlConnection> {
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

  test('sessions: idle, working, in a transaction; not our own, not the server\'s', async () => {
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
    for (const session of sessions) await db.terminate(session);
    for (const session of sessions) await db.terminate(session); // gone already: no error
    assert.match(String(await slept), /connection to MySQL was lost|killed/i);
    assert.deepEqual(await db.clientSessions(), []);
    assert.equal(mariadb().sql('SELECT COUNT(*) FROM app.t WHERE v = 2').trim(), '0');
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
      kind: 'mysql', message: `${where('mha')}: Access denied for user 'mha'@'localhost' (using password: YES)`,
      hint: 'check user and password in MHA\'s configuration, and that the account may connect from this host',
    });
    await assert.rejects(connect('mha', ''), (error: Error) => error.message.endsWith('(the password arrived empty: MHA drops a password that is just "0")'));
    const weak = await server('weak', 'weak');
    await assert.rejects(weak.setReadOnly({ readOnly: true, superReadOnly: null }, 1_000), { kind: 'mysql', hint: /needs SUPER/ });
    await assert.rejects(weak.binlogPosition(), { kind: 'mysql', message: /^db10: MySQL refused "SHOW MASTER STATUS": Access denied/ });
    await assert.rejects(connectMysql({ label: 'db10', host: '127.0.0.1', port: 1, user: 'mha', password: 'x' }, 1_000), {
      kind: 'mysql', message: "db10: cannot connect to MySQL at 127.0.0.1:1 as 'mha': connect ECONNREFUSED 127.0.0.1:1",
    });
  });

  test('a server that accepts and then says nothing: the deadline holds', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    await assert.rejects(connectMysql({ label: 'db10', host: '127.0.0.1', port, user: 'mha', password: 'x' }, 300), {
      kind: 'deadline', message: `db10: cannot connect to MySQL at 127.0.0.1:${port} as 'mha': no answer within 0.3 s`,
    });
    silent.close();
  });

  test('a server that stops answering: the deadline holds, and the process can end', async () => {
    const db = await connect();
    await mariadb().freeze();
    await assert.rejects(db.query('SELECT 1', [], 300), { kind: 'deadline', message: 'db10: MySQL did not answer "SELECT 1" within 0.3 s' });
    mariadb().signal('SIGCONT');
    await db.close();
  });

  test('a server that dies is a lost connection', async () => {
    const db = await connect();
    mariadb().signal('SIGKILL');
    await assert.rejects(db.query('SELECT SLEEP(5)', [], 5_000), { kind: 'mysql', message: /^db10: the connection to MySQL was lost at "SELECT SLEEP\(5\)"/ });
  });
});
