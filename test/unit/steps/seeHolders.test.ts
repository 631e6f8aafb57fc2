import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../src/errors/errors.ts';
import { seeHolders } from '../../../src/steps/seeHolders.ts';
import { none } from '../../../src/vip/none.ts';
import type { Held, Provider, VipHost } from '../../../src/vip/Provider.ts';

/** @param held what each host has */
const look = (wanted: boolean, held: Readonly<Record<string, Held>>) => {
  const provider: Provider = {
    ...none,
    address: '10.0.0.155',
    remains: ({ name }) => Promise.resolve(held[name] ?? 'nothing'),
  };
  const [first = '', ...others] = Object.keys(held);
  const host = (name: string): VipHost => ({ name }) as VipHost;
  return seeHolders(provider, host(first), others.map(host), wanted).apply({});
};

test('as it was asked for', async () => {
  assert.match((await look(true, { db10: 'held', db11: 'nothing', db12: 'rest' })).detail ?? '', /^db10$/);
  assert.doesNotMatch((await look(false, { db10: 'nothing', db11: 'rest' })).detail ?? '', /db1/);
  assert.match((await look(false, { db10: 'rest', db11: 'held' })).detail ?? '', /^db11$/);
});

test('the host has not got it, wholly, or still has something of it', async () => {
  for (const held of ['nothing', 'rest', 'partly'] as const)
    await assert.rejects(look(true, { db10: held, db11: 'nothing' }), {
      kind: 'address',
      message: /^db10 .*10\.0\.0\.155/,
    });
  for (const held of ['held', 'partly'] as const)
    await assert.rejects(look(false, { db10: held, db11: 'nothing' }), { kind: 'address', message: /^db10 / });
});

test('never on two hosts: a part on the other one is one too many', async () => {
  for (const held of ['held', 'partly'] as const)
    await assert.rejects(look(true, { db10: 'held', db11: held }), { kind: 'refused', message: /db10 and db11/ });
});

test('a host that cannot be asked is no "no"', async () => {
  const provider: Provider = { ...none, holds: () => Promise.reject(new Failure('ssh', 'no answer')) };
  await assert.rejects(seeHolders(provider, { name: 'db10' } as VipHost, [], false).apply({}), { kind: 'ssh' });
});
