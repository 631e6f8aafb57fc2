import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHostName } from '../../../src/config/hostName.ts';

test('names and addresses', () => {
  for (const name of ['db10', 'DB10.example.com', 'a_b-c', '10.0.0.1', 'fd00::1', '::1', '1', 'a'.repeat(253)])
    assert.ok(isHostName(name), name);
});

test('nothing that means something to a shell, to a command line, or to nobody', () => {
  for (const name of ['', '-oProxyCommand=x', '.a', 'a b', 'a;b', 'a$b', "a'b", 'a/b', 'a:b', 'a\nb', '*', 'zürich'])
    assert.ok(!isHostName(name), JSON.stringify(name));
  assert.ok(!isHostName('a'.repeat(254)));
});
