import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failoverPhases } from '../../../src/mha/failoverPhases.ts';

const line = (second: number, text: string, level = 'info'): string =>
  `Sat Jan 31 03:00:${String(second).padStart(2, '0')} 2026 - [${level}] ${text}\n`;
/** As MHA writes it: in the local time. */
const at = (second: number): number => new Date(2026, 0, 31, 3, 0, second).getTime();

const log = [
  line(1, 'Got error on MySQL select ping: 1 (an earlier one, that passed)', 'warning'),
  line(2, "Ping(SELECT) succeeded, waiting until MySQL doesn't respond.."),
  line(5, 'Got timeout on MySQL Ping(SELECT) child process and killed it! at HealthCheck.pm line 432.', 'warning'),
  line(6, 'Got error on MySQL connect: 2013 (Lost connection)', 'warning'),
  line(8, 'Starting master failover.'),
  line(8, ''),
  line(8, '* Phase 1: Configuration Check Phase..'),
  line(9, '** Phase 1: Configuration Check Phase completed.'),
  line(10, '* Phase 3: Master Recovery Phase..'),
  line(11, 'Starting master failover..'),
  line(13, '* Phase 3: Master Recovery Phase completed.'),
  line(14, '-- Slave recovery on host db12(192.168.10.12:3306) started, pid: 2003. Check tmp log /x.'),
  line(15, '-- Slave recovery on host db12(192.168.10.12:3306) succeeded.'),
  line(16, 'Master failover to db11(192.168.10.11:3306) completed successfully.'),
  line(17, '* Phase 9: of nobody..'),
].join('');

test('a ping without an answer, as the layer tells it', () => {
  const text = log.replace(/Got timeout on .*/, 'Got timeout on MySQL Ping(SELECT): no answer within 1 s');
  assert.equal(failoverPhases(text, at(9), at(12))[0]?.text, 'first failed ping: timeout');
});

test('from the first failed ping in a row to the last replica', () => {
  const phases = failoverPhases(log, at(9), at(12));
  assert.deepEqual(
    phases.map((phase) => [(phase.at - at(0)) / 1000, phase.text.slice(0, 43), phase.goesOn]),
    [
      [5, 'first failed ping: timeout', true],
      [8, 'MHA begins the failover', true],
      [8, 'Phase 1: Configuration Check Phase', true],
      [10, 'Phase 3: Master Recovery Phase', true],
      [14, 'replica db12: recovery started', false],
      [15, 'replica db12: recovery succeeded', false],
      [16, 'MHA ends: failover to db11 completed succes', false],
    ],
  );
});

test('of several failovers the one that was at work then', () => {
  const later = log.replaceAll(' 03:00:', ' 05:00:');
  const first = failoverPhases(log + later, at(9), at(12));
  assert.deepEqual(first, failoverPhases(log, at(9), at(12)));
  const second = failoverPhases(log + later, at(9) + 7_200_000, at(12) + 7_200_000);
  assert.deepEqual(
    second.map((phase) => phase.at - 7_200_000),
    first.map((phase) => phase.at),
  );
});

test('one that never ended is told to the end of its hooks', () => {
  const broken = log.slice(0, log.indexOf('Sat Jan 31 03:00:14'));
  assert.equal(failoverPhases(broken, at(9), at(12)).at(-1)?.text, 'Phase 3: Master Recovery Phase');
});

test('by hand nothing had been pinged; a log without it has nothing', () => {
  const byHand = log.slice(log.indexOf('Sat Jan 31 03:00:08'));
  assert.equal(failoverPhases(byHand, at(9), at(12))[0]?.text, 'MHA begins the failover');
  assert.deepEqual(failoverPhases(log, at(1), at(2)), []);
  assert.deepEqual(failoverPhases('', at(1), at(2)), []);
});
