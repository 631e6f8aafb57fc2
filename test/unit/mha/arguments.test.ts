import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArguments } from '../../../src/mha/arguments.ts';

const read = (...argv: readonly string[]) => {
  const { values, flags, withoutValue, warnings } = readArguments(
    argv,
    new Set(['user', 'new_host']),
    new Set(['force']),
  );
  return { values: Object.fromEntries(values), flags: [...flags], withoutValue, warnings };
};

test('both forms of a value; the last one counts', () => {
  assert.deepEqual(read('--user=a', '--new_host', 'db11', '--user', 'b').values, { user: 'b', new_host: 'db11' });
});

test('a value may be empty, span lines, hold = or begin with a single dash', () => {
  assert.deepEqual(read('--user=', '--new_host=a=b\nc').values, { user: '', new_host: 'a=b\nc' });
  assert.deepEqual(read('--user', '-x').values, { user: '-x' });
});

test('an option without its value is named, and takes no other option for it', () => {
  const { values, withoutValue } = read('--user', '--new_host=a', '--new_host');
  assert.deepEqual(withoutValue, ['user', 'new_host']);
  assert.deepEqual(values, { new_host: 'a' });
});

test('flags are flags, with a value or without', () => {
  assert.deepEqual(read('--force', '--force=1', 'x').flags, ['force']);
});

test('what is unknown is told by its name, never with a value: it could be a password', () => {
  const { values, warnings } = read('--secret=hunter2', '--user=a', 'hunter2', '-x', '--9');
  assert.deepEqual(values, { user: 'a' });
  assert.equal(warnings.length, 2);
  assert.match(warnings[0] ?? '', /--secret/);
  assert.match(warnings[1] ?? '', /^3 arguments/);
  assert.doesNotMatch(warnings.join(), /hunter2/);
  assert.match(read('stray').warnings.join(), /^1 argument that belongs/);
});
