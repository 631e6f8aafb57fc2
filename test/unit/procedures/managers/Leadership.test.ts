import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store, StoreEntry, StoreOutcome, StoreTransaction } from '../../../../src/context/Store.ts';
import { StoreFailure } from '../../../../src/errors/errors.ts';
import { clusterKeys } from '../../../../src/procedures/managers/keys.ts';
import { managerOf } from '../../../../src/procedures/managers/Leadership.ts';
import { StoreSession } from '../../../../src/procedures/managers/StoreSession.ts';
import { FakeLeaseClock, settled } from '../../../doubles/leaseClock.ts';

const { leader } = clusterKeys('/p/', 'c');
const facts = { wanted: 'run', obstacle: null, managerRuns: false, isReserved: false } as const;
const key = (value: string, lease: string, createRevision: number): StoreEntry => ({
  key: leader,
  value,
  lease,
  createRevision,
  changeRevision: createRevision,
});

function world() {
  const clock = new FakeLeaseClock();
  const told: string[] = [];
  const transactions: StoreTransaction[] = [];
  let now: StoreEntry | null = null;
  let last: StoreEntry | null = null;
  let renewal: number | null = 10;
  let isSilent = false;
  let isMute = false;
  let ready = true;
  const silence = () => Promise.reject(new StoreFailure('silence', 'unknown'));
  const store = {
    list: () =>
      isSilent ? silence() : Promise.resolve({ entries: [now, last].filter((one) => one !== null), revision: 9 }),
    grantLease: () => Promise.resolve({ id: '77', ttlSeconds: 10 }),
    renewLease: () => (isSilent ? silence() : Promise.resolve(renewal)),
    revokeLease: () => Promise.resolve(true),
    transact: (transaction: StoreTransaction): Promise<StoreOutcome> => {
      transactions.push(transaction);
      const [change] = transaction.change;
      now = change !== undefined && 'put' in change ? key(change.value, change.lease ?? '', 40) : null;
      return isMute ? silence() : Promise.resolve({ done: true, read: [now], revision: 40 });
    },
    watch: () => () => undefined,
    close: () => told.push('closed'),
  };
  const session = new StoreSession(
    store as unknown as Store,
    clock,
    { prefix: '/p/', ttlSeconds: 10 },
    () => undefined,
  );
  const leadership = session.join('c', {
    note: '{"manager":"mgr1"}',
    prepare: (epoch, before) => {
      told.push(`prepare ${epoch}, before ${before === null ? 'nobody' : managerOf(before.value)}`);
      return Promise.resolve(ready);
    },
    mustEnd: () => told.push('must end'),
    deadline: (endsAt) => told.push(`deadline ${endsAt === null ? 'none' : endsAt - clock.now()}`),
    trouble: ({ message }) => told.push(`trouble: ${message}`),
  });
  session.start();
  /** As the monitor does: twice a second. */
  const run = async (ms: number): Promise<void> => {
    for (let done = 0; done < ms; done += 500) {
      await clock.advance(500);
      leadership.step(facts);
      await settled();
    }
  };
  return {
    clock,
    told,
    transactions,
    session,
    leadership,
    run,
    set: (change: {
      key?: StoreEntry | null;
      renewal?: null;
      isSilent?: boolean;
      isMute?: boolean;
      ready?: boolean;
    }) => {
      if (change.key !== undefined) now = change.key;
      if (now !== null) last = { ...now, key: clusterKeys('/p/', 'c').last, lease: null };
      if (change.renewal !== undefined) renewal = change.renewal;
      isSilent = change.isSilent ?? isSilent;
      isMute = change.isMute ?? isMute;
      ready = change.ready ?? ready;
    },
  };
}

test('who finds no key takes it, prepares, and only then leads', async () => {
  const { told, leadership, run, transactions } = world();
  await run(1000);
  assert.equal(leadership.epoch, null);
  await run(2000);
  assert.equal(leadership.epoch, 40);
  assert.deepEqual(transactions, [
    {
      when: [{ key: leader, createRevision: 0 }],
      change: [
        { put: leader, value: '{"manager":"mgr1"}', lease: '77' },
        { put: clusterKeys('/p/', 'c').last, value: '{"manager":"mgr1"}' },
      ],
      read: [leader],
    },
  ]);
  assert.match(told.join('; '), /^prepare 40, before nobody; deadline [678]\d\d\d$/);
});

test('who has another before him is told of it, and what is not ready is prepared again', async () => {
  const { told, leadership, run, set } = world();
  set({ key: key('{"manager":"mgr2"}', '5', 30), ready: false });
  await run(3000);
  assert.deepEqual([leadership.standing, told], [{ name: 'standby' }, []]);
  set({ key: null });
  await run(3000);
  assert.equal(leadership.epoch, null);
  assert.ok(told.filter((line) => line === 'prepare 40, before mgr2').length > 1);
  set({ ready: true });
  await run(1000);
  assert.equal(leadership.epoch, 40);
});

test('silence: the manager must end at the deadline, by a timer; the key still there gives it back', async () => {
  const { told, leadership, run, set, clock } = world();
  await run(4000);
  set({ isSilent: true });
  told.length = 0;
  await clock.advance(9000);
  assert.deepEqual(told, ['deadline none', 'must end']);
  assert.equal(leadership.epoch, null);
  set({ isSilent: false });
  await run(8000);
  assert.equal(leadership.epoch, 40);
  assert.ok(!told.some((line) => line.startsWith('prepare')));
});

test('a key that another has taken meanwhile is not led by again', async () => {
  const { leadership, run, set, clock } = world();
  await run(4000);
  set({ isSilent: true });
  await clock.advance(9000);
  set({ isSilent: false, key: key('{"manager":"mgr2"}', '5', 50) });
  await run(8000);
  assert.deepEqual(leadership.standing, { name: 'standby' });
});

test('a change that nobody answered is looked for, not sent again', async () => {
  const { leadership, run, set, transactions, told } = world();
  set({ isMute: true });
  await run(4000);
  assert.equal(leadership.epoch, 40);
  assert.equal(transactions.length, 1);
  assert.deepEqual(told[0], 'trouble: silence');
});

test('who is told to stop gives the key back in its epoch, and the session ends', async () => {
  const { leadership, run, transactions, session, told, clock } = world();
  await run(4000);
  leadership.step({ ...facts, wanted: 'stop' });
  await settled();
  assert.deepEqual(transactions.at(-1)?.when, [{ key: leader, createRevision: 40 }]);
  await session.end();
  await clock.advance(30_000);
  assert.equal(session.lease.state, 'none');
  assert.equal(told.at(-1), 'closed');
});

test('a note that is none of ours is shown as it is', () => {
  assert.equal(managerOf('{"manager":"mgr2"}'), 'mgr2');
  assert.equal(managerOf('somebody'), 'somebody');
});
