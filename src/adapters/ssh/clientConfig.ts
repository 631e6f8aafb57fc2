// What OpenSSH itself would do for this host: `ssh -G` (7 ms), with Include, Match and everything else that only
// OpenSSH knows.
import { hostname as machineName, userInfo } from 'node:os';
import type { ShellTarget } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { oneLine } from '../../errors/message.ts';
import { runProcess } from '../processes/childProcess.ts';
import { configFileOption, resolveArguments, sshOptionWords } from './options.ts';

/** AddressFamily of ssh_config(5) as sockets have it; 0: any. */
const families: ReadonlyMap<string, 4 | 6> = new Map([
  ['inet', 4],
  ['inet6', 6],
]);

export interface SshConfig {
  readonly label: string;
  /** Host name or address to connect to, lower case, after OpenSSH's HostName. */
  readonly hostname: string;
  /** Set when `hostname` is the name MHA gave, and MHA has resolved it already. */
  readonly ip: string | undefined;
  readonly port: number;
  readonly user: string;
  readonly family: 0 | 4 | 6;
  readonly bindAddress: string | undefined;
  readonly connectTimeoutMs: number | undefined;
  readonly proxy: { readonly argv: readonly string[]; readonly shown: string } | undefined;
  /** Socket of the agent; undefined when there is none or none is wanted. */
  readonly agentSocket: string | undefined;
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  readonly hostKeyAlias: string | undefined;
  readonly userKnownHosts: readonly string[];
  readonly globalKnownHosts: readonly string[];
  readonly hashKnownHosts: boolean;
  /** Whether a host nobody has seen before may be connected to (accept-new, no, off). */
  readonly acceptUnknownHost: boolean;
  readonly algorithms: {
    readonly hostKey: readonly string[];
    readonly kex: readonly string[];
    readonly ciphers: readonly string[];
    readonly macs: readonly string[];
  };
}

/** @throws Failure `ssh` when the client is missing or refuses its configuration, `deadline` after `timeoutMs`. */
export async function resolveSshConfig(
  target: ShellTarget,
  timeoutMs: number,
  env: NodeJS.ProcessEnv,
): Promise<SshConfig> {
  const words = sshOptionWords(target.label, target.sshOptions);
  const argv = resolveArguments(target, words);
  const result = await runProcess(target.label, argv, timeoutMs, env);
  if (result.code === 127) {
    throw new Failure('ssh', `${target.label}: the ssh client is not installed, or not in PATH`, {
      hint: 'install openssh-client (openssh-clients); MHA needs it too',
    });
  }
  if (result.code !== 0) {
    const why = oneLine(result.stderr) || `exit status ${result.code}`;
    throw new Failure('ssh', `${target.label}: ssh refuses its configuration: ${why}`, {
      hint: `run "${argv.join(' ')}" to see it`,
    });
  }
  return readSshConfig(result.stdout, target, configFileOption(words), env);
}

/**
 * Reads the output of `ssh -G`. File names with blanks in UserKnownHostsFile cannot be told apart there: they are
 * split.
 */
export function readSshConfig(
  text: string,
  target: ShellTarget,
  configFile: readonly string[],
  env: NodeJS.ProcessEnv,
): SshConfig {
  const settings = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const blank = line.indexOf(' ');
    if (blank < 0) continue;
    const name = line.slice(0, blank);
    settings.set(name, [...(settings.get(name) ?? []), line.slice(blank + 1).trim()]);
  }
  const one = (name: string): string | undefined => {
    const value = settings.get(name)?.[0];
    return value === undefined || value === '' || value === 'none' ? undefined : value;
  };
  const names = (name: string, separator: string | RegExp) =>
    (one(name) ?? '').split(separator).filter((each) => each !== '');

  for (const name of ['revokedhostkeys', 'knownhostscommand']) {
    if (one(name) === undefined) continue;
    throw new Failure(
      'ssh',
      `${target.label}: mha-helper cannot follow ` +
        `${name === 'revokedhostkeys' ? 'RevokedHostKeys' : 'KnownHostsCommand'} of the ssh configuration`,
      { hint: 'use @revoked lines or entries in known_hosts for this host instead' },
    );
  }
  const hostname = (one('hostname') ?? target.host).toLowerCase();
  const port = Number(one('port') ?? 22);
  const user = one('user') ?? userInfo().username;
  const tokens = { h: hostname, n: target.host, p: String(port), r: user, k: one('hostkeyalias') ?? hostname };
  const path = (value: string) => expandPath(target.label, value, tokens, env);
  return {
    label: target.label,
    hostname,
    ip: hostname === target.host.toLowerCase() ? target.ip : undefined,
    port,
    user,
    family: families.get(one('addressfamily') ?? '') ?? 0,
    bindAddress: one('bindaddress'),
    connectTimeoutMs: Number(one('connecttimeout') ?? 0) * 1000 || undefined,
    proxy: proxyOf(target.label, one('proxyjump'), one('proxycommand'), configFile, tokens),
    agentSocket: agentSocket(settings.get('identityagent')?.[0], path, env),
    identityFiles: (settings.get('identityfile') ?? []).filter((file) => file !== 'none').map(path),
    identitiesOnly: one('identitiesonly') === 'yes',
    hostKeyAlias: one('hostkeyalias'),
    userKnownHosts: names('userknownhostsfile', /\s+/).map(path),
    globalKnownHosts: names('globalknownhostsfile', /\s+/).map(path),
    hashKnownHosts: one('hashknownhosts') === 'yes',
    acceptUnknownHost: ['accept-new', 'no', 'off', 'false'].includes(one('stricthostkeychecking') ?? 'ask'),
    algorithms: {
      hostKey: names('hostkeyalgorithms', ','),
      kex: names('kexalgorithms', ','),
      ciphers: names('ciphers', ','),
      macs: names('macs', ','),
    },
  };
}

type Tokens = Readonly<Record<'h' | 'n' | 'p' | 'r' | 'k', string>>;

function agentSocket(
  setting: string | undefined,
  path: (value: string) => string,
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (setting === 'none') return undefined;
  if (setting === undefined || setting === 'SSH_AUTH_SOCK') return env['SSH_AUTH_SOCK'] || undefined;
  if (setting.startsWith('$') && !setting.startsWith('${')) return env[setting.slice(1)] || undefined;
  return path(setting);
}

/**
 * OpenSSH's own ways: a jump is `ssh -W` to the last of the hosts by way of the others; a command runs in sh, with
 * exec.
 */
function proxyOf(
  label: string,
  jump: string | undefined,
  command: string | undefined,
  configFile: readonly string[],
  tokens: Tokens,
): SshConfig['proxy'] {
  if (jump !== undefined) {
    const hops = jump.split(',');
    const last = hops.pop() ?? '';
    const [destination, port] = splitHop(last);
    const through = hops.length > 0 ? ['-J', hops.join(',')] : [];
    const to = `[${tokens.h}]:${tokens.p}`;
    const argv = ['ssh', ...configFile, '-o', 'BatchMode=yes', ...port, ...through, '-W', to, '--', destination];
    return { argv, shown: `ProxyJump ${jump}` };
  }
  if (command === undefined) return undefined;
  const expanded = expandTokens(label, command, tokens);
  return { argv: ['sh', '-c', /^exec\s/.test(expanded) ? expanded : `exec ${expanded}`], shown: 'ProxyCommand' };
}

/** `user@host:port`, `user@[v6]:port` or `ssh://user@host:port` -> destination and `-p port`. */
function splitHop(hop: string): [string, string[]] {
  if (hop.startsWith('ssh://')) return [hop, []];
  const match = /^((?:.*@)?(?:\[[^\]]+\]|[^:]+)):(\d+)$/.exec(hop);
  const destination = (match?.[1] ?? hop).replace(/\[([^\]]+)\]$/, '$1');
  return [destination, match?.[2] === undefined ? [] : ['-p', match[2]]];
}

function expandPath(label: string, value: string, tokens: Tokens, env: NodeJS.ProcessEnv): string {
  const home = userInfo().homedir;
  const withHome = value.startsWith('~/') ? `${home}${value.slice(1)}` : value;
  const withVariables = withHome.replace(/\$\{(\w+)\}/g, (_, name: string) => env[name] ?? '');
  return expandTokens(label, withVariables, tokens);
}

function expandTokens(label: string, value: string, tokens: Tokens): string {
  const local: Readonly<Record<string, () => string>> = {
    '%': () => '%',
    d: () => userInfo().homedir,
    u: () => userInfo().username,
    i: () => String(userInfo().uid),
    l: () => machineName(),
    L: () => machineName().split('.')[0] ?? '',
  };
  return value.replace(/%(.)/g, (whole, letter: string) => {
    const known = letter in tokens ? tokens[letter as keyof Tokens] : local[letter]?.();
    if (known === undefined)
      throw new Failure('ssh', `${label}: mha-helper cannot follow ${whole} in the ssh configuration ("${value}")`);
    return known;
  });
}
