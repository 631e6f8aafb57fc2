import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { packError, readLines, unpackError } from '../../../../src/adapters/ready/protocol.ts';
import { Failure, SqlError } from '../../../../src/errors/errors.ts';
import { isUnreachable } from '../../../../src/vip/unreachable.ts';

/** As it arrives: over the socket it is JSON. */
const sent = (error: unknown): Error =>
  unpackError(JSON.parse(JSON.stringify(packError(error))) as ReturnType<typeof packError>);

test('what the server answered arrives as that', () => {
  const error = sent(new SqlError(1045, 'denied'));
  assert.ok(error instanceof SqlError);
  assert.deepEqual([error.errno, error.message], [1045, 'denied']);
});

test('a failure keeps kind, words, hint and what callers ask its cause', () => {
  const dead = sent(
    new Failure('ssh', 'x', { hint: 'y', cause: Object.assign(new Error('z'), { code: 'EHOSTUNREACH' }) }),
  );
  assert.ok(dead instanceof Failure && isUnreachable(dead));
  assert.deepEqual([dead.kind, dead.message, dead.hint], ['ssh', 'x', 'y']);
  const refused = sent(new Failure('mysql', 'x', { cause: new SqlError(1227, 'no') }));
  assert.ok(refused.cause instanceof SqlError && refused.cause.errno === 1227);
});

test('a failure without a cause gets none: nobody is taken for dead by it', () => {
  const error = sent(new Failure('deadline', 'x'));
  assert.ok(error instanceof Failure && !isUnreachable(error));
  assert.deepEqual([error.hint, error.cause], [undefined, undefined]);
});

test('anything else is a defect', () => {
  const error = sent(new TypeError('odd'));
  assert.ok(error instanceof Failure);
  assert.deepEqual([error.kind, error.message], ['internal', 'odd']);
});

test('lines come whole, however they were cut; a half one waits', () => {
  const socket = Object.assign(new EventEmitter(), { setEncoding: () => undefined, destroy: () => assert.fail() });
  const lines: string[] = [];
  readLines(socket as unknown as Socket, (line) => lines.push(line));
  for (const piece of ['{"a"', ':1}\n{"b":2}\n', '{"c', '":3}', '\n{']) socket.emit('data', piece);
  assert.deepEqual(lines, ['{"a":1}', '{"b":2}', '{"c":3}']);
});

test('a line that nobody can read ends the connection, and no process', () => {
  let destroyed = 0;
  const socket = Object.assign(new EventEmitter(), { setEncoding: () => undefined, destroy: () => destroyed++ });
  readLines(socket as unknown as Socket, (line) => void (JSON.parse(line) as { id: number }).id.toFixed());
  for (const line of ['null', '{"id":', '[]']) socket.emit('data', `${line}\n`);
  assert.equal(destroyed, 3);
});

test('a line that has no end ends the connection', () => {
  let destroyed = 0;
  const socket = Object.assign(new EventEmitter(), { setEncoding: () => undefined, destroy: () => destroyed++ });
  readLines(socket as unknown as Socket, () => assert.fail());
  for (let mebibyte = 0; mebibyte < 17; mebibyte++) socket.emit('data', 'x'.repeat(1024 * 1024));
  assert.equal(destroyed, 1);
});
