// One SSH connection: OpenSSH's configuration and known hosts, ssh2's protocol. ssh2 is loaded only here: the hooks
// that need no host must not pay for it at start.
import type { Client } from 'ssh2';
import type { Shell, ShellTarget } from '../../context/Context.ts';
import { errorText } from '../../errors/message.ts';
import { chooseAlgorithms } from './algorithms.ts';
import { resolveSshConfig, type SshConfig } from './clientConfig.ts';
import { loadCredentials } from './credentials.ts';
import { connectDeadline, handshakeFailure, hostKeyFailure, loginFailure, type Phase } from './failures.ts';
import { judgeHostKey, readKnownHosts, rememberHostKey } from './knownHosts.ts';
import { openTransport, type Transport } from './proxy.ts';
import { sshShell } from './shell.ts';

type Ssh2 = typeof import('ssh2');

export interface SshDeps {
  readonly env: NodeJS.ProcessEnv;
  /** For what does not stop a connection, such as a known_hosts that cannot be written. */
  warn?(line: string): void;
}

/** MHA's own options allow a dead peer 20 minutes; we notice one after about 12 s even between commands. */
const keepAlive = { keepaliveInterval: 3000, keepaliveCountMax: 3 };

/**
 * Connects as `ssh` would, without ever asking anybody anything.
 * @throws Failure `ssh` (refused, host key, no key accepted, ...), `deadline` after `timeoutMs` or OpenSSH's
 *   ConnectTimeout, whichever is shorter.
 */
export async function connectSsh(target: ShellTarget, timeoutMs: number, deps: SshDeps): Promise<Shell> {
  const begin = performance.now();
  const [config, ssh2] = await Promise.all([resolveSshConfig(target, timeoutMs, deps.env), loadSsh2()]);
  const limitMs = Math.min(timeoutMs, config.connectTimeoutMs ?? timeoutMs);
  const progress: { phase: Phase } = { phase: 'connecting' };
  const abort = new AbortController();
  const giveUp = () => abort.abort(connectDeadline(config, progress.phase, limitMs));
  const timer = setTimeout(giveUp, Math.max(1, limitMs - (performance.now() - begin)));
  try {
    return await connect(ssh2, config, deps, abort.signal, progress);
  } finally {
    clearTimeout(timer);
  }
}

async function loadSsh2(): Promise<Ssh2> {
  const module = await import('ssh2');
  // A CommonJS module: depending on the loader its exports stand on `default` only.
  return (module as unknown as { default?: Ssh2 }).default ?? module;
}

async function connect(
  ssh2: Ssh2,
  config: SshConfig,
  deps: SshDeps,
  signal: AbortSignal,
  progress: { phase: Phase },
): Promise<Shell> {
  const known = await readKnownHosts(config);
  const algorithms = chooseAlgorithms(config, known);
  const credentials = await loadCredentials(ssh2, config);
  const transport = await openTransport(config, deps.env, signal);
  progress.phase = 'waiting for the server';
  const client: Client = new ssh2.Client();
  let newKey: Buffer | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (error?: Error) => {
        const phase = progress.phase;
        void transport.complaint().then((complaint) => reject(handshakeFailure(config, phase, error, complaint)));
      };
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      client.on('ready', resolve);
      client.on('close', () => fail());
      client.on('handshake', () => (progress.phase = 'logging in'));
      client.on('error', (error: Error & { level?: string }) => {
        if (credentials.exhausted) return reject(loginFailure(config, credentials.account()));
        // ssh2 reports these and goes on with the next key.
        if (error.level === 'agent') return credentials.note(`the agent failed (${errorText(error)})`);
        if (error.level === 'client-authentication') return credentials.note(errorText(error));
        return fail(error);
      });
      client.connect({
        sock: transport.stream,
        username: config.user,
        readyTimeout: 0,
        ...keepAlive,
        algorithms,
        // Each try costs a round trip: `none` is left out.
        authHandler: ((_left: unknown, _partial: unknown, next: (method: unknown) => void) =>
          next(credentials.next())) as never,
        hostVerifier: (blob: Buffer) => {
          progress.phase = 'exchanging keys';
          const verdict = judgeHostKey(known, blob);
          const failure = hostKeyFailure(config, blob, verdict);
          if (failure !== undefined) reject(failure);
          else if (verdict.is === 'unknown') newKey = blob;
          return failure === undefined;
        },
      });
    });
    // Only now has the server proved that the key is its own.
    if (newKey !== undefined) await remember(config, newKey, deps);
    return sshShell(config.label, client, transport);
  } catch (error) {
    discard(client, transport);
    throw error;
  }
}

async function remember(config: SshConfig, key: Buffer, deps: SshDeps): Promise<void> {
  try {
    await rememberHostKey(config, key);
  } catch (error) {
    deps.warn?.(
      `${config.label}: cannot add the new host key to ${config.userKnownHosts[0] ?? 'known_hosts'}: ` +
        `${errorText(error)}`,
    );
  }
}

function discard(client: Client, transport: Transport): void {
  client.removeAllListeners();
  client.on('error', () => undefined);
  transport.abort();
}
