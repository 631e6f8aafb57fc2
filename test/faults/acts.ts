// What operators, MHA and faults do in the rows, in few words.
import { createConnection, type Connection } from 'mysql2/promise';
import { fileURLToPath } from 'node:url';
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import { ADMIN_ACCOUNT, HOSTS, type DatabaseName, type HostName } from '../lab/hosts.ts';
import {
  childrenOf,
  commandLine,
  identify,
  processesUnder,
  signal,
  waitUntil,
  type ProcessIdentity,
} from '../lab/processes.ts';
import { managerLog, readmeSudoers } from '../scenarios/cluster.ts';
import { letGo, untilHeld } from './heldHooks.ts';
import type { Given } from './row.ts';
import type { Named, Stage } from './stage.ts';

export { APPLICATION_FILE };
const idleClient = fileURLToPath(new URL('clients/idleClient.ts', import.meta.url));
const conf = ['--conf', APPLICATION_FILE] as const;

/** MHA by itself, as a planned switch. Exit code: `switch`. */
export function startSwitch(stage: Stage, to: DatabaseName = 'db11'): Named {
  return stage.start('switch', [
    'masterha_master_switch',
    '--master_state=alive',
    '--interactive=0',
    '--orig_master_is_new_slave',
    `--new_master_host=${to}`,
    `--conf=${APPLICATION_FILE}`,
  ]);
}

/** An operator's planned switch. Exit code: `failover`. */
export function startPlanned(stage: Stage, to: DatabaseName = 'db11', ...more: readonly string[]): Named {
  return stage.start('failover', ['mha-helper', 'failover', '--online', '--to', to, ...conf, ...more]);
}

/** An operator's failover of a master that is dead. Exit code: `failover`. */
export function startDead(stage: Stage, dead: DatabaseName = 'db10', ...more: readonly string[]): Named {
  return stage.start('failover', ['mha-helper', 'failover', '--dead', dead, ...conf, ...more]);
}

/** masterha_manager; returns when it monitors. Exit code: `manager`. */
export async function startManager(stage: Stage): Promise<Named> {
  const manager = stage.start('manager', ['masterha_manager', `--conf=${APPLICATION_FILE}`, '--ignore_last_failover']);
  let ended = false;
  void manager.ended.then(() => (ended = true));
  await waitUntil('masterha_manager to monitor', 90_000, async () => {
    return ended || (await managerLog(stage.lab)).includes("until MySQL doesn't respond");
  });
  if (ended) throw new Error(`masterha_manager does not monitor: ${(await managerLog(stage.lab)).slice(-1500)}`);
  return manager;
}

/** Given where the monitor runs: MHA goes on after a failover only while there is another candidate. */
export const threeCandidates: Given = { application: { server3: { no_master: null } } };

/** `mha-helper monitor`, until it says that the cluster is protected. */
export async function startMonitor(stage: Stage): Promise<void> {
  const code = await stage.run('monitor start', ['mha-helper', 'monitor', 'start', ...conf]);
  if (code !== 0) throw new Error(`mha-helper monitor start ended with ${code}`);
  await untilProtected(stage);
}

export async function untilProtected(stage: Stage, timeoutMs = 120_000): Promise<void> {
  await waitUntil('mha-helper monitor to protect the cluster', timeoutMs, async () => {
    await stage.wait(300);
    return (await stage.lab.exec('mgr', ['mha-helper', 'monitor', 'status', ...conf])).code === 0;
  });
}

/** startPlanned(); that happens between `stop` and `start`, which comes then. */
export async function switchWith(stage: Stage, happens: () => Promise<unknown>): Promise<Named> {
  const failover = startPlanned(stage);
  await untilHeld(stage.lab, 'after stop');
  await happens();
  await letGo(stage.lab, 'after stop');
  return failover;
}

/** mysqld of db10 is killed under masterha_manager; that happens before `start`, which comes then. */
export async function failoverWith(stage: Stage, happens: () => Promise<unknown>): Promise<Named> {
  const manager = await startManager(stage);
  await stage.lab.killMysqld('db10');
  await untilHeld(stage.lab, 'before start', 120_000);
  await happens();
  await letGo(stage.lab, 'before start');
  return manager;
}

/** Exit code: the command's own words. */
export function helper(stage: Stage, ...words: readonly string[]): Promise<number> {
  return stage.run(words.filter((word) => !word.startsWith('-')).join(' '), ['mha-helper', ...words, ...conf]);
}

export function undo(stage: Stage): Promise<number> {
  return helper(stage, 'undo');
}

/** Waits until one of them is seen to take writes with the address. */
export function untilMaster(stage: Stage, master: DatabaseName, timeoutMs = 90_000): Promise<void> {
  return waitUntil(`${master} to be the master`, timeoutMs, () => stage.referee.masters.includes(master));
}

export function untilOutput(command: Named, pattern: RegExp, timeoutMs = 60_000): Promise<void> {
  return waitUntil(`${command.name} to print ${String(pattern)}`, timeoutMs, () => pattern.test(command.output()));
}

/** The program itself, not nsenter or a shell around it. */
export function programOf(command: Named): ProcessIdentity {
  const pid = command.process.pid;
  const inner = pid === undefined ? undefined : childrenOf(pid)[0];
  const found = inner === undefined ? undefined : identify(inner);
  if (found === undefined) throw new Error(`${command.name} does not run`);
  return found;
}

/** Processes of a host whose command line has this. */
export function processesOf(stage: Stage, host: HostName, pattern: RegExp): ProcessIdentity[] {
  return processesUnder(stage.lab.holder.hostInits[host])
    .filter((pid) => pattern.test(commandLine(pid).join(' ')))
    .flatMap((pid) => identify(pid) ?? []);
}

export function send(processes: readonly ProcessIdentity[], name: NodeJS.Signals): void {
  if (processes.length === 0) throw new Error(`no process to send ${name} to`);
  for (const process of processes) signal(process, name);
}

/** Packets from one host to another address go nowhere; others reach it as ever. */
export async function blackhole(stage: Stage, host: HostName, address: string): Promise<void> {
  const family = address.includes(':') ? '-6 ' : '';
  await stage.by(host, `ip ${family}route add blackhole ${address}`);
  stage.later(() => stage.lab.exec(host, ['sh', '-c', `ip ${family}route del blackhole ${address} || true`]));
}

/** What sudo grants the SSH user on these hosts. */
export async function sudoers(stage: Stage, content: string, ...hosts: readonly DatabaseName[]): Promise<void> {
  for (const host of hosts) await writeSudoers(stage, host, content);
  stage.later(async () => {
    for (const host of hosts) await writeSudoers(stage, host, readmeSudoers);
  });
}

function writeSudoers(stage: Stage, host: DatabaseName, content: string): Promise<void> {
  return stage.lab.writeFile(host, { path: '/etc/sudoers.d/mha_helper', content, mode: '440' });
}

/** Sessions of an application use up a server's connections and do nothing. @returns what ends them */
export async function idleSessions(stage: Stage, host: DatabaseName): Promise<() => void> {
  const client = stage.lab.spawn('app', [process.execPath, '--no-warnings', idleClient, HOSTS[host].ipv4]);
  await waitUntil(`${host} to have no room for another session`, 30_000, () => /sessions/.test(client.output()));
  return () => {
    client.kill('SIGKILL');
  };
}

/** A session of the row's own, that stays open until what is put back then has been. */
export async function sessionOn(stage: Stage, host: DatabaseName): Promise<Connection> {
  const socketPath = `/proc/${stage.lab.holder.hostInits[host]}/root/run/mysqld/mysqld.sock`;
  const connection = await createConnection({ socketPath, ...ADMIN_ACCOUNT });
  connection.on('error', () => undefined);
  stage.later(() => Promise.resolve(connection.destroy()));
  return connection;
}

/**
 * Statements through such a session.
 * @returns what ends it before
 */
export async function openSession(
  stage: Stage,
  host: DatabaseName,
  ...statements: readonly string[]
): Promise<() => void> {
  const connection = await sessionOn(stage, host);
  for (const sql of statements) await connection.query(sql);
  return () => {
    connection.destroy();
  };
}
