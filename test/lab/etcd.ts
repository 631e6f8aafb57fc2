// Real etcd, from Debian: one member or three, on free ports of loopback, with certificates on both sides and accounts.
// Its data lie in memory, and it ends with the process that has started it.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { makeInCache } from './cache.ts';
import { makeCertificates, type Certificates } from './etcdCertificates.ts';
import { unpackFile } from './layer.ts';
import { waitUntil } from './processes.ts';
import { serviceDirectory } from './serviceRoot.ts';

const ROOT = 'etcd';
const PROGRAMS = { 'etcd-server': '/usr/bin/etcd', 'etcd-client': '/usr/bin/etcdctl' } as const;

/** The prefix on which the accounts `mgr1` and `mgr2` have rights. */
export const ETCD_PREFIX = '/mha/v1/';
/** Has no password: a certificate whose CN it is. And one that logs in. */
export const ETCD_ACCOUNTS = { byCertificate: 'mgr1', byPassword: { user: 'mgr2', password: 'p@ss word' } } as const;

/** Once, some seconds. @throws Error when that is impossible */
export function makeEtcd(): void {
  const directory = serviceDirectory(ROOT);
  if (existsSync(directory)) return;
  makeInCache(directory, (root, work) => {
    for (const [name, file] of Object.entries(PROGRAMS)) unpackFile({ name, file }, root, work);
  });
}

/** Why there is no etcd on this machine, or undefined. */
export function etcdObstacle(): string | undefined {
  const directory = serviceDirectory(ROOT);
  return existsSync(directory) ? undefined : `${directory} is not there: "make lab-services" makes it`;
}

export interface EtcdMember {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** SIGSTOP: connections stay, and nobody answers. */
  pause(): void;
  resume(): void;
  /** kill -9. */
  kill(): Promise<void>;
  /** After kill(): with its data, on the same ports. */
  start(): void;
}

export interface Etcd {
  readonly members: readonly EtcdMember[];
  readonly certificates: Certificates;
  readonly endpoints: readonly string[];
  /** As root of the accounts. @returns what it prints */
  ctl(...args: readonly string[]): string;
  /** Resolves when all members answer. */
  healthy(): Promise<void>;
  stop(): Promise<void>;
}

/** Accounts are on. Elections take half a second, so that the shortest lease has one. */
export async function startEtcd(size: 1 | 3): Promise<Etcd> {
  const directory = mkdtempSync('/dev/shm/mha-lab-etcd-');
  const certificates = makeCertificates(directory);
  const names = ['etcd1', 'etcd2', 'etcd3'].slice(0, size);
  const ports = await freePorts(2 * size);
  const peers = names.map((name, index) => `${name}=http://127.0.0.1:${ports[size + index]}`);
  const members = names.map((name, index) => {
    const data = join(directory, name);
    mkdirSync(data, { mode: 0o700 });
    return member(name, data, certificates, `https://127.0.0.1:${ports[index]}`, peers);
  });
  const endpoints = members.map(({ url }) => url);
  const ctl = (...args: readonly string[]): string =>
    execFileSync(join(serviceDirectory(ROOT), PROGRAMS['etcd-client']), args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ETCDCTL_API: '3',
        ETCDCTL_ENDPOINTS: endpoints.join(','),
        ETCDCTL_CACERT: certificates.ca,
        ETCDCTL_CERT: certificates.root.cert,
        ETCDCTL_KEY: certificates.root.key,
      },
    });
  const stop = async (): Promise<void> => {
    await Promise.all(members.map((one) => one.kill()));
    rmSync(directory, { recursive: true, force: true });
  };
  const healthy = (): Promise<void> =>
    waitUntil('etcd to answer', 30_000, () => {
      try {
        ctl('endpoint', 'health');
        return true;
      } catch {
        return false;
      }
    });
  try {
    await healthy();
    makeAccounts(ctl);
  } catch (error) {
    await stop();
    throw error;
  }
  return { members, certificates, endpoints, ctl, healthy, stop };
}

function makeAccounts(ctl: Etcd['ctl']): void {
  const { byCertificate, byPassword } = ETCD_ACCOUNTS;
  ctl('role', 'add', 'mha');
  ctl('role', 'grant-permission', 'mha', '--prefix=true', 'readwrite', ETCD_PREFIX);
  ctl('user', 'add', 'root', '--no-password');
  ctl('user', 'grant-role', 'root', 'root');
  ctl('user', 'add', byCertificate, '--no-password');
  ctl('user', 'grant-role', byCertificate, 'mha');
  ctl('user', 'add', `${byPassword.user}:${byPassword.password}`);
  ctl('user', 'grant-role', byPassword.user, 'mha');
  ctl('auth', 'enable');
}

function member(
  name: string,
  data: string,
  { ca, server }: Certificates,
  url: string,
  peers: readonly string[],
): EtcdMember {
  const peer = peers.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
  const options = {
    name,
    'data-dir': data,
    // At the second address it has no valid certificate.
    'listen-client-urls': `${url},${url.replace('127.0.0.1', '127.0.0.2')}`,
    'advertise-client-urls': url,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': peers.join(','),
    'cert-file': server.cert,
    'key-file': server.key,
    'trusted-ca-file': ca,
    'heartbeat-interval': '50',
    'election-timeout': '500',
    'bcrypt-cost': '4',
    logger: 'zap',
    'log-level': 'error',
  };
  const argv = Object.entries(options).map(([option, value]) => `--${option}=${value}`);
  const run = (): ChildProcess =>
    spawn(
      'setpriv',
      ['--pdeathsig', 'KILL', join(serviceDirectory(ROOT), PROGRAMS['etcd-server']), '--client-cert-auth', ...argv],
      // 3.4 starts on arm64 only when it is told that this is meant.
      { stdio: 'ignore', env: { ETCD_UNSUPPORTED_ARCH: 'arm64' } },
    );
  let child = run();
  return {
    url,
    pause() {
      child.kill('SIGSTOP');
      while (!isStopped(child.pid)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    },
    resume: () => void child.kill('SIGCONT'),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    start() {
      child = run();
    },
  };
}

/** They are all taken before the first is given back, so that no two are the same. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** A thread that has not got the signal yet, on a busy machine, still answers. */
function isStopped(pid = 0): boolean {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.every((thread) => /\) [TZ] /.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')));
}
