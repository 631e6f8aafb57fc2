import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { bootClock } from '../../../src/adapters/bootClock.ts';

test('the clock is that of /proc/uptime, in milliseconds', () => {
  const before = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * 1000;
  const now = bootClock.now();
  const after = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) * 1000;
  assert.ok(before <= now && now <= after, `${before} ${now} ${after}`);
});

test('a call comes when the moment has come, not earlier, and not from within at()', async () => {
  const moment = bootClock.now() + 600;
  let returned = false;
  const at = await new Promise<number>((resolve) => {
    bootClock.at(moment, () => resolve(bootClock.now()));
    bootClock.at(bootClock.now() - 1000, () => assert.ok(returned));
    returned = true;
  });
  assert.ok(at >= moment, `${at} < ${moment}`);
});

test('a call that is called off does not come', async () => {
  let called = false;
  bootClock.at(bootClock.now() + 300, () => (called = true))();
  await sleep(400);
  assert.equal(called, false);
});
