// The words for what goes wrong before a connection stands.
import { Failure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';
import { inSeconds } from '../processes/childProcess.ts';
import type { SshConfig } from './clientConfig.ts';
import { fingerprint, keyType, knownHostsName, type HostKeyVerdict } from './knownHosts.ts';
import { whereTo } from './proxy.ts';

/** Why a host with this key is not connected to; undefined when it may be. */
export function hostKeyFailure(config: SshConfig, blob: Buffer, verdict: HostKeyVerdict): Failure | undefined {
  const shows = `it shows ${keyType(blob) ?? 'a key'} ${fingerprint(blob)}`;
  const name = config.hostKeyAlias ?? knownHostsName(config.hostname, config.port);
  const file = config.userKnownHosts[0] ?? '~/.ssh/known_hosts';
  const refuse = (message: string, hint: string) => new Failure('ssh', `${config.label}: ${message}`, { hint });
  switch (verdict.is) {
    case 'known':
      return undefined;
    case 'unknown':
      if (config.acceptUnknownHost) return undefined;
      return refuse(
        `the host key of ${whereTo(config)} is unknown: ${shows}`,
        "compare the fingerprint with the host's, then add the key as the user that runs MHA: ssh -p " +
          `${config.port} ${config.user}@${config.hostname}, or ssh-keyscan -p ${config.port} ` +
          `${config.ip ?? config.hostname} >> ${file}`,
      );
    case 'changed':
    case 'otherType':
      return refuse(
        `the host key of ${whereTo(config)} has changed: ${shows}, ${verdict.at.file} line ` +
          `${verdict.at.line} has ${verdict.at.type} ${fingerprint(verdict.at.blob)}`,
        `if the host was installed anew, remove that line (ssh-keygen -R '${name}' -f ${verdict.at.file}) ` +
          'and connect once by hand; if not, another machine answers there',
      );
    case 'revoked':
      return refuse(
        `the host key of ${whereTo(config)} is revoked (${verdict.at.file} line ${verdict.at.line}): ${shows}`,
        'the host needs another key',
      );
    case 'authority':
      return refuse(
        `${whereTo(config)} is known only by a @cert-authority (${verdict.at.file} line ${verdict.at.line}), ` +
          'and mha-helper cannot check host certificates',
        `add its plain key too: ssh-keyscan -p ${config.port} ${config.ip ?? config.hostname} >> ${file}, ` +
          'after comparing the fingerprint',
      );
  }
}

/** What the connection was doing when it ended. */
export type Phase = 'connecting' | 'waiting for the server' | 'exchanging keys' | 'logging in';

/** An error of ssh2 before the login succeeded. `complaint` is what a proxy printed. */
export function handshakeFailure(
  config: SshConfig,
  phase: Phase,
  error: Error | undefined,
  complaint: string,
): Failure {
  const text = error === undefined ? 'the host closed the connection' : errorText(error);
  const by = complaint === '' ? '' : `; ${config.proxy?.shown ?? 'the proxy'} says: ${complaint}`;
  return new Failure('ssh', `${config.label}: no SSH connection to ${whereTo(config)}: ${text} (${phase})${by}`, {
    ...(error === undefined ? {} : { cause: error }),
    hint: hintFor(config, phase, text),
  });
}

function hintFor(config: SshConfig, phase: Phase, text: string): string {
  if (/no matching/i.test(text))
    return 'compare the algorithms that this machine and the host allow (ssh -vv shows both)';
  if (/too many authentication/i.test(text))
    return 'the agent holds too many keys: set IdentityFile and IdentitiesOnly yes for this host';
  if (config.proxy !== undefined && phase === 'waiting for the server')
    return 'test the way there by hand, with BatchMode=yes';
  if (phase === 'waiting for the server')
    return (
      'something that is not sshd answers there, or sshd turns this machine away (MaxStartups, fail2ban, its ' +
      'log says)'
    );
  return "the host's sshd log says why";
}

export function loginFailure(config: SshConfig, account: string): Failure {
  return new Failure('ssh', `${config.label}: no key was accepted by ${whereTo(config)}: ${account}`, {
    hint:
      `the public key must be in authorized_keys of ${config.user} there; test as the user that runs MHA: ssh ` +
      `-o BatchMode=yes -p ${config.port} ${config.user}@${config.hostname} true`,
  });
}

export function connectDeadline(config: SshConfig, phase: Phase, limitMs: number): Failure {
  return new Failure(
    'deadline',
    `${config.label}: no SSH connection to ${whereTo(config)} within ${inSeconds(limitMs)} (${phase})`,
    {
      hint: 'is the host down, or does a firewall drop packets?',
      // A host that has accepted the connection is alive, however slow it is.
      ...(phase === 'connecting' ? { cause: Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }) } : {}),
    },
  );
}
