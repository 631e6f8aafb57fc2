import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterKeys } from '../../../../src/procedures/managers/keys.ts';

test('each cluster has keys of its own below the prefix, whatever it is called', () => {
  assert.deepEqual(clusterKeys('/mha/v1/', 'shop'), {
    leader: '/mha/v1/clusters/shop/leader',
    last: '/mha/v1/clusters/shop/last',
    failover: '/mha/v1/clusters/shop/failover',
    state: '/mha/v1/clusters/shop/state',
    word: '/mha/v1/clusters/shop/word',
    members: '/mha/v1/clusters/shop/members/',
    question: '/mha/v1/asked/shop/question',
    answers: '/mha/v1/asked/shop/answers/',
  });
  const names = ['a/leader', 'a', 'a%2Fleader', 'Ä b', '..'];
  const all = names.map((name) => clusterKeys('/p/', name)).flatMap((keys) => Object.values(keys) as string[]);
  assert.equal(new Set(all).size, all.length);
  const pattern =
    /^\/p\/(?:clusters\/[^/]+\/(?:leader|last|failover|state|word|members\/)|asked\/[^/]+\/(?:question|answers\/))$/;
  for (const key of all) assert.match(key, pattern);
});
