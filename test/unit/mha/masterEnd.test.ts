import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApplicationServer } from '../../../src/mha/applicationConfig.ts';
import { endOf } from '../../../src/mha/masterEnd.ts';

const server = { hostname: 'db10', port: 3307, user: 'mha', password: 'p', sshPort: 22 };
const end = (more: object) => endOf({ ...server, ...more } as unknown as ApplicationServer);

test('a server without anything of its own: the name stands for the address', () => {
  assert.deepEqual(end({}), { host: 'db10', ip: 'db10', port: 3307, user: 'mha', password: 'p', sshPort: 22 });
});

test('address, SSH user and SSH port as they are set', () => {
  const { ip, sshUser, sshPort } = end({ ip: '10.0.0.1', sshUser: 'ops', sshPort: 2222 });
  assert.deepEqual([ip, sshUser, sshPort], ['10.0.0.1', 'ops', 2222]);
});

test('another host for SSH has an address of its own; the same one has none', () => {
  const other = end({ ip: '10.0.0.1', sshHost: 'adm10' });
  assert.deepEqual([other.ip, other.sshHost, other.sshIp], ['10.0.0.1', 'adm10', 'adm10']);
  assert.ok(!('sshHost' in end({ sshHost: 'db10' })));
});
