import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../../../src/config/nearest.ts';

const options = ['smtp_host', 'smtp_user', 'vip_type', 'kill_after_timeout'];

test('a slip finds what was meant, whatever the case', () => {
  for (const [slip, meant] of [
    ['smtp_hots', 'smtp_host'],
    ['SMTP_HOST', 'smtp_host'],
    ['vip_typ', 'vip_type'],
    ['viptype', 'vip_type'],
    ['kill_after_timout', 'kill_after_timeout'],
  ] as const)
    assert.equal(nearest(slip, options), meant);
});

test('what is far from all of them finds none, nor does a short word find a long one', () => {
  for (const word of ['password', 'vip', 'smtp', '', 'kill_timeout_after'])
    assert.equal(nearest(word, options), undefined, word);
});

test('the nearest counts, and of two as near the first', () => {
  assert.equal(nearest('db11', ['db21', 'db1', 'db11x']), 'db21');
  assert.equal(nearest('db11', ['db22', 'db11']), 'db11');
  assert.equal(nearest('db', []), undefined);
});
