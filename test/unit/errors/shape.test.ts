import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  flag,
  isRecord,
  listOf,
  nullOr,
  number,
  orNull,
  record,
  recordIn,
  shaped,
  text,
} from '../../../src/errors/shape.ts';

test('an object with members of their kinds, and more', () => {
  const point = shaped({ name: text, x: number, on: flag, more: orNull(record), tags: listOf(text) });
  const good = { name: 'a', x: 1, on: false, tags: [], other: 1 };
  assert.ok(point(good));
  assert.ok(point({ ...good, more: {}, tags: ['a'] }));
  assert.ok(point({ ...good, more: null }));
  for (const bad of [
    null,
    [],
    'x',
    {},
    { ...good, name: 1 },
    { ...good, x: '1' },
    { ...good, on: null },
    { ...good, more: [] },
    { ...good, tags: [1] },
    { ...good, tags: {} },
  ])
    assert.ok(!point(bad), JSON.stringify(bad));
});

test('null is told from nothing', () => {
  assert.deepEqual([{ a: null }, { a: 'x' }, {}, { a: 1 }].map(shaped({ a: nullOr(text) })), [
    true,
    true,
    false,
    false,
  ]);
});

test('a list and nothing are no records', () => {
  assert.deepEqual([{}, [], null, 'x'].map(isRecord), [true, false, false, false]);
});

test('what is no object in JSON has no members', () => {
  assert.deepEqual(recordIn('{"a":1}'), { a: 1 });
  for (const json of ['', '{', 'null', '7', '"a"', '[1]']) assert.deepEqual(recordIn(json), {}, json);
});
