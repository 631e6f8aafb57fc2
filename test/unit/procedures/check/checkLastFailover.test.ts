// What check calls an error is what the monitor calls not protected.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastFailoverLines, limitOf } from '../../../../src/procedures/check/checkLastFailover.ts';
import { whyUnprotected } from '../../../../src/procedures/monitor/protection.ts';

const minute = 60_000;
const now = 1000 * minute;
const lines = (failedAt: number | null, completedAt: number | null, minutes = 60): readonly string[] =>
  lastFailoverLines({
    error: { path: '/w/a.failover.error', at: failedAt },
    complete: { path: '/w/a.failover.complete', at: completedAt },
    minutes,
    configured: [],
    running: null,
    now,
  }).map(({ severity, text }) => `${severity}: ${text}`);

test('no file: nothing to say', () => {
  assert.deepEqual(lines(null, null), []);
});

test('a failed failover is an error however old it is', () => {
  assert.deepEqual(lines(1, null), [
    'error: a failover failed 1000 minutes ago, and MHA does no other while /w/a.failover.error is there',
  ]);
});

test('within last_failover_minute: an error, and until when', () => {
  assert.deepEqual(lines(null, now - 20 * minute), [
    'error: the last failover was 20 minutes ago: no failover before 1970-01-01T17:20:00.000Z ' +
      '(last_failover_minute = 60)',
  ]);
});

test('after it and within the 8 hours of MHA itself: a warning', () => {
  const [line] = lines(null, now - 61 * minute);
  assert.match(line ?? '', /^warning: the last failover was 61 minutes ago: only mha-helper monitor fails over again/);
  assert.match(lines(null, now - minute, 0)[0] ?? '', /^warning: /);
});

test('after 8 hours: nothing', () => {
  assert.deepEqual(lines(null, now - 480 * minute), []);
});

test('what masterha_manager was started with, where that is another, and hosts that differ', () => {
  const manager = (...words: readonly string[]): number => limitOf(['perl', '/usr/bin/masterha_manager', ...words]);
  assert.equal(manager('--conf=/etc/a.cnf', '--last_failover_minute=60'), 60);
  assert.equal(manager('--last_failover_minute', '5', '--conf=/etc/a.cnf'), 5);
  assert.equal(manager('--conf=/etc/a.cnf'), 480);
  assert.equal(manager('--ignore_last_failover'), 0);
  const none = { path: '', at: null };
  const seen = { error: none, complete: none, minutes: 60, now, running: 480 };
  const configured = [
    ['db10', 60],
    ['db11', 0],
  ] as const;
  assert.deepEqual(
    lastFailoverLines({ ...seen, configured }).map(({ text }) => text.slice(0, 50)),
    ['masterha_manager runs with last_failover_minute = ', 'last_failover_minute is 60 for db10, 0 for db11: t'],
  );
  assert.deepEqual(lastFailoverLines({ ...seen, configured: [['db10', 60]], running: 60 }), []);
  const complete = { path: '/w/a.failover.complete', at: now - 100 * minute };
  const [refused] = lastFailoverLines({ ...seen, complete, configured: [] });
  assert.match(refused?.text ?? '', /^the last failover was 100 minutes ago: no failover before .*_minute = 480\)$/);
});

for (const [failedAt, completedAt, minutes] of [
  [null, now - 20 * minute, 60],
  [null, now - 60 * minute, 60],
  [null, now - 61 * minute, 60],
  [null, now - 61 * minute, 480],
  [1, null, 0],
] as const) {
  test(`the same as the monitor: failed ${failedAt}, complete ${completedAt}, ${minutes} minutes`, () => {
    const why = whyUnprotected({
      monitored: true,
      status: 'PING_OK',
      failed: failedAt !== null,
      oldMaster: null,
      findings: [],
      watched: true,
      completeAt: completedAt,
      lastFailoverMinute: minutes,
      now,
    });
    const isError = lines(failedAt, completedAt, minutes).some((line) => line.startsWith('error'));
    assert.equal(isError, why !== null);
  });
}
