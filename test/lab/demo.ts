// A planned switch and a hard failover by real MHA, to watch, with an application that writes all the time.
//
// node test/lab/demo.ts [HOOK]     HOOK: another executable than dist/mha-helper as MHA's hooks, test/lab/referenceHook.sh for instance: the least any hook costs
import { join, resolve } from 'node:path';
import { entryNames } from '../../src/entryNames.ts';
import { clusterLab } from '../scenarios/cluster.ts';
import { APPLICATION_FILE, CLUSTER, WORK_DIRECTORY } from './exampleConfiguration.ts';
import { LAB_SOURCE } from './holder.ts';
import type { RunningCommand } from './hostCommand.ts';
import type { DatabaseName } from './hosts.ts';
import type { Lab } from './lab.ts';
import { waitUntil } from './processes.ts';
import { lostWrites, startWriter, type WriterHandle } from './writer.ts';

const hook = process.argv[2] === undefined ? undefined : resolve(process.argv[2]);
const isReference = hook === join(LAB_SOURCE, 'referenceHook.sh');
const CONFIGURATION = `--conf=${APPLICATION_FILE}`;

async function plannedSwitch(lab: Lab): Promise<void> {
  await say(lab, 'planned switch: db10 hands over to db11 and becomes its replica');
  const writer = await startWriter(lab);
  const options = ['--master_state=alive', '--interactive=0', '--orig_master_is_new_slave', '--new_master_host=db11', CONFIGURATION];
  await show(lab.spawn('mgr', ['masterha_master_switch', ...options]));
  await result(lab, writer, 'db11');
}

async function hardFailover(lab: Lab): Promise<void> {
  await lab.resetTopology();
  await lab.configure({ application: { 'server default': { ping_interval: '1' } } });
  await say(lab, 'hard failover: masterha_manager watches, then mysqld on db10 is killed');
  if (isReference) await lab.exec('mgr', ['/usr/bin/mha-helper', '--open']);
  const writer = await startWriter(lab);
  const log = `${WORK_DIRECTORY}/${CLUSTER}.log`;
  const manager = lab.spawn('mgr', ['masterha_manager', CONFIGURATION]);
  await waitUntil('masterha_manager to watch', 60_000, async () => (await lab.exec('mgr', ['masterha_check_status', CONFIGURATION])).code === 0);
  const tail = lab.spawn('mgr', ['tail', '-n0', '-F', log]);
  void show(tail);
  await writer.progress(100);
  console.log('>>> kill -9 of mysqld on db10');
  await lab.killMysqld('db10');
  await manager.ended;
  await result(lab, writer, 'db11');
  tail.kill('SIGTERM');
  for (const mail of await lab.mails()) console.log(`>>> mail to ${mail.headers['to'] ?? '?'}: ${mail.headers['subject'] ?? ''}\n${mail.body}`);
}

async function say(lab: Lab, text: string): Promise<void> {
  console.log(`\n>>> ${text}\n>>> writer address on ${(await lab.vipHolders()).join(', ')}; writable: ${(await lab.writableServers()).join(', ')}`);
}

function show(command: RunningCommand): Promise<number> {
  command.process.stdout.on('data', (text: string) => process.stdout.write(text));
  command.process.stderr.on('data', (text: string) => process.stdout.write(text));
  return command.ended;
}

async function result(lab: Lab, writer: WriterHandle, master: DatabaseName): Promise<void> {
  await writer.progress(20);
  const { acknowledged, longestOutageMs, errors } = await writer.stop();
  const lost = await lostWrites(lab, master, writer);
  const met = [...errors].map(([code, count]) => `${code} ${count}`).join(', ');
  console.log(`>>> application: ${acknowledged} writes acknowledged, ${lost} of them lost; longest time without a write ${Math.round(longestOutageMs)} ms; errors it met: ${met}`);
  console.log(`>>> writer address on ${(await lab.vipHolders()).join(', ')}; writable: ${(await lab.writableServers()).join(', ')}`);
}

try {
  const lab = await clusterLab();
  try {
    if (hook !== undefined) await lab.installHooks(hook, entryNames.map(({ name }) => name));
    if (isReference) await lab.exec('mgr', ['/usr/bin/mha-helper', '--open']);
    await plannedSwitch(lab);
    await hardFailover(lab);
  } finally {
    await lab.stop();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
