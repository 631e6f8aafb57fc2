import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClusterNow, HostNow } from '../../../src/mail/Report.ts';
import {
  answerText,
  dayAndTime,
  duration,
  holdersOf,
  timeOfDay,
  whereAddressIs,
  writersOf,
} from '../../../src/mail/wording.ts';

const unknown = { unknown: 'no answer' };
const host = (name: string, holdsAddress: HostNow['holdsAddress'], takesWrites: HostNow['takesWrites']): HostNow => ({
  host: name,
  holdsAddress,
  takesWrites,
});
const now = (...hosts: readonly HostNow[]): ClusterNow => ({
  checkedAt: '',
  address: '10.0.0.5',
  unknown: null,
  hosts,
});

test('times as people write them', () => {
  assert.equal(dayAndTime('2026-01-31T03:00:12.345Z'), '2026-01-31 03:00:12 UTC');
  assert.equal(timeOfDay('2026-01-31T03:00:12.345Z'), '03:00:12.345');
});

test('a duration is only told where both ends are known', () => {
  assert.equal(duration('2026-01-31T03:00:12.345Z', '2026-01-31T03:00:13.000Z'), '0.66 s');
  assert.equal(duration('2026-01-31T03:00:12.345Z', null), '');
  assert.equal(duration('x', '2026-01-31T03:00:12.345Z'), '');
});

test('unknown and in part are neither yes nor no', () => {
  const seen = now(
    host('a', true, unknown),
    host('b', 'partly', true),
    host('c', unknown, false),
    host('d', false, true),
  );
  assert.deepEqual(holdersOf(seen), ['a']);
  assert.deepEqual(writersOf(seen), ['b', 'd']);
  assert.equal(answerText(true, 'yes', 'no'), 'yes');
  assert.equal(answerText(false, 'yes', 'no'), 'no');
  assert.match(answerText(unknown, 'yes', 'no'), /no answer/);
  assert.ok(!['yes', 'no'].includes(answerText('partly', 'yes', 'no')));
});

test('where the address is: no more is said than is known', () => {
  const one = whereAddressIs(now(host('a', true, true), host('b', false, false)));
  assert.match(one, /10\.0\.0\.5 is on a$/);
  assert.match(whereAddressIs(now(host('a', true, true), host('b', true, true))), / is on a AND b$/);
  const nobody = whereAddressIs(now(host('a', unknown, unknown), host('b', false, false)));
  assert.match(nobody, /on no host that could be asked.*\ba$/);
  assert.match(whereAddressIs(now(host('a', true, true), host('b', 'partly', false))), /on a\b.*in part.* b$/);
});

test('where nothing could be asked at all, or nothing is managed, no host is named', () => {
  const hosts = [host('a', true, true)];
  assert.match(whereAddressIs({ ...now(...hosts), unknown: 'no settings' }), /not known: no settings/);
  assert.match(whereAddressIs({ ...now(...hosts), address: null }), /vip_type = none/);
});
