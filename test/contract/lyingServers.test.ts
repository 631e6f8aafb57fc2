// Servers that lie: what a real one said, changed, over a real connection. Never a defect, never longer than the limit.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { connectMysql } from '../../src/adapters/mysql/connection.ts';
import { jsonHttp } from '../../src/adapters/openstack/jsonHttp.ts';
import { sendMail } from '../../src/adapters/smtp/mailer.ts';
import { systemClock } from '../../src/adapters/systemClock.ts';
import { Budget } from '../../src/context/budget.ts';
import { Failure } from '../../src/errors/errors.ts';
import { errorLine } from '../../src/errors/message.ts';
import { openServer } from '../../src/mysql/openServer.ts';
import { mutate } from '../fuzz/mutate.ts';
import { Dice } from '../simulator/dice.ts';
import { startMariadb, type RunningServer } from './mysqlServer.ts';

const attempts = 150;
const limitMs = 300;

/** Pieces of what a server says: the first at once, the others each after something that the client has sent. */
type Said = readonly string[];

async function listen(serve: (socket: Socket) => void): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function record(port: number, use: (port: number) => Promise<unknown>): Promise<Said> {
  const said = [''];
  const proxy = await listen((client) => {
    const through = connect(port, '127.0.0.1').on('error', () => undefined);
    client.on('data', (data) => {
      said.push('');
      through.write(data);
    });
    through.on('data', (data) => {
      said.push((said.pop() ?? '') + data.toString('latin1'));
      client.write(data);
    });
    client.on('close', () => through.destroy());
  });
  await use(proxy.port);
  proxy.close();
  return said;
}

/** What was wrong, each once. */
async function tried(said: Said, use: (port: number) => Promise<unknown>): Promise<readonly string[]> {
  const dice = new Dice(16);
  const server = await listen((socket) => {
    const worst = dice.below(said.length);
    const lies = said.map((piece, at) => (at === worst || dice.chance(0.1) ? mutate(piece, dice, [], said) : piece));
    const ends = dice.chance(0.7);
    const next = (): void => {
      const piece = lies.shift();
      if (piece !== undefined && piece !== '') socket.write(Buffer.from(piece, 'latin1'));
      if (lies.length === 0 && ends) socket.end();
    };
    socket.on('data', next);
    next();
  });
  const wrong = new Set<string>();
  let left = attempts;
  const attempt = async (): Promise<void> => {
    for (; left > 0; left -= 1) {
      const began = performance.now();
      try {
        await use(server.port);
      } catch (error) {
        if (!(error instanceof Failure) || error.kind === 'internal') wrong.add(String((error as Error).stack));
        else if (/[\u0000-\u001f\u007f]/.test(errorLine(error))) wrong.add(errorLine(error));
      }
      if (performance.now() - began > 20 * limitMs) wrong.add('slow');
    }
  };
  await Promise.all(Array.from({ length: 10 }, attempt));
  server.close();
  return [...wrong];
}

const crlf = (...lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');

describe('servers that lie', { concurrency: false }, () => {
  // What mysql2 prints of it: the executable has no console (test/unit/build/bundle.test.ts).
  const { trace, warn, error: complain } = console;
  let real: RunningServer | undefined;
  before(async () => {
    const nothing = (): void => undefined;
    Object.assign(console, { trace: nothing, warn: nothing, error: nothing });
    real = await startMariadb();
    real.sql("CREATE USER mha@'%' IDENTIFIED BY 'm'; GRANT ALL ON *.* TO mha@'%'");
  });
  after(async () => {
    Object.assign(console, { trace, warn, error: complain });
    await real?.end();
  });
  const realPort = (): number => real?.port ?? assert.fail('no server');

  test('MySQL', async () => {
    const use = async (port: number): Promise<void> => {
      const target = { label: 'db10', host: '127.0.0.1', port, user: 'mha', password: 'm' };
      const connection = await connectMysql(target, limitMs);
      try {
        const server = await openServer('db10', connection, new Budget(systemClock, 'x', 4 * limitMs), limitMs);
        await server.readOnly();
        await server.clientSessions();
        await server.grants();
        await server.binlogPosition();
      } finally {
        await connection.close();
      }
    };
    const said = await record(realPort(), use);
    assert.ok(said.length > 5, 'the real one has answered');
    assert.deepEqual(await tried(said, use), []);
  });

  test('MySQL that sends rows without end', async () => {
    const packet = (number: number, bytes: Buffer): Buffer =>
      Buffer.concat([Buffer.from([bytes.length & 0xff, bytes.length >> 8, 0, number & 0xff]), bytes]);
    const target = { label: 'db10', host: '127.0.0.1', user: 'mha', password: 'm' };
    const said = await record(realPort(), async (port) => {
      const connection = await connectMysql({ ...target, port }, 5_000);
      await connection.query('SELECT 1 AS one', [], 1_000);
      await connection.close();
    });
    const answer = Buffer.from(said[2] ?? '', 'latin1');
    // Without its last row and its end.
    const head = answer.subarray(0, answer.indexOf(Buffer.from([1, 0x31])) - 4);
    const flood = Buffer.concat(
      Array.from({ length: 200 }, (_, at) => packet(at, Buffer.from(`\xfc\x00\x04${'x'.repeat(1024)}`, 'latin1'))),
    );
    const server = await listen((socket) => {
      let at = 0;
      const pour = (): void => {
        while (!socket.destroyed && socket.write(flood));
        socket.once('drain', pour);
      };
      const next = (): void => {
        at += 1;
        if (at < 3) socket.write(Buffer.from(said[at - 1] ?? '', 'latin1'));
        else if (at === 3) {
          socket.write(head);
          pour();
        }
      };
      socket.on('data', next);
      next();
    });
    const connection = await connectMysql({ ...target, port: server.port }, 5_000, 20e6);
    const before = process.memoryUsage().rss;
    await assert.rejects(connection.query('SELECT 1 AS one', [], 20_000), (error) => {
      assert.ok(error instanceof Failure);
      assert.match(error.message, /^db10: MySQL sends more than 20 MB for "SELECT 1 AS one"$/);
      return true;
    });
    assert.ok(process.memoryUsage().rss - before < 500e6);
    server.close();
  });

  test('SMTP', async () => {
    const said = [
      crlf('220 mail ESMTP'),
      crlf('250-mail', '250-SIZE 1000', '250-8BITMIME', '250 AUTH PLAIN'),
      ...[1, 2].map(() => crlf('250 ok')),
      crlf('354 go'),
      crlf('250 queued'),
      crlf('221 bye'),
    ];
    const mail = { from: 'a@b', to: ['c@d'], subject: 's', text: 't' };
    assert.deepEqual(await tried(said, (port) => sendMail(mail, { host: '127.0.0.1', port }, limitMs)), []);
  });

  test('the services of a cloud', async () => {
    const json = JSON.stringify({ ports: [{ id: 'x', fixed_ips: [{ ip_address: '10.0.0.1' }] }] });
    const head = crlf('HTTP/1.1 200 OK', 'Content-Type: application/json', `Content-Length: ${json.length}`, '');
    const use = (port: number): Promise<unknown> =>
      jsonHttp({ method: 'GET', url: `http://127.0.0.1:${port}/` }, 'the service', {}, limitMs);
    assert.deepEqual(await tried(['', head + json], use), []);
  });
});
