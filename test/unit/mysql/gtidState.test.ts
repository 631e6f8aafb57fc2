import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extraGtids, holdsGtid } from '../../../src/mysql/gtidState.ts';

for (const [mine, theirs, position, extra] of [
  ['0-10-5', '0-10-5', '', []],
  ['0-10-5', '0-10-5,0-11-9', '', []],
  ['0-10-5', '0-10-9', '', []],
  ['0-10-7', '0-10-5,0-11-9', '0-10-5', ['0-10-6..7']],
  ['0-10-7,1-10-2', '0-10-7', '', ['1-10-..2']],
  // Made from a copy: its binary log knows nothing of those before, and it has executed up to its position.
  ['0-9-40,0-10-50', '0-11-60', '0-10-50', []],
  ['0-9-40,0-10-51', '0-11-60', '0-10-50', ['0-10-51..51']],
  ['', '0-11-60', '', []],
] as const) {
  test(`${mine} against ${theirs} and ${position}: ${extra.join() || 'nothing more'}`, () => {
    assert.deepEqual(extraGtids(mine, theirs, position), extra);
  });
}

test('what is no GTID is an error, and not nothing', () => {
  assert.throws(() => extraGtids('0-10', '0-10-5', ''), /0-10 is no GTID/);
});

const uuid = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
for (const [set, gtid, holds] of [
  [`${uuid}:1-3:5`, `${uuid}:3`, true],
  [`${uuid}:1-3:5`, `${uuid}:4`, false],
  [`${uuid}:1-3:5`, `${uuid}:5`, true],
  [`${uuid}:1-3:tag:7-8`, `${uuid}:tag:7`, true],
  [`${uuid}:1-3:tag:7-8`, `${uuid}:7`, false],
  ['0-10-6..7, 1-10-..2', '0-10-6', true],
  ['0-10-6..7, 1-10-..2', '0-10-5', false],
  ['0-10-6..7, 1-10-..2', '0-11-6', false],
  ['0-10-6..7, 1-10-..2', '1-10-1', true],
] as const) {
  test(`${gtid} is ${holds ? '' : 'not '}in ${set}`, () => {
    assert.equal(holdsGtid(set, gtid), holds);
  });
}
