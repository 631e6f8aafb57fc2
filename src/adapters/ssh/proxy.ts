// The stream below the SSH protocol: a TCP connection, or OpenSSH's ProxyJump / ProxyCommand as a child process.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { Duplex, type Readable, type Writable } from 'node:stream';
import { Failure } from '../../errors/errors.ts';
import { errorText, oneLine } from '../../errors/message.ts';
import { BoundedText, drainMs, killGroup } from '../processes/childProcess.ts';
import type { SshConfig } from './clientConfig.ts';

export interface Transport {
  readonly stream: Duplex;
  /** Where it leads, for messages. */
  readonly where: string;
  /** Ends at once and drops what was not sent yet: a command must not reach the host after we gave it up. */
  abort(): void;
  /** What the proxy printed, once it has ended; empty for TCP. */
  complaint(): Promise<string>;
}

/** @throws Failure `ssh` when nothing answers there; whatever aborts `signal`. */
export function openTransport(config: SshConfig, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Transport> {
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  return config.proxy === undefined ? openTcp(config, signal) : openProxy(config, config.proxy, env, signal);
}

/** `root@db10 (10.0.0.10) port 22` */
export function whereTo(config: SshConfig): string {
  const address = config.ip === undefined || config.ip === config.hostname ? '' : ` (${config.ip})`;
  const proxy = config.proxy === undefined ? '' : ` by way of ${config.proxy.shown}`;
  return `${config.user}@${config.hostname}${address} port ${config.port}${proxy}`;
}

function openTcp(config: SshConfig, signal: AbortSignal): Promise<Transport> {
  const where = whereTo(config);
  return new Promise((resolve, reject) => {
    // noDelay: ssh2 writes one packet in three pieces; with Nagle's algorithm each waits for the server's delayed
    // acknowledgement, and a connect takes 150 ms instead of 25.
    const socket: Socket = connect({
      host: config.ip ?? config.hostname,
      port: config.port,
      family: config.family,
      noDelay: true,
      autoSelectFamilyAttemptTimeout: 2000,
      ...(config.bindAddress === undefined ? {} : { localAddress: config.bindAddress }),
    });
    const giveUp = () => {
      socket.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      signal.removeEventListener('abort', giveUp);
      reject(tcpFailure(config, where, error));
    });
    socket.once('connect', () => {
      signal.removeEventListener('abort', giveUp);
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
      resolve({ stream: socket, where, abort: () => reset(socket), complaint: () => Promise.resolve('') });
    });
  });
}

/**
 * RST drops what the kernel has not sent yet. After end() Node fails to reset (EINVAL) and leaks the handle: then just
 * close.
 */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

function tcpFailure(config: SshConfig, where: string, error: NodeJS.ErrnoException): Failure {
  const [what, hint] = {
    ECONNREFUSED: ['connection refused', 'is sshd running there, on this port, and does a firewall let it through?'],
    ENOTFOUND: ['the name cannot be resolved', 'check DNS or /etc/hosts, or set HostName in the ssh configuration'],
    EAI_AGAIN: ['the name cannot be resolved now', 'check DNS or /etc/hosts, or set HostName in the ssh configuration'],
    EHOSTUNREACH: ['no route to the host', 'is the host down, or its network?'],
    ENETUNREACH: ['the network is unreachable', 'check the routes of this machine'],
    ETIMEDOUT: ['the host does not answer', 'is the host down, or does a firewall drop packets?'],
    EADDRNOTAVAIL: ['the local address cannot be used', 'check BindAddress in the ssh configuration'],
  }[error.code ?? ''] ?? [errorText(error), undefined];
  return new Failure('ssh', `${config.label}: no SSH connection to ${where}: ${what}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

async function openProxy(
  config: SshConfig,
  proxy: NonNullable<SshConfig['proxy']>,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Transport> {
  const [program = '', ...args] = proxy.argv;
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const stderr = new BoundedText();
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stream = new ProcessStream(child);
  const abort = () => {
    killGroup(child);
    stream.destroy();
  };
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(new Failure('ssh', `${config.label}: cannot start ${proxy.shown}: ${errorText(error)}`, { cause: error })),
    );
  });
  if (signal.aborted) {
    abort();
    throw signal.reason;
  }
  const complaint = async () => {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([closed, new Promise<void>((resolve) => (timer = setTimeout(resolve, drainMs)))]);
    clearTimeout(timer);
    return oneLine(stderr.text());
  };
  return { stream, where: whereTo(config), abort, complaint };
}

/** A child's stdin and stdout as one stream; it ends when the child does, and takes the child along when destroyed. */
class ProcessStream extends Duplex {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;

  constructor(child: ChildProcessByStdio<Writable, Readable, Readable>) {
    super();
    this.#child = child;
    child.stdin.on('error', () => undefined);
    child.stdout.on('error', () => undefined);
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stdout.on('end', () => this.push(null));
    child.on('error', () => this.destroy());
    child.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, () => callback());
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#child.stdin.end(() => callback());
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    killGroup(this.#child);
    callback(error);
  }
}
