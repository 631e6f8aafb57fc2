// What to offer the server: only what OpenSSH's configuration allows (a crypto policy counts), in the order that is
// quickest in Node.
import type { CipherAlgorithm, KexAlgorithm, MacAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';
import { Failure } from '../../errors/errors.ts';
import type { SshConfig } from './clientConfig.ts';
import { knownKeyTypes, type KnownHosts } from './knownHosts.ts';

const kex: readonly KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group14-sha1',
];
const ciphers: readonly CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
  'chacha20-poly1305@openssh.com',
];
const macs: readonly MacAlgorithm[] = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha1-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
  'hmac-sha1',
];
const hostKeys: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
];

/** @throws Failure `ssh` when the configuration allows nothing that mha-helper can speak. */
export function chooseAlgorithms(config: SshConfig, known: KnownHosts) {
  const types = knownKeyTypes(known);
  const allowedHostKeys = pick(config, 'HostKeyAlgorithms', hostKeys, config.algorithms.hostKey);
  const isKnown = (algorithm: string) => types.has(algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm);
  return {
    kex: pick(config, 'KexAlgorithms', kex, config.algorithms.kex),
    cipher: pick(config, 'Ciphers', ciphers, config.algorithms.ciphers),
    hmac: pick(config, 'MACs', macs, config.algorithms.macs),
    compress: ['none' as const],
    // Known ones first: else a server with an ed25519 and an rsa key shows the one we have never seen.
    serverHostKey: [...allowedHostKeys.filter(isKnown), ...allowedHostKeys.filter((each) => !isKnown(each))],
  };
}

function pick<T extends string>(
  config: SshConfig,
  option: string,
  ours: readonly T[],
  allowed: readonly string[],
): T[] {
  const both = ours.filter((each) => allowed.length === 0 || allowed.includes(each));
  if (both.length > 0) return both;
  throw new Failure(
    'ssh',
    `${config.label}: ${option} of the ssh configuration (${allowed.join(',')}) allows nothing that ` +
      'mha-helper can speak',
    { hint: `it can speak ${ours.join(',')}` },
  );
}
