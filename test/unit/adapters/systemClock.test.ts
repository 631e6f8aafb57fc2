import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/adapters/systemClock.ts';
import { Failure } from '../../../src/errors/errors.ts';

test('it sleeps as long as it was told to', async () => {
  const begun = systemClock.monotonic();
  await systemClock.sleep(30);
  const took = systemClock.monotonic() - begun;
  assert.ok(took >= 29 && took < 2_000, `${took} ms`);
  assert.ok(Math.abs(systemClock.now().getTime() - Date.now()) < 1_000);
});

test('a signal ends the sleep with its own reason, before and while it lasts', async () => {
  const interrupted = new Failure('interrupted', 'SIGTERM');
  await assert.rejects(systemClock.sleep(60_000, AbortSignal.abort(interrupted)), interrupted);
  const later = new AbortController();
  const sleep = systemClock.sleep(60_000, later.signal);
  later.abort(interrupted);
  await assert.rejects(sleep, interrupted);
});
