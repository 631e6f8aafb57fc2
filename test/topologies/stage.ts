// What the topologies are made of: a second cluster's files, commands, and what must be true afterwards.
import {
  APPLICATION_FILE,
  CLUSTER,
  applicationConfiguration,
  helperConfiguration,
} from '../lab/exampleConfiguration.ts';
import type { CommandOutcome } from '../lab/hostCommand.ts';
import { type DatabaseName, HOSTS } from '../lab/hosts.ts';
import type { Row } from '../lab/databaseHost.ts';
import type { Lab } from '../lab/lab.ts';
import type { ConfigurationOverrides } from '../lab/mha.ts';
import { waitUntil } from '../lab/processes.ts';
import { inWordsOf } from '../lab/replicationWords.ts';
import { lostWrites, startWriter, type WriterHandle } from '../lab/writer.ts';
import { masterha } from '../scenarios/cluster.ts';

/** It came out differently from how it must: the first line is for the table, the output for who looks into it. */
export class Wrong extends Error {
  readonly output: string;

  constructor(message: string, output = '') {
    super(message);
    this.output = output;
  }
}

export function must(holds: boolean, message: string, output = ''): asserts holds {
  if (!holds) throw new Wrong(message, output);
}

/** The example's files under another name. @returns MHA's */
export async function secondCluster(lab: Lab, name: string, overrides: ConfigurationOverrides): Promise<string> {
  const named = (text: string): string => text.replaceAll(CLUSTER, name);
  const conf = named(APPLICATION_FILE);
  await lab.writeFile('mgr', {
    path: conf,
    content: named(applicationConfiguration(overrides.application)),
    mode: '600',
  });
  const own = `/etc/mha-helper/${name}.conf`;
  await lab.writeFile('mgr', { path: own, content: helperConfiguration(overrides.helper), mode: '600' });
  for (const host of ['mgr', 'db10', 'db11', 'db12'] as const)
    await lab.exec(host, ['sh', '-c', `mkdir -p /var/log/mha/${name}; chmod 1777 /var/log/mha/${name}`]);
  return conf;
}

export function helper(lab: Lab, ...words: readonly string[]): Promise<CommandOutcome> {
  return lab.exec('mgr', ['sh', '-c', '"$@" 2>&1', 'sh', 'mha-helper', ...words], { timeoutMs: 120_000 });
}

export function checkRepl(lab: Lab, conf = APPLICATION_FILE): Promise<CommandOutcome> {
  return masterha(lab, 'masterha_check_repl', [`--conf=${conf}`]);
}

/** With MHA's own program, so that what mha-helper's preflight would refuse is seen too. */
export function switchByMha(lab: Lab, to: string, conf = APPLICATION_FILE, port = 3306): Promise<CommandOutcome> {
  return masterha(lab, 'masterha_master_switch', [
    ...['--master_state=alive', '--interactive=0', '--orig_master_is_new_slave', `--conf=${conf}`],
    ...[`--new_master_host=${to}`, `--new_master_port=${port}`],
  ]);
}

/** @returns what MHA has logged, instead of the little it prints */
export async function failoverByMha(
  lab: Lab,
  dead: { readonly host: string; readonly ip: string; readonly port: number },
  conf = APPLICATION_FILE,
): Promise<CommandOutcome> {
  const outcome = await masterha(lab, 'masterha_master_switch', [
    ...['--master_state=dead', '--interactive=0', '--ignore_last_failover', `--conf=${conf}`],
    ...[`--dead_master_host=${dead.host}`, `--dead_master_ip=${dead.ip}`, `--dead_master_port=${dead.port}`],
  ]);
  const name = conf.replace(/^.*\/|\.\w+$/g, '');
  const { stdout } = await lab.exec('mgr', ['sh', '-c', `cat /var/log/mha/${name}/${name}.log 2>/dev/null`]);
  return { ...outcome, stdout: stdout === '' ? outcome.stdout : stdout };
}

export const db10 = { host: 'db10', ip: HOSTS.db10.ipv4, port: 3306 } as const;

/** Writes, and the writer ends: what follows happens to a cluster at rest. */
export async function written(lab: Lab, count = 40): Promise<WriterHandle> {
  const writer = await startWriter(lab);
  await writer.progress(count);
  await writer.stop();
  return writer;
}

export function caughtUp(lab: Lab, host: DatabaseName, writer: WriterHandle): Promise<void> {
  return waitUntil(`all writes on ${host}`, 15_000, async () => (await lostWrites(lab, host, writer)) === 0);
}

/** One server takes writes, it has the address, and nothing acknowledged is missing there. */
export async function mustBeMaster(
  lab: Lab,
  master: DatabaseName,
  { output, writer, dead = [] }: { output: string; writer?: WriterHandle; dead?: readonly DatabaseName[] },
): Promise<void> {
  const writable = await lab.writableServers();
  const holders = (await lab.vipHolders()).filter((host) => !dead.some((one) => one === host));
  must(writable.join() === master, `${writable.join(', ') || 'nobody'} takes writes instead of ${master}`, output);
  must(holders.join() === master, `${holders.join(', ') || 'nobody'} has the address instead of ${master}`, output);
  if (writer !== undefined) {
    const lost = await lostWrites(lab, master, writer);
    must(lost === 0, `${lost} acknowledged writes are missing on ${master}`, output);
  }
}

/** Refused, and it is as it was. */
export async function mustBeAsBefore(lab: Lab, master: DatabaseName, { code, stdout }: CommandOutcome): Promise<void> {
  must(code !== 0, 'it was not refused', stdout);
  await mustBeMaster(lab, master, { output: stdout });
}

/** The first error of a refusal, in one line. */
export function reasonOf(output: string): string {
  const errors = [...output.matchAll(/\[error\](?:\[[^\]]*\])?\s*(.*)|^(?:mha-helper: |\s*ERROR {2,})(.*)$/gm)].map(
    ([, ofMha, ours]) => ours ?? ofMha ?? '',
  );
  const text = errors.find((error) => error !== '') ?? output.trim().split('\n').at(-1) ?? '';
  return text.replace(/\s+at \/usr\/\S+ line \d+\.?.*$/, '').trim();
}

/** In the words of the lab's server. */
export function sql(lab: Lab, host: DatabaseName, ...statements: readonly string[]): Promise<Row[]> {
  return lab.sql(host, ...statements.map((text) => inWordsOf(lab.server, text)));
}

/** Where a server's binary log is now. */
export async function endOfLog(lab: Lab, host: DatabaseName): Promise<{ readonly file: string; position: number }> {
  const [log] = await sql(lab, host, 'SHOW MASTER STATUS');
  return { file: String(log?.['File']), position: Number(log?.['Position']) };
}

/** Replication of one of the lab's own servers, from where the other's binary log is now. */
export async function follow(lab: Lab, replica: DatabaseName, source: DatabaseName): Promise<void> {
  const begin = { address: HOSTS[source].ipv4, ...(await endOfLog(lab, source)) };
  await sql(lab, replica, 'STOP SLAVE', ...lab.server.replicate(begin));
  await untilReplicating(lab, replica);
}

export function untilReplicating(lab: Lab, replica: DatabaseName): Promise<void> {
  return waitUntil(`replication of ${replica}`, 10_000, async () => {
    const [status] = await lab.sql(replica, lab.server.replicaStatus);
    return status !== undefined && lab.server.isReplicating(status);
  });
}
