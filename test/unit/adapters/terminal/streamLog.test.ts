import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { localTime, streamLog } from '../../../../src/adapters/terminal/streamLog.ts';
import { systemClock } from '../../../../src/adapters/systemClock.ts';

const noon = new Date(2026, 0, 31, 12, 4, 5, 6);

test('times are local, with milliseconds', () => {
  assert.equal(localTime(noon), '2026-01-31 12:04:05.006');
});

test('info goes to stdout, warnings to stderr, each on one line', () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const log = streamLog(stdout, stderr, { now: () => noon });
  log.info('read_only=1 on db10');
  log.warn('a server said\nmore than a line');
  assert.equal(String(stdout.read()), '2026-01-31 12:04:05.006 read_only=1 on db10\n');
  assert.equal(String(stderr.read()), '2026-01-31 12:04:05.006 warning: a server said more than a line\n');
});

test('a sleep that is cut short rejects with the reason', async () => {
  const reason = new Error('interrupted');
  await assert.rejects(systemClock.sleep(5000, AbortSignal.abort(reason)), (error) => error === reason);
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 20);
  await assert.rejects(systemClock.sleep(5000, controller.signal), (error) => error === reason);
});

test('a sleep lasts', async () => {
  const begin = systemClock.monotonic();
  await systemClock.sleep(30);
  assert.ok(systemClock.monotonic() - begin >= 29);
});
