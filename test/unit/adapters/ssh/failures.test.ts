import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SshConfig } from '../../../../src/adapters/ssh/clientConfig.ts';
import {
  connectDeadline,
  handshakeFailure,
  hostKeyFailure,
  loginFailure,
} from '../../../../src/adapters/ssh/failures.ts';
import { fingerprint, type KnownKey } from '../../../../src/adapters/ssh/knownHosts.ts';
import { isUnreachable } from '../../../../src/vip/unreachable.ts';

const config = {
  label: 'db10',
  hostname: 'db10.example.com',
  ip: '10.0.0.1',
  port: 2222,
  user: 'mha',
  userKnownHosts: ['/home/mha/.ssh/known_hosts'],
  acceptUnknownHost: false,
} as unknown as SshConfig;
const key = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.from(text)]);
const shown = key('shown');
const at: KnownKey = { file: '/known', line: 7, marker: '', type: 'ssh-ed25519', blob: key('known') };

test('a known key is no failure, an unknown one only where the configuration wants to know it', () => {
  assert.equal(hostKeyFailure(config, shown, { is: 'known' }), undefined);
  assert.equal(hostKeyFailure({ ...config, acceptUnknownHost: true }, shown, { is: 'unknown' }), undefined);
  const unknown = hostKeyFailure(config, shown, { is: 'unknown' });
  assert.match(unknown?.message ?? '', /^db10: .*mha@db10\.example\.com \(10\.0\.0\.1\) port 2222/);
  assert.ok(unknown?.message.includes(fingerprint(shown)));
  assert.match(unknown?.hint ?? '', /ssh-keyscan -p 2222 10\.0\.0\.1 >> \/home\/mha\/\.ssh\/known_hosts/);
});

test('a key that has changed is never accepted: both fingerprints, and the line to look at', () => {
  for (const is of ['changed', 'otherType'] as const) {
    const failure = hostKeyFailure({ ...config, acceptUnknownHost: true }, shown, { is, at });
    assert.equal(failure?.kind, 'ssh');
    for (const print of [shown, at.blob]) assert.ok(failure?.message.includes(fingerprint(print)));
    assert.match(failure?.message ?? '', /\/known line 7/);
    assert.match(failure?.hint ?? '', /ssh-keygen -R '\[db10\.example\.com\]:2222' -f \/known/);
  }
  assert.match(
    hostKeyFailure({ ...config, hostKeyAlias: 'alias' }, shown, { is: 'changed', at })?.hint ?? '',
    /-R 'alias'/,
  );
});

test('a revoked key, and a host that only an authority vouches for', () => {
  for (const is of ['revoked', 'authority'] as const)
    assert.match(
      hostKeyFailure({ ...config, acceptUnknownHost: true }, shown, { is, at })?.message ?? '',
      /\/known line 7/,
    );
});

test('who has not accepted a connection in time does not answer; who has, is alive', () => {
  const late = (phase: Parameters<typeof connectDeadline>[1]) => connectDeadline(config, phase, 1_500);
  assert.match(late('connecting').message, /1\.5 s \(connecting\)/);
  assert.equal(late('connecting').kind, 'deadline');
  assert.ok(isUnreachable(late('connecting')));
  for (const phase of ['waiting for the server', 'exchanging keys', 'logging in'] as const)
    assert.ok(!isUnreachable(late(phase)), phase);
});

test('a handshake that fails: where, why, and what the proxy says', () => {
  const proxied = { ...config, proxy: { argv: [], shown: 'ProxyJump jump' } } as SshConfig;
  const failure = handshakeFailure(proxied, 'waiting for the server', undefined, 'jump: denied');
  assert.match(
    failure.message,
    /by way of ProxyJump jump: .*waiting for the server.*ProxyJump jump says: jump: denied$/,
  );
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  assert.ok(isUnreachable(handshakeFailure(config, 'connecting', refused, '')));
  const hint = (text: string): string => handshakeFailure(config, 'exchanging keys', new Error(text), '').hint ?? '';
  assert.match(hint('no matching key exchange algorithm'), /algorithms/);
  assert.match(hint('Too many authentication failures'), /IdentitiesOnly/);
});

test('no key was accepted: as whom, and how to try it', () => {
  const failure = loginFailure(config, 'tried /k');
  assert.match(failure.message, /mha@db10\.example\.com.*tried \/k$/);
  assert.match(failure.hint ?? '', /ssh -o BatchMode=yes -p 2222 mha@db10\.example\.com true/);
  assert.ok(!isUnreachable(failure));
});
