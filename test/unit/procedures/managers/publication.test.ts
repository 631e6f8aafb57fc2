import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterKeys } from '../../../../src/procedures/managers/keys.ts';
import { readNote } from '../../../../src/procedures/managers/note.ts';
import { publication, readWord } from '../../../../src/procedures/managers/publication.ts';
import { nothingShared, readSharedState } from '../../../../src/procedures/managers/sharedState.ts';

const keys = clusterKeys('/p/', 'c');

test('a leader publishes in its epoch alone; its word ends with its lease, the state stays', () => {
  const { when, change } = publication(keys, 7, '77', nothingShared, { protected: true, why: null });
  assert.deepEqual(when, [{ key: keys.leader, createRevision: 7 }]);
  assert.deepEqual(
    change.map((one) => ('put' in one ? [one.put, one.lease] : one)),
    [
      [keys.state, undefined],
      [keys.word, '77'],
    ],
  );
});

test('what is written is read again; what another version has written is not guessed at', () => {
  const state = { absent: ['db10'], lastFailover: null, completeAt: 5, failedOn: 'mgr1' };
  const told = { managers: ['mgr1'], servers: ['db10:3306'], settings: { 'db10 smtp_host': 'abc' }, runs: ['{}'] };
  const whole = { ...state, orders: { standing: [], lifted: [] }, ...told };
  assert.deepEqual(readSharedState(JSON.stringify(whole)), whole);
  // A leader of an earlier version has not told of them.
  assert.deepEqual(readSharedState(JSON.stringify(state)), { ...nothingShared, ...state });
  assert.deepEqual(readSharedState('{"absent":[]}'), nothingShared);
  for (const text of [
    '',
    'null',
    '{}',
    '{"absent":[1]}',
    '{"absent":[],"completeAt":"5"}',
    '{"absent":[],"orders":{}}',
    '{"absent":[],"managers":[1]}',
    '{"absent":[],"servers":[1]}',
    '{"absent":[],"servers":"db10"}',
    '{"absent":[],"settings":"db10"}',
    '{"absent":[],"runs":[1]}',
    '{"absent":[],"settings":{"db10 smtp_host":1}}',
  ])
    assert.equal(readSharedState(text), null, text);
  assert.deepEqual(readWord('{"protected":false,"why":"x"}'), { protected: false, why: 'x' });
  for (const text of ['', 'null', '{}', '{"protected":"yes"}']) assert.equal(readWord(text), null, text);
});

test('a note is read as far as it goes', () => {
  const note = { manager: 'mgr1', host: 'h', addresses: ['10.0.0.1'], since: 'then' };
  assert.deepEqual(readNote(JSON.stringify(note)), note);
  assert.deepEqual(readNote('somebody'), { manager: 'somebody', host: '', addresses: [], since: '' });
  assert.deepEqual(readNote('{"manager":"a","addresses":[1,"b"]}').addresses, ['b']);
});
