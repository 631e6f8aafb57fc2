import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whole } from '../../../../src/adapters/ec2/answers.ts';

interface One {
  readonly id?: string | undefined;
  readonly places?: readonly string[] | undefined;
}

test('an empty list is an answer', () => {
  assert.deepEqual(whole<One>('DescribeX', [], 'id'), []);
  const list = [{ id: 'eni-1', places: [] }];
  assert.equal(whole<One>('DescribeX', list, 'id', 'places'), list);
});

test('no list, and a member that lacks something, are none', () => {
  const strange: readonly (readonly One[] | undefined)[] = [undefined, [{}], [{ id: '' }], [{ id: 'eni-1' }, {}]];
  for (const list of strange)
    assert.throws(() => whole('DescribeX', list, 'id'), { kind: 'address', message: /answer to DescribeX/ });
});
