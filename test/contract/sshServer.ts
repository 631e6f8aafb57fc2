// A real sshd of our own on loopback, with keys and configuration in a directory that goes away with it.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface SshServer {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * A directory with the keys `id` (accepted), `stranger`, `locked` (accepted, passphrase "secret"), `host_ed25519`,
 * `host_rsa`.
 */
export class SshPlace {
  readonly directory = mkdtempSync(join(tmpdir(), 'mha-helper-ssh-'));

  constructor() {
    for (const [name, type, passphrase] of [
      ['id', 'ed25519', ''],
      ['stranger', 'ed25519', ''],
      ['locked', 'ed25519', 'secret'],
      ['host_ed25519', 'ed25519', ''],
      ['host_rsa', 'rsa', ''],
    ] as const) {
      execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-f', this.path(name), '-C', name]);
    }
    writeFileSync(this.path('authorized_keys'), this.publicKey('id') + this.publicKey('locked'));
    // sshd refuses to start as root without it.
    if (userInfo().uid === 0 && !existsSync('/run/sshd')) mkdirSync('/run/sshd', { mode: 0o755 });
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  publicKey(name: string): string {
    return readFileSync(this.path(`${name}.pub`), 'utf8');
  }

  /** Writes a file here and returns its path. */
  file(name: string, text: string): string {
    writeFileSync(this.path(name), text, { mode: 0o600 });
    return this.path(name);
  }

  /** Lines of known_hosts for a server: `[name]:port type key`. */
  knownHosts(port: number, key = 'host_ed25519', name = '127.0.0.1'): string {
    return `[${name}]:${port} ${this.publicKey(key)}`;
  }

  async server(options: { hostKeys?: readonly string[]; settings?: readonly string[] } = {}): Promise<SshServer> {
    const port = await freePort();
    const config = this.file(
      `sshd_${port}`,
      [
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        'StrictModes no',
        'UsePAM no',
        'PidFile none',
        'PermitRootLogin yes',
        `AuthorizedKeysFile ${this.path('authorized_keys')}`,
        ...(options.hostKeys ?? ['host_ed25519', 'host_rsa']).map((name) => `HostKey ${this.path(name)}`),
        ...(options.settings ?? []),
        // Keeps bash from reading the start-up files of whoever runs the tests.
        ...(options.settings?.some((each) => each.startsWith('SetEnv')) === true ? [] : ['SetEnv SHLVL=1']),
        '',
      ].join('\n'),
    );
    const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    await lineOf(child, /listening on/);
    return { port, stop: () => stop(child) };
  }

  /** An ssh-agent that holds these keys. */
  async agent(keys: readonly string[]): Promise<{ socket: string; stop(): Promise<void> }> {
    const socket = this.path('agent.sock');
    const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    const askpass = this.file('askpass', '#!/bin/sh\necho secret\n');
    execFileSync('chmod', ['700', askpass]);
    const env = { ...process.env, SSH_AUTH_SOCK: socket, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' };
    for (const key of keys)
      execFileSync('ssh-add', ['-q', this.path(key)], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    return { socket, stop: () => stop(child) };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether a process is there and not merely waiting to be reaped. */
export function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function lineOf(child: ChildProcess, pattern: RegExp): Promise<void> {
  if (child.stderr === null) throw new Error('no stderr');
  const said: string[] = [];
  for await (const line of createInterface(child.stderr)) {
    said.push(line);
    if (!pattern.test(line)) continue;
    child.stderr.resume();
    return;
  }
  throw new Error(`it ended: ${said.join('; ')}`);
}

async function stop(child: ChildProcess): Promise<void> {
  child.stderr?.destroy();
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
