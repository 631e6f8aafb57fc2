import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseAlgorithms } from '../../../../src/adapters/ssh/algorithms.ts';
import type { SshConfig } from '../../../../src/adapters/ssh/clientConfig.ts';
import type { KnownHosts, KnownKey } from '../../../../src/adapters/ssh/knownHosts.ts';

const all = { hostKey: [], kex: [], ciphers: [], macs: [] };
const choose = (allowed: Partial<SshConfig['algorithms']>, ...known: readonly string[]) =>
  chooseAlgorithms({ label: 'db10', algorithms: { ...all, ...allowed } } as unknown as SshConfig, {
    byName: [known.map((type) => ({ marker: '', type }) as KnownKey)],
    withoutPort: [],
  } satisfies KnownHosts);

test('without a policy all that we can speak, the quickest first', () => {
  const { kex, cipher, compress } = choose({});
  assert.equal(kex[0], 'curve25519-sha256');
  assert.equal(cipher[0], 'aes128-gcm@openssh.com');
  assert.deepEqual(compress, ['none']);
});

test('a policy is kept, in our order, and nothing is offered that we cannot speak', () => {
  const { kex, hmac } = choose({
    kex: ['sntrup761x25519-sha512', 'ecdh-sha2-nistp384', 'curve25519-sha256'],
    macs: ['hmac-sha1', 'umac-64@openssh.com'],
  });
  assert.deepEqual(kex, ['curve25519-sha256', 'ecdh-sha2-nistp384']);
  assert.deepEqual(hmac, ['hmac-sha1']);
});

test('a policy that leaves us nothing is told with the name of its option', () => {
  for (const [allowed, option] of [
    [{ kex: ['x'] }, /KexAlgorithms/],
    [{ ciphers: ['x'] }, /Ciphers/],
    [{ macs: ['x'] }, /MACs/],
    [{ hostKey: ['x'] }, /HostKeyAlgorithms/],
  ] as const)
    assert.throws(() => choose(allowed), { kind: 'ssh', message: option });
});

test('the key types that we know of the host come first, else it would show one that we have never seen', () => {
  assert.deepEqual(choose({}, 'ssh-rsa').serverHostKey.slice(0, 3), ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa']);
  assert.equal(choose({}, 'ecdsa-sha2-nistp384').serverHostKey[0], 'ecdsa-sha2-nistp384');
  assert.equal(choose({}).serverHostKey[0], 'ssh-ed25519');
  assert.equal(new Set(choose({}, 'ssh-rsa').serverHostKey).size, choose({}).serverHostKey.length);
});
