// What the scenarios share: a lab with the built executable as MHA's hooks, MHA's commands, and what must be true
// afterwards.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { entryNames } from '../../src/entryNames.ts';
import { APPLICATION_FILE, CLUSTER, WORK_DIRECTORY } from '../lab/exampleConfiguration.ts';
import type { CommandOutcome, RunningCommand } from '../lab/hostCommand.ts';
import { DATABASE_NAMES, HOSTS, SSH_USER, type DatabaseName, type ManagerName } from '../lab/hosts.ts';
import { startLab, type Lab, type LabOptions } from '../lab/lab.ts';
import { MHA_ENVIRONMENT } from '../lab/mha.ts';
import { waitUntil } from '../lab/processes.ts';
import { lostWrites, type WriterHandle, type WriterSummary } from '../lab/writer.ts';

const executable = fileURLToPath(new URL('../../dist/mha-helper', import.meta.url));

/** As the README has it: the seed's rule, and the places where Debian has the programs. */
const programs = '/sbin/ip, /sbin/arping, /usr/bin/arping, /bin/ss, /usr/bin/ss';
export const readmeSudoers = `${SSH_USER} ALL=NOPASSWD: ${programs}\n`;

/** MHA's manager looks every second and may fail over again at once. */
export const quickManager = { application: { 'server default': { ping_interval: '1' } } } as const;

/** A lab with the hooks installed, and the README's sudoers rule unless the seed's is wanted. */
export async function clusterLab(options: LabOptions & { readonly seedSudoers?: boolean } = {}): Promise<Lab> {
  const lab = await startLab(options);
  await lab.installHooks(
    executable,
    entryNames.map(({ name }) => name),
  );
  if (options.seedSudoers !== true) {
    for (const host of DATABASE_NAMES)
      await lab.writeFile(host, { path: '/etc/sudoers.d/mha_helper', content: readmeSudoers, mode: '440' });
  }
  return lab;
}

/**
 * One of MHA's programs on the manager; what it says, on either stream, is in stdout.
 * @param env besides what loads the layer
 */
export function masterha(
  lab: Lab,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandOutcome> {
  return lab.exec('mgr', ['sh', '-c', '"$@" 2>&1', 'sh', program, ...args], {
    timeoutMs: 90_000,
    env: { ...MHA_ENVIRONMENT, ...env },
  });
}

/** A planned switch by MHA; the original master becomes a replica. @param env besides what loads the layer */
export function masterSwitch(
  lab: Lab,
  to: DatabaseName,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandOutcome> {
  const args = [
    '--master_state=alive',
    '--interactive=0',
    '--orig_master_is_new_slave',
    `--new_master_host=${to}`,
    `--conf=${APPLICATION_FILE}`,
  ];
  return masterha(lab, 'masterha_master_switch', args, env);
}

/** A failover by MHA that an operator orders: db10 has died. */
export function masterFailover(lab: Lab, env: Readonly<Record<string, string>> = {}): Promise<CommandOutcome> {
  const args = [
    '--master_state=dead',
    '--interactive=0',
    '--ignore_last_failover',
    '--dead_master_host=db10',
    `--dead_master_ip=${HOSTS.db10.ipv4}`,
    '--dead_master_port=3306',
    `--conf=${APPLICATION_FILE}`,
  ];
  return masterha(lab, 'masterha_master_switch', args, env);
}

/** Starts masterha_manager and returns when it monitors. @param env besides what loads the layer */
export async function startManager(lab: Lab, env: Readonly<Record<string, string>> = {}): Promise<RunningCommand> {
  const manager = lab.spawn('mgr', ['masterha_manager', `--conf=${APPLICATION_FILE}`, '--ignore_last_failover'], {
    env: { ...MHA_ENVIRONMENT, ...env },
  });
  let ended = false;
  void manager.ended.then(() => {
    ended = true;
  });
  await waitUntil(
    'masterha_manager to monitor',
    60_000,
    async () => ended || (await managerLog(lab)).includes("until MySQL doesn't respond"),
  );
  if (ended) throw new Error(`masterha_manager ended: ${manager.output()}\n${(await managerLog(lab)).slice(-3000)}`);
  return manager;
}

/** With detection = proof: until the monitor has seen that it could prove the death of the server on db10. */
export function untilProvable(lab: Lab): Promise<void> {
  const wouldSee = /detection = proof: the death of the server on db10 would be seen/;
  return waitUntil('a look at the living server', 20_000, async () => wouldSee.test(await managerLog(lab)));
}

/** Waits until the manager has ended. @returns its exit code */
export async function managerEnd(manager: RunningCommand, timeoutMs = 90_000): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`masterha_manager has not ended after ${timeoutMs} ms`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([manager.ended, late]);
  } finally {
    clearTimeout(timer);
  }
}

export async function managerLog(lab: Lab, host: ManagerName = 'mgr'): Promise<string> {
  return (await lab.exec(host, ['sh', '-c', `cat ${WORK_DIRECTORY}/${CLUSTER}.log 2>/dev/null`])).stdout;
}

/** What is in the plugins of MySQL 8.0.26 and later; MariaDB has it built in, by its older names. */
const semiSynchronousNames = {
  plugins: {
    master: "INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'",
    replica: "INSTALL PLUGIN rpl_semi_sync_replica SONAME 'semisync_replica.so'",
  },
  mysql: { master: 'source', replica: 'replica', thread: 'REPLICA' },
  mariadb: { master: 'master', replica: 'slave', thread: 'SLAVE' },
} as const;

/**
 * From here on the master acknowledges what a replica has received: a host that is cut off takes nothing acknowledged
 * with it.
 */
export async function semiSynchronous(lab: Lab, master: DatabaseName): Promise<void> {
  const replicas = DATABASE_NAMES.filter((name) => name !== master);
  const isMysql = lab.server.name.startsWith('mysql');
  const { plugins, mysql, mariadb } = semiSynchronousNames;
  const name = isMysql ? mysql : mariadb;
  await lab.sql(
    master,
    ...(isMysql ? [plugins.master] : []),
    `SET GLOBAL rpl_semi_sync_${name.master}_wait_point=AFTER_SYNC`,
    `SET GLOBAL rpl_semi_sync_${name.master}_enabled=1`,
  );
  await Promise.all(
    replicas.map((replica) =>
      lab.sql(
        replica,
        ...(isMysql ? [plugins.replica] : []),
        `SET GLOBAL rpl_semi_sync_${name.replica}_enabled=1`,
        `STOP ${name.thread} IO_THREAD`,
        `START ${name.thread} IO_THREAD`,
      ),
    ),
  );
  await waitUntil('semi-synchronous replication', 10_000, async () => {
    const [clients] = await lab.sql(master, `SHOW STATUS LIKE 'Rpl_semi_sync_${name.master}_clients'`);
    return Number(clients?.['Value']) === replicas.length;
  });
}

/** A client's statement that runs on db10 for a minute. */
export async function longStatement(lab: Lab): Promise<RunningCommand> {
  const login = ['-h', HOSTS.db10.ipv4, '-uapp', '-papp', 'app'];
  const statement = lab.spawn('app', ['mariadb', ...login, '-e', 'SELECT SLEEP(60)']);
  const running = "SELECT id FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'";
  await waitUntil('the long statement', 10_000, async () => (await lab.sql('db10', running)).length > 0);
  return statement;
}

/**
 * Programs of MHA and of the helper that still run on the manager, by the names of their programs: a word somewhere in
 * a command line may be a directory of this checkout.
 */
export async function switchProcesses(lab: Lab): Promise<string> {
  const { stdout } = await lab.exec('mgr', ['ps', '-e', '-o', 'pid=,args=']);
  const name = (word = ''): string => word.slice(word.lastIndexOf('/') + 1);
  return stdout
    .split('\n')
    .filter((line) => {
      const [, first, second] = line.trim().split(/\s+/);
      const program = /^(sh|bash|perl)$/.test(name(first)) ? name(second) : name(first);
      return /^(masterha_\w+|mha-helper|master_ip_\w+|mysql_(online_)?failover)$/.test(program);
    })
    .join('\n');
}

/** Processes of the helper that still run on the manager. */
export async function helperProcesses(lab: Lab): Promise<string> {
  return (await lab.exec('mgr', ['pgrep', '-af', '^mha-helper '])).stdout;
}

/**
 * The invariant: one master takes writes, it has the address, and no acknowledged write is missing there.
 * @param address the writer address where it is not the example's
 */
export async function assertWhole(
  lab: Lab,
  master: DatabaseName,
  writer?: WriterHandle,
  address?: string,
): Promise<WriterSummary | null> {
  if (writer !== undefined) await writer.progress(20);
  const summary = writer === undefined ? null : await writer.stop();
  assert.deepEqual(await lab.writableServers(), [master], 'servers that take writes');
  assert.deepEqual(await lab.vipHolders(address), [master], 'hosts that have the writer address');
  assert.deepEqual(await lab.frozenHosts(), [], 'hosts with frozen connections');
  if (writer !== undefined) assert.equal(await lostWrites(lab, master, writer), 0, 'acknowledged writes that are lost');
  return summary;
}

export interface HookCall {
  readonly orig?: DatabaseName;
  readonly next?: DatabaseName;
  readonly more?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** A hook called as MHA calls it. */
export function onlineHook(lab: Lab, command: 'stop' | 'start', call: HookCall = {}): Promise<CommandOutcome> {
  return lab.exec('mgr', ['master_ip_online_failover_helper', ...onlineArguments(command, call)], {
    timeoutMs: 90_000,
    ...(call.env === undefined ? {} : { env: call.env }),
  });
}

export function onlineArguments(
  command: 'stop' | 'start',
  { orig = 'db10', next = 'db11', more = [] }: HookCall = {},
): string[] {
  return [
    `--command=${command}`,
    ...end('orig', orig),
    ...account('orig'),
    ...end('new', next),
    ...account('new'),
    ...more,
  ];
}

export function hardHook(
  lab: Lab,
  command: 'status' | 'stop' | 'stopssh' | 'start',
  { orig = 'db10', next = 'db11', more = [], env }: HookCall = {},
): Promise<CommandOutcome> {
  const user = command === 'stop' ? [] : [`--ssh_user=${SSH_USER}`];
  const start =
    command === 'start' ? [...end('new', next), '--new_master_user=mha_helper', '--new_master_password=helper'] : [];
  return lab.exec(
    'mgr',
    ['master_ip_hard_failover_helper', `--command=${command}`, ...user, ...end('orig', orig), ...start, ...more],
    { timeoutMs: 90_000, ...(env === undefined ? {} : { env }) },
  );
}

function end(which: 'orig' | 'new', host: DatabaseName): string[] {
  return [
    `--${which}_master_host=${host}`,
    `--${which}_master_ip=${HOSTS[host].ipv4}`,
    `--${which}_master_port=3306`,
    `--${which}_master_ssh_port=2202`,
  ];
}

function account(which: 'orig' | 'new'): string[] {
  return [
    `--${which}_master_user=mha_helper`,
    `--${which}_master_password=helper`,
    `--${which}_master_ssh_user=${SSH_USER}`,
  ];
}
