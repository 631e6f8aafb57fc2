import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterKeys, managerKey } from '../../../../src/procedures/managers/keys.ts';
import {
  describeSeat,
  seatRecord,
  whyNotLed,
  type SeatRecord,
} from '../../../../src/procedures/managers/seatRecord.ts';
import { MemoryStore } from '../../../doubles/store.ts';

const keys = clusterKeys('/p/', 'c');
const seat: SeatRecord = {
  manager: 'mgr1',
  standing: 'standby',
  epoch: null,
  leader: 'mgr2',
  alive: ['mgr2', 'mgr1', 'mgr3'],
  silentSince: null,
  silence: null,
  obstacle: null,
  word: { protected: true, why: null },
};

test('it shows who is there, who leads and what the leader says', () => {
  const store = new MemoryStore();
  for (const name of ['mgr1', 'mgr2']) store.put(managerKey('/p/', name), JSON.stringify({ manager: name }));
  const none = { standing: [], lifted: [] };
  const shared = { absent: [], orders: none, managers: ['mgr3', 'mgr1'] };
  store.put(keys.state, JSON.stringify(shared));
  store.put(keys.word, '{"protected":false,"why":"a failover is running"}');
  const made = seatRecord({
    takeovers: 2,
    manager: 'mgr1',
    leadership: { standing: { name: 'standby' }, leader: { kind: 'other', manager: 'mgr2' } },
    view: { last: { beganAt: 1, entries: store.entries }, silentSince: null },
    keys,
    prefix: '/p/',
    obstacle: null,
    now: 1_000_000,
    leaseNow: 500,
  });
  const word = { protected: false, why: 'a failover is running' };
  const known = ['mgr1', 'mgr2', 'mgr3'];
  assert.deepEqual(made, { ...seat, alive: ['mgr1', 'mgr2'], word, known, orders: none, takeovers: 2 });
});

test('while etcd is silent nothing is known of the others', () => {
  const made = seatRecord({
    takeovers: 2,
    manager: 'mgr1',
    leadership: { standing: { name: 'suspended', epoch: 7, was: 'leader' }, leader: { kind: 'ours', epoch: 7 } },
    view: { last: { unknown: 'no answer' }, silentSince: 400 },
    keys,
    prefix: '/p/',
    obstacle: null,
    now: 1_000_000,
    leaseNow: 60_400,
  });
  assert.deepEqual([made.leader, made.alive, made.word, made.silentSince], [null, [], null, 940_000]);
  assert.equal(whyNotLed(made), 'etcd does not answer since 1970-01-01T00:15:40.000Z (no answer)');
  assert.equal(describeSeat(made), 'mgr1 (this one) is suspended; of the others nothing is known');
});

test('protected is what the leader says it is, and nothing else', () => {
  assert.equal(whyNotLed(seat), null);
  assert.equal(whyNotLed({ ...seat, leader: null }), 'no manager leads');
  assert.equal(whyNotLed({ ...seat, word: null }), 'mgr2 leads, and has not said whether the cluster is protected');
  assert.equal(whyNotLed({ ...seat, word: { protected: false, why: 'x' } }), 'mgr2 leads: x');
  assert.equal(whyNotLed({ ...seat, standing: 'taking over' }), 'mgr1 is taking over');
  assert.equal(whyNotLed({ ...seat, standing: 'taking over', obstacle: 'blocked' }), 'blocked');
  assert.equal(whyNotLed({ ...seat, standing: 'leader', epoch: 7 }), null);
});

test('in one line', () => {
  assert.equal(describeSeat(seat), 'mgr1 (this one) is standby; mgr2 leads; mgr3 is there');
  assert.equal(
    describeSeat({ ...seat, standing: 'leader', epoch: 7, leader: 'mgr1' }),
    'mgr1 (this one) leads, epoch 7; mgr2 is there; mgr3 is there',
  );
  assert.equal(describeSeat({ ...seat, leader: null, alive: [] }), 'mgr1 (this one) is standby; nobody leads');
});

test('one that must not lead says why, whoever leads', () => {
  const idle = { ...seat, standing: 'standby' as const, epoch: null, obstacle: 'it has other servers' };
  assert.match(describeSeat({ ...idle, leader: 'mgr2' }), /; it has other servers$/);
  assert.equal(whyNotLed({ ...idle, leader: null }), 'it has other servers');
});
