import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Failure } from '../../../../src/errors/errors.ts';
import {
  elsewhereText,
  notHere,
  otherManagers,
  refuseIfElsewhere,
} from '../../../../src/procedures/managers/recordsElsewhere.ts';
import type { SeatRecord } from '../../../../src/procedures/managers/seatRecord.ts';
import { app, cluster } from '../orders/orderCases.ts';

const seat: SeatRecord = {
  manager: 'mgr2',
  standing: 'leader',
  epoch: 7,
  leader: 'mgr2',
  alive: ['mgr2', 'mgr3'],
  silentSince: null,
  silence: null,
  obstacle: null,
  word: null,
  known: ['mgr1', 'mgr2', 'mgr3'],
};

test('the others are all that were ever known; who is not heard is named so', () => {
  assert.deepEqual(otherManagers(seat), ['mgr1', 'mgr3']);
  assert.match(
    elsewhereText(seat) ?? '',
    /recorded there: mgr1 \(not heard\), mgr3; mha-helper undo works there, and on whoever leads next$/,
  );
  // Of whom nobody hears while etcd is silent.
  assert.match(elsewhereText({ ...seat, silentSince: 5 }) ?? '', /mgr1 \(not heard\), mgr3 \(not heard\)/);
  for (const one of [null, { ...seat, alive: ['mgr2'], known: ['mgr2'] }]) assert.equal(elsewhereText(one), null);
});

test('nothing to undo here is no answer about the others: it names them, and what to do where one is gone', () => {
  const { message, hint } = notHere(app, seat) ?? assert.fail('nothing was said');
  assert.match(message, /^the records of this host have nothing to undo; .* mgr1 \(not heard\), mgr3$/);
  assert.match(hint ?? '', /mha-helper undo there.*read_only=0.*vip assign HOST -c \/etc\/mha\/a\.cnf/);
  assert.match(notHere(app, null)?.message ?? '', /which, is not known here/);
  assert.equal(notHere(app, { ...seat, alive: ['mgr2'], known: ['mgr2'] }), null);
});

test('undo is refused where others may have a record, not with one manager, nor with a record here', async () => {
  const { tools } = cluster();
  const shared = { cluster: 'c', options: { ha_endpoints: ['https://etcd1:2379'] } } as never;
  const refusal = (error: Failure): boolean => error.kind === 'refused' && /nothing to undo/.test(error.message);
  await assert.rejects(refuseIfElsewhere(app, shared, tools), refusal);
  await refuseIfElsewhere(app, { cluster: 'c', options: {} } as never, tools);
  await refuseIfElsewhere(app, undefined, tools);
  const at = '2026-01-31T03:00:00.000Z';
  const lines = [
    { kind: 'run', run: 'a', pid: 7, procedure: 'online stop', origHost: 'db10', newHost: 'db11', at },
    { kind: 'step', run: 'a', id: 'set-read-only:db10', at, title: 'close db10', before: { readOnly: false } },
  ];
  tools.files.texts.set('/var/lib/mha-helper/c.journal', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await refuseIfElsewhere(app, shared, tools);
});
