import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownFailover, type FailoverPhase } from '../../../../src/procedures/managers/failoverRecord.ts';
import { Guard } from '../../../../src/procedures/managers/Guard.ts';
import type { GuardAnswer, GuardRequest } from '../../../../src/procedures/managers/guardMessages.ts';
import { clusterKeys } from '../../../../src/procedures/managers/keys.ts';
import { MemoryStore } from '../../../doubles/store.ts';
import { isUnknown } from '../../../../src/errors/unknown.ts';

const keys = clusterKeys('/p/', 'c');

function world() {
  const store = new MemoryStore();
  const epoch = store.put(keys.leader, '{"manager":"mgr1"}', '7');
  let now: number | null = epoch;
  let clock = 0;
  const suspended: { for: number; epoch: number | null } = { for: 0, epoch: null };
  const guardOf = (manager: string): Guard =>
    new Guard({
      keys,
      manager,
      store,
      timeoutMs: 1000,
      epoch: () => now,
      isSuspended: () => suspended.for > 0,
      sleep: async (ms) => {
        suspended.for -= ms;
        if (suspended.for <= 0) now = suspended.epoch;
      },
      whoLeads: () => 'mgr2 leads',
      now: () => new Date((clock += 1000)),
    });
  const guard = guardOf('mgr1');
  const ask = (phase: GuardRequest['phase'], change: Partial<GuardRequest> = {}, by = guard): Promise<GuardAnswer> =>
    by.answer({ what: 'a test', phase, epoch, from: 'db10', to: null, ...change });
  const record = () => {
    const known = knownFailover(store.entries.get(keys.failover) ?? null);
    return known === null || isUnknown(known) ? null : known.record;
  };
  return {
    store,
    epoch,
    guard,
    guardOf,
    ask,
    record,
    /** The lease is in doubt for a while. @param after the epoch then */
    suspend: (ms: number, after: number | null) => {
      now = null;
      Object.assign(suspended, { for: ms, epoch: after });
    },
    /** Another manager has the key. */
    overtaken: () => {
      store.entries.delete(keys.leader);
      store.revision += 1;
      store.put(keys.leader, '{"manager":"mgr2"}', '8');
      now = null;
    },
  };
}

const granted = { granted: true };

test('the record is read once, and again when somebody else has changed it', async () => {
  const { ask, store, record } = world();
  let reads = 0;
  const get = store.get.bind(store);
  store.get = (key) => {
    reads += 1;
    return get(key);
  };
  for (const phase of ['begun', 'stopping', 'recovering'] as const) assert.deepEqual(await ask(phase), granted);
  assert.equal(reads, 1);
  const now = record() ?? assert.fail('no record');
  const change = (to: object): void => {
    store.revision += 1;
    store.put(keys.failover, JSON.stringify(to));
  };
  change({ ...now, phase: 'open' });
  assert.deepEqual(await ask('replicas'), granted);
  assert.equal(reads, 2);
  change({ ...now, id: 'another', by: 'mgr2', phase: 'recovering' });
  assert.match(JSON.stringify(await ask('done')), /mgr2 has begun another failover since/);
  assert.equal(record()?.id, 'another');
});

test('a failover by MHA is recorded phase by phase, under one id', async () => {
  const { ask, record, guard } = world();
  const ids = new Set<string>();
  for (const phase of ['begun', 'stopping', 'recovering', 'opening', 'open', 'replicas', 'done'] as const) {
    const to = ['begun', 'stopping'].includes(phase) ? null : 'db11';
    assert.deepEqual(await ask(phase, { to }), granted);
    const now = record() ?? assert.fail('no record');
    ids.add(now.id);
    assert.deepEqual([now.phase, now.by, now.from, now.to], [phase, 'mgr1', 'db10', to]);
    assert.equal(guard.isReserved, ['recovering', 'opening', 'open', 'replicas'].includes(phase));
  }
  assert.equal(ids.size, 1);
});

test('what closes the dead master does not wait for its record; what comes next does', async () => {
  const { ask, store, record, epoch, overtaken } = world();
  assert.deepEqual(await ask('begun'), granted);
  // Nobody has answered yet when it is granted.
  let answer: () => void = () => undefined;
  const transact = store.transact.bind(store);
  const slow = (): void => {
    const waits = new Promise<void>((resolve) => (answer = resolve));
    store.transact = async (transaction) => {
      store.transact = transact;
      await waits;
      return transact(transaction);
    };
  };
  slow();
  assert.deepEqual(await ask('stopping'), granted);
  assert.equal(record()?.phase, 'begun');
  let isGranted = false;
  const next = ask('recovering', { to: 'db11' }).then((said) => ((isGranted = true), said));
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isGranted, false);
  answer();
  assert.deepEqual(await next, granted);
  slow();
  assert.deepEqual(await ask('opening', { to: 'db11' }), granted);
  assert.equal(record()?.phase, 'recovering');
  answer();
  assert.deepEqual(await ask('opening', { to: 'db11', position: 'log.1:4' }), granted);
  assert.deepEqual([record()?.phase, record()?.position], ['opening', 'log.1:4']);
  // Another new master, another dead one, another epoch: not what was begun here.
  const other = world();
  for (const phase of ['begun', 'stopping', 'recovering'] as const) await other.ask(phase, { to: 'db11' });
  assert.match(JSON.stringify(await other.ask('opening', { from: 'db12' })), /not finished: recovering/);
  for (const phase of ['open', 'done', 'begun'] as const) assert.deepEqual(await ask(phase), granted);
  assert.match(JSON.stringify(await ask('stopping', { epoch: epoch - 1 })), /begun in epoch/);
  overtaken();
  assert.match(JSON.stringify(await ask('stopping')), /does not lead now/);
});

test('who does not lead, or in another epoch, is told so and nothing is written', async () => {
  const { ask, record, overtaken, epoch } = world();
  assert.match(JSON.stringify(await ask('begun', { epoch: epoch - 1 })), /begun in epoch \d+, and epoch \d+ has begun/);
  overtaken();
  for (const phase of ['begun', 'stopping', 'recovering', 'lead', 'still'] as const)
    assert.match(JSON.stringify(await ask(phase)), /mgr1 does not lead now; mgr2 leads/);
  assert.equal(record(), null);
});

test('a lease that is in doubt is waited for, not for long, and counts only for its own epoch', async () => {
  const { ask, suspend, epoch } = world();
  suspend(2_000, epoch);
  assert.deepEqual(await ask('lead'), granted);
  suspend(2_000, epoch);
  assert.deepEqual(await ask('still'), granted);
  suspend(2_000, epoch + 1);
  assert.match(JSON.stringify(await ask('lead')), /and epoch \d+ has begun since/);
  suspend(2_000, null);
  assert.match(JSON.stringify(await ask('lead')), /does not lead now/);
  suspend(10_000, epoch);
  assert.match(JSON.stringify(await ask('lead')), /does not lead now/);
});

test('a lease that ends in between is seen in the store, whatever this side believes', async () => {
  const { ask, store } = world();
  assert.deepEqual(await ask('begun'), granted);
  store.entries.delete(keys.leader);
  assert.match(JSON.stringify(await ask('recovering')), /this manager's epoch is over/);
});

test('what is reserved goes on without the lease; before that nothing does', async () => {
  const { ask, overtaken, guardOf, record } = world();
  for (const phase of ['begun', 'stopping', 'recovering'] as const) await ask(phase, { to: 'db11' });
  overtaken();
  // Also where the monitor was started anew meanwhile.
  const again = guardOf('mgr1');
  assert.deepEqual(await ask('opening', { to: 'db11' }, again), granted);
  assert.deepEqual(await ask('still', {}, again), granted);
  assert.deepEqual(await ask('open', {}, again), granted);
  assert.match(JSON.stringify(await ask('lead', {}, again)), /does not lead now/);
  assert.match(JSON.stringify(await ask('begun', {}, again)), /mgr1 has begun is not finished: open/);
  assert.equal(record()?.phase, 'open');
});

test('a failover that another manager has reserved is in the way of a second one', async () => {
  const { ask, store } = world();
  const record = { id: '1', epoch: 5, by: 'mgr2', from: 'db10', to: 'db11', phase: 'open', at: 'then', position: null };
  store.put(keys.failover, JSON.stringify(record));
  assert.match(JSON.stringify(await ask('begun')), /a failover of db10 that mgr2 has begun is not finished: open/);
});

test('by hand, without the layer, phases are recorded on the way, and the end too', async () => {
  const { ask, record } = world();
  const steps: readonly (readonly [GuardRequest['phase'], FailoverPhase])[] = [
    ['stopping', 'stopping'],
    ['opening', 'opening'],
    ['open', 'open'],
    ['done', 'done'],
  ];
  for (const [asked, phase] of steps) {
    assert.deepEqual(await ask(asked, { epoch: null, to: 'db11' }), granted);
    assert.equal(record()?.phase, phase);
  }
  // The next one is another.
  const { id } = record() ?? {};
  assert.deepEqual(await ask('stopping', { epoch: null, from: 'db11' }), granted);
  assert.notEqual(record()?.id, id);
});

test('a transaction that nobody answered is looked for: made counts, lost is refused', async () => {
  const { ask, store, record } = world();
  store.next = 'silence';
  assert.deepEqual(await ask('begun'), granted);
  // Granted before it is recorded: what comes next makes up for it.
  store.next = 'lost';
  assert.deepEqual(await ask('stopping'), granted);
  assert.deepEqual(await ask('recovering'), granted);
  assert.equal(record()?.phase, 'recovering');
  store.next = 'lost';
  assert.deepEqual(await ask('open'), { refused: 'no answer' });
  assert.equal(record()?.phase, 'recovering');
  assert.deepEqual(await ask('open'), granted);
});

test('a record that cannot be read is in the way', async () => {
  const { ask, store } = world();
  store.put(keys.failover, '{');
  assert.match(JSON.stringify(await ask('begun')), /cannot be read/);
});

test('a person says that what a dead manager had begun is finished; not while that one is at it', async () => {
  const { ask, store, record, epoch } = world();
  assert.deepEqual(await ask('unblock'), { refused: 'nothing is blocked' });
  const open = { id: '1', epoch: 5, by: 'mgr2', from: 'db10', to: 'db11', phase: 'open', at: 'then', position: null };
  store.put(keys.failover, JSON.stringify({ ...open, epoch }));
  assert.deepEqual(await ask('unblock'), { refused: 'mgr1 leads, and is still at the failover of db10' });
  store.put(keys.failover, JSON.stringify(open));
  store.put(keys.state, JSON.stringify({ absent: ['db10'], completeAt: null, lastFailover: null, failedOn: 'mgr2' }));
  assert.deepEqual(await ask('unblock'), granted);
  assert.equal(record()?.phase, 'done');
  assert.match(store.entries.get(keys.state)?.value ?? '', /"absent":\["db10"\].*"failedOn":null/);
  assert.deepEqual(await ask('begun'), granted);
  store.put(keys.failover, '{');
  assert.deepEqual(await ask('unblock'), granted);
  assert.equal(record(), null);
});
