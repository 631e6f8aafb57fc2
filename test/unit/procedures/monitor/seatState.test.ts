import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nothingShared } from '../../../../src/procedures/managers/sharedState.ts';
import type { SeatRecord } from '../../../../src/procedures/managers/seatRecord.ts';
import { newCluster, type ClusterState } from '../../../../src/procedures/monitor/clusterState.ts';
import { giveOrder } from '../../../../src/procedures/orders/standingOrders.ts';
import { cluster, order } from '../orders/orderCases.ts';
import { hindranceTo, seatTrouble, takeIn, wordOn } from '../../../../src/procedures/monitor/seatState.ts';

const record: SeatRecord = {
  manager: 'mgr2',
  standing: 'leader',
  epoch: 7,
  leader: 'mgr2',
  alive: ['mgr2'],
  silentSince: null,
  silence: null,
  obstacle: null,
  word: { protected: true, why: null },
};
const well: ClusterState = { ...newCluster, status: 'PING_OK', watched: true };
const file = { conf: '/etc/mha/c.cnf', cluster: 'c', workdir: '/work', lastFailoverMinute: 0 };

test('what holds a monitor back from taking over: a pause, and a failover that failed here', () => {
  assert.equal(hindranceTo(newCluster), null);
  assert.match(hindranceTo({ ...newCluster, phase: { name: 'blocked' } }) ?? '', /failover\.error/);
});

test('the word of the last leader of who is absent counts, and the later failover', () => {
  const last = { at: 5, durationMs: null, from: 'db10', to: 'db11', partial: false };
  const taken = { ...nothingShared, absent: ['db10'], lastFailover: last, completeAt: 5, failedOn: null };
  const own = { ...newCluster, absent: ['db12'], lastFailover: { ...last, at: 9 } };
  // Its own failover is later: it was done without etcd.
  assert.deepEqual(takeIn(own, { takenOver: () => taken }).absent, ['db10', 'db12']);
  const earlier = { ...own, lastFailover: { ...last, at: 4 } };
  assert.deepEqual(takeIn(earlier, { takenOver: () => taken }).absent, ['db10']);
  assert.equal(takeIn(own, { takenOver: () => taken }).lastFailover?.at, 9);
  assert.equal(takeIn(newCluster, { takenOver: () => taken }).lastFailover?.at, 5);
  assert.equal(takeIn(own, { takenOver: () => null }), own);
});

test('trouble is told once, and its end when the leader says that all is well', () => {
  const trouble = { subject: 'NOT PROTECTED', text: 'etcd is silent' } as const;
  const told = seatTrouble(newCluster, 5, { looksAfter: false, record, trouble });
  assert.deepEqual([told.incident?.text, told.outbox.length], ['NOT PROTECTED: etcd is silent', 1]);
  assert.equal(seatTrouble(told, 6, { looksAfter: false, record, trouble }).outbox.length, 1);
  const unwell = { ...record, word: null };
  assert.equal(seatTrouble(told, 6, { looksAfter: false, record: unwell, trouble: null }), told);
  const over = seatTrouble(told, 6, { looksAfter: false, record, trouble: null });
  assert.deepEqual([over.incident, over.outbox.at(-1)?.subject], [null, 'protected again']);
  // The leader's own incidents are not ended by this.
  assert.equal(seatTrouble(told, 6, { looksAfter: true, record, trouble: null }), told);
  assert.equal(seatTrouble(told, 6, { looksAfter: true, record: null, trouble }), told);
});

test('the leader says whether the cluster is protected, and what the others must know', async () => {
  const { tools } = cluster();
  const say = (state: ClusterState) => wordOn({ ...file, state, seat: { ...record, known: ['mgr2'] } }, 5, tools);
  assert.deepEqual((await say(well))[1], { protected: true, why: null });
  await giveOrder(tools, 'c', order);
  const [shared, word] = await say({ ...well, failed: true });
  assert.deepEqual([shared.failedOn, word.protected, shared.managers], ['mgr2', false, ['mgr2']]);
  assert.deepEqual(shared.orders, { standing: [order], lifted: [] });
  tools.files.texts.set('/var/lib/mha-helper/orders/c.json', 'torn');
  assert.equal((await say(well))[0].orders, null);
});
