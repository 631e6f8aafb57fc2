// What stands where sshd should be says something else, before anybody has logged in.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { test } from 'node:test';
import { connectSsh } from '../../src/adapters/ssh/connect.ts';
import { Failure } from '../../src/errors/errors.ts';
import { errorLine } from '../../src/errors/message.ts';
import { env, place, server, target } from './sshFixture.ts';

const limitMs = 500;

async function listening(serve: (socket: Socket) => void): Promise<Server> {
  const listener = createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return listener;
}

/** One line that a person can read, in time; null: it has logged in all the same. */
async function outcome(listener: Server): Promise<string | null> {
  const { port } = listener.address() as AddressInfo;
  const of = target(port, { known: place.knownHosts(port) });
  const began = performance.now();
  try {
    await (await connectSsh(of, limitMs, { env })).close();
    return null;
  } catch (error) {
    assert.ok(error instanceof Failure && ['ssh', 'deadline'].includes(error.kind), String(error));
    assert.ok(performance.now() - began < limitMs + 5_000);
    const line = errorLine(error);
    assert.doesNotMatch(line, /\n|TypeError|RangeError|node_modules|\bat .*:\d+:\d+/);
    assert.ok(line.length < 1_000, line);
    return line;
  }
}

test('other services, noise, lines and packets without an end', async () => {
  const greetings: readonly ((socket: Socket) => void)[] = [
    (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
    (socket) => socket.end('220 mail.example ESMTP\r\n'),
    (socket) => socket.write(Buffer.alloc(4_096, 0xff)),
    (socket) => socket.write('SSH-2.0-x\r\n\xff\xff\xff\xff'),
    (socket) => socket.write(`SSH-2.0-${'x'.repeat(100_000)}\r\n`),
    (socket) => socket.end('SSH-1.5-old\r\n'),
    (socket) => socket.write(Buffer.concat([Buffer.from('SSH-2.0-x\r\n'), Buffer.alloc(64)])),
    (socket) => {
      const saying = setInterval(() => socket.write('a line and no greeting\r\n'.repeat(1_000)), 5);
      socket.on('close', () => clearInterval(saying));
    },
  ];
  for (const greet of greetings) {
    const listener = await listening(greet);
    assert.notEqual(await outcome(listener), null);
    listener.close();
  }
});

test('what a real sshd says, changed on the way', async () => {
  let seed = 20261126;
  const dice = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const sockets = new Set<Socket>();
  const outcomes = { in: 0, refused: 0 };
  const one = async (): Promise<void> => {
    const [at, how, value] = [dice(1_600), dice(4), dice(256)];
    const listener = await listening((client) => {
      const behind = connect(server.port, '127.0.0.1');
      let passed = 0;
      for (const socket of [client, behind]) {
        sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
      }
      client.pipe(behind);
      behind.on('data', (piece: Buffer) => {
        const place = at - passed;
        passed += piece.length;
        client.write(place < 0 || place >= piece.length ? piece : changed(piece, place, how, value));
      });
      behind.on('end', () => client.end());
    });
    if ((await outcome(listener)) === null) outcomes.in += 1;
    else outcomes.refused += 1;
    listener.close();
  };
  for (let round = 0; round < 12; round += 1) await Promise.all(Array.from({ length: 6 }, one));
  for (const socket of sockets) socket.destroy();
  // A byte of the greeting's own text matters to nobody.
  assert.ok(outcomes.refused > 36, JSON.stringify(outcomes));
});

/** One byte is another, missing, there twice, or the last. */
function changed(piece: Buffer, place: number, how: number, value: number): Buffer {
  const copy = Buffer.from(piece);
  copy[place] = value;
  const whole = [
    copy,
    Buffer.concat([piece.subarray(0, place), piece.subarray(place + 1)]),
    Buffer.concat([piece.subarray(0, place + 1), piece.subarray(place)]),
    piece.subarray(0, place),
  ];
  return whole[how] ?? copy;
}
