import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VipHost } from '../../../../src/vip/Provider.ts';
import { remembering } from '../../../../src/vip/metal/remembering.ts';

// Only its name and which of them it is matter here.
const hostNamed = (name: string): VipHost => ({ name }) as VipHost;

function surveys(): { on: (host: VipHost) => Promise<string>; asked: VipHost[]; end: Map<VipHost, string | Error> } {
  const asked: VipHost[] = [];
  const end = new Map<VipHost, string | Error>();
  const on = remembering(async (host) => {
    asked.push(host);
    await new Promise((resolve) => setImmediate(resolve));
    const outcome = end.get(host) ?? new Error('nobody said');
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
  return { on, asked, end };
}

test('a host is surveyed once, whoever asks', async () => {
  const { on, asked, end } = surveys();
  const [host, again, other] = [hostNamed('db11'), hostNamed('db11'), hostNamed('db12')];
  end.set(host, 'found').set(other, 'another');
  assert.deepEqual(await Promise.all([on(host), on(again), on(other)]), ['found', 'found', 'another']);
  assert.equal(await on(again), 'found');
  assert.deepEqual(asked, [host, other]);
});

test('the survey of one that could not wait longer fails for that one only', async () => {
  const { on, asked, end } = surveys();
  const [impatient, patient] = [hostNamed('db11'), hostNamed('db11')];
  end.set(impatient, new Error('no answer within 5 s')).set(patient, 'found at last');
  const outcomes = await Promise.allSettled([on(impatient), on(patient)]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'fulfilled'],
  );
  assert.deepEqual(asked, [impatient, patient]);
  assert.equal(await on(impatient), 'found at last');
});

test('a survey that failed is not kept', async () => {
  const { on, asked, end } = surveys();
  const host = hostNamed('db11');
  await assert.rejects(on(host), /nobody said/);
  end.set(host, 'found');
  assert.equal(await on(host), 'found');
  assert.equal(asked.length, 2);
});
