import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reach } from '../../../../src/procedures/managers/agreement.ts';
import { AskOthers } from '../../../../src/procedures/managers/AskOthers.ts';
import { clusterKeys } from '../../../../src/procedures/managers/keys.ts';
import { FakeLeaseClock, settled } from '../../../doubles/leaseClock.ts';
import { MemoryStore } from '../../../doubles/store.ts';

const keys = clusterKeys('/p/', 'c');
const question = { host: 'db10', port: 3306, ping: 'SELECT' };
const no: Reach = { reaches: false, said: 'refused' };
const yes: Reach = { reaches: true, said: 'it answers' };

function world(reaches: Readonly<Record<string, () => Promise<Reach>>>) {
  const store = new MemoryStore();
  const clock = new FakeLeaseClock();
  const asked: string[] = [];
  const looks = async (): Promise<void> => {
    for (let round = 0; round < 4; round += 1) {
      const view = { beganAt: clock.now(), entries: new Map(store.entries) };
      for (const one of all.values()) one.see(view);
      await settled();
    }
  };
  const all = new Map(
    Object.entries(reaches).map(([manager, reach]) => [
      manager,
      new AskOthers({
        keys,
        manager,
        store,
        timeoutMs: 3000,
        clock,
        lease: () => (manager === 'without' ? null : `lease of ${manager}`),
        look: () => undefined,
        reach: () => (asked.push(manager), reach()),
      }),
    ]),
  );
  const one = (name: string): AskOthers => all.get(name) ?? assert.fail(name);
  const ask = async () => {
    await looks();
    const verdict = one('mgr1').ask(question);
    await settled();
    await clock.advance(1);
    await looks();
    return verdict;
  };
  return { store, clock, asked, all, one, looks, ask };
}
const never = (): Promise<Reach> => new Promise(() => undefined);

test('each other manager looks once for each question, and the question goes when it is answered', async () => {
  const { ask, asked, store } = world({
    mgr1: () => assert.fail('not itself'),
    mgr2: async () => no,
    mgr3: async () => no,
  });
  assert.equal((await ask()).verdict, 'dead');
  assert.deepEqual(asked, ['mgr2', 'mgr3']);
  assert.equal(store.entries.get(keys.question), undefined);
  assert.equal((await ask()).verdict, 'dead');
  assert.deepEqual(asked, ['mgr2', 'mgr3', 'mgr2', 'mgr3']);
  assert.equal(store.entries.get(`${keys.answers}mgr2`)?.lease, 'lease of mgr2');
});

test('one that reaches it ends the question, though another is still looking', async () => {
  const { ask } = world({ mgr1: never, mgr2: never, mgr3: async () => yes });
  assert.equal((await ask()).verdict, 'reached');
});

test('nobody answers: 5 s later it is not known', async () => {
  const { one, looks, clock } = world({ mgr1: never, mgr2: never });
  await looks();
  const verdict = one('mgr1').ask(question);
  await settled();
  await clock.advance(1);
  await looks();
  await clock.advance(5000);
  assert.deepEqual(await verdict, { verdict: 'unknown', said: ['mgr2: has not answered about db10:3306'] });
});

test('answers that are heard of need no further look; those to another question are none', async () => {
  const { one, store, looks, clock, asked } = world({ mgr1: never, mgr2: async () => no, mgr3: never });
  await looks();
  const verdict = one('mgr1').ask(question);
  await settled();
  await clock.advance(1);
  one('mgr1').see({ beganAt: clock.now(), entries: new Map(store.entries) });
  const heard = (key: string): void => {
    const entry = store.entries.get(key) ?? assert.fail(key);
    for (const name of ['mgr1', 'mgr2'] as const) one(name).hear([{ kind: 'put', entry }]);
  };
  const { id } = JSON.parse(store.entries.get(keys.question)?.value ?? '') as { readonly id: string };
  heard(keys.question);
  await settled();
  // Heard twice, looked once.
  heard(keys.question);
  await settled();
  assert.deepEqual(asked, ['mgr2']);
  heard(`${keys.answers}mgr2`);
  store.put(`${keys.answers}mgr3`, JSON.stringify({ id: 'another', reaches: 'yes', said: 'it answers' }), '3');
  heard(`${keys.answers}mgr3`);
  one('mgr1').hear([{ kind: 'removed', key: keys.question, revision: 99 }]);
  store.put(`${keys.answers}mgr3`, JSON.stringify({ id, reaches: 'no', said: 'refused' }), '3');
  heard(`${keys.answers}mgr3`);
  assert.deepEqual(await verdict, { verdict: 'dead', said: ['mgr2: refused', 'mgr3: refused'] });
});

test('a look that began before the question says nothing of who is there', async () => {
  const { one, store, clock } = world({ mgr1: never });
  const verdict = one('mgr1').ask(question);
  await settled();
  one('mgr1').see({ beganAt: clock.now(), entries: new Map(store.entries) });
  one('mgr1').see({ unknown: 'no answer' });
  await clock.advance(5000);
  assert.deepEqual(await verdict, { verdict: 'unknown', said: ['etcd has not answered since'] });
});

test('without a lease, or with an etcd that does not take the question, nobody is asked', async () => {
  const { one, store } = world({ without: never, mgr1: never });
  assert.match((await one('without').ask(question)).said[0] ?? '', /^without has no lease in etcd/);
  store.next = 'lost';
  assert.deepEqual(await one('mgr1').ask(question), { verdict: 'unknown', said: ['nobody was asked: no answer'] });
});

test('an answer that etcd did not take is given again', async () => {
  const { one, looks, clock, store, asked } = world({
    mgr1: never,
    mgr2: () => ((store.next = asked.length === 1 ? 'lost' : 'answer'), Promise.resolve(no)),
  });
  await looks();
  const verdict = one('mgr1').ask(question);
  await settled();
  await clock.advance(1);
  await looks();
  assert.deepEqual([(await verdict).verdict, asked], ['dead', ['mgr2', 'mgr2']]);
});
