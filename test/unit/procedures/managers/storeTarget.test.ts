import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeTarget } from '../../../../src/procedures/managers/storeTarget.ts';

const none = {
  ha_endpoints: ['https://etcd1:2379'],
  ha_ca_file: '/ca',
  ha_cert_file: undefined,
  ha_key_file: undefined,
  ha_user: undefined,
  ha_password: undefined,
  ha_password_file: undefined,
};

test('who logs in, and by which password', () => {
  const tls = { caFile: '/ca', certFile: undefined, keyFile: undefined };
  assert.deepEqual(storeTarget(none), { endpoints: ['https://etcd1:2379'], tls });
  assert.deepEqual(storeTarget({ ...none, ha_user: 'mha', ha_password: 'p' }).login, { user: 'mha', password: 'p' });
  assert.deepEqual(storeTarget({ ...none, ha_user: 'mha', ha_password_file: '/p' }).login, {
    user: 'mha',
    passwordFile: '/p',
  });
});
