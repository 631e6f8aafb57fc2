import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCluster } from '../../../../src/config/validate.ts';
import { shellTarget, sqlTarget } from '../../../../src/procedures/run/targets.ts';

const end = { host: 'db10', ip: '10.0.0.10', port: 3306 };

test('SSH goes to the host itself unless MHA says another place, and knows only what MHA has said', () => {
  assert.deepEqual(shellTarget(end), { label: 'db10', host: 'db10', ip: '10.0.0.10' });
  assert.deepEqual(
    shellTarget({ ...end, sshHost: 'gate', sshIp: '10.9.9.9', sshPort: 2202, sshUser: 'mha' }, '-o A=b'),
    { label: 'db10', host: 'gate', ip: '10.9.9.9', port: 2202, user: 'mha', sshOptions: '-o A=b' },
  );
});

test('MySQL is reached by the address, as the user that MHA uses there', () => {
  const [settings] = readCluster('/c.conf', '[db10]\n').cluster?.hosts ?? [];
  assert.deepEqual(sqlTarget({ ...end, user: 'u', password: 'p' }, settings ?? assert.fail('no settings')), {
    label: 'db10',
    host: '10.0.0.10',
    port: 3306,
    user: 'u',
    password: 'p',
  });
});
