import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refuseShared } from '../../../../src/vip/api/refuseShared.ts';
import type { VipHost } from '../../../../src/vip/Provider.ts';

const host = (name: string): VipHost => ({ name, settings: { file: '/etc/mha-helper/c.conf' } }) as VipHost;

test('each host has its place, however often it asks', () => {
  const owners = new Map<string, string>();
  for (const [id, name] of [
    ['eni-1', 'db10'],
    ['eni-2', 'db11'],
    ['eni-1', 'db10'],
  ] as const)
    refuseShared('interface', owners, id, host(name));
  assert.deepEqual(
    [...owners],
    [
      ['eni-1', 'db10'],
      ['eni-2', 'db11'],
    ],
  );
});

test('two hosts in one place: nothing may move there', () => {
  const owners = new Map<string, string>();
  refuseShared('port', owners, 'p-1', host('db10'));
  for (let attempt = 0; attempt < 2; attempt++)
    assert.throws(() => refuseShared('port', owners, 'p-1', host('db11')), {
      kind: 'config',
      message: /^db10 and db11 .* port, p-1/,
      hint: /\/etc\/mha-helper\/c\.conf/,
    });
  refuseShared('port', owners, 'p-1', host('db10'));
});
