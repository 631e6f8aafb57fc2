// What one monitor costs with many clusters: its own memory and processor time, and the memory of one real
// masterha_manager.
//
// A part of bench.ts.
//
// MHA lets only one manager watch a server, so the managers here are stand-ins that keep MHA's health file with MHA's
// own module and look at no server; what they cost is not counted. The real one is measured by itself before.
import { applicationConfiguration, APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import type { Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { clusterLab } from '../scenarios/cluster.ts';
import { memoryText, ticksIn } from './costs.ts';

const clusters = 20;
const seconds = 30;

/** Keeps MHA's health file, and looks at no server. */
export const standIn = `#!/usr/bin/perl
use strict; use MHA::FileStatus;
my ($conf) = map { /^--conf=(.*)/ ? $1 : () } @ARGV;
my ($dir) = map { /^manager_workdir\\s*=\\s*(\\S+)/ ? $1 : () } do { open(my $in, '<', $conf) or die; <$in> };
$SIG{TERM} = sub { exit 1 };
my $status = MHA::FileStatus->new(conffile => $conf, dir => $dir);
$status->init(); $status->set_master_host('db10'); $status->update_status('0:PING_OK');
while (1) { sleep 1; $status->update_status_time('0:PING_OK') }
`;

const getMetrics =
  'my $s = IO::Socket::INET->new("127.0.0.1:9399") or die; print $s "GET /metrics HTTP/1.0\\r\\n\\r\\n"; print <$s>';

/** Makes a lab of its own, whose masterha_manager is no real one afterwards. */
export async function monitorCost(): Promise<void> {
  const lab = await clusterLab();
  try {
    const run = async (...words: string[]): Promise<string> =>
      (await lab.exec('mgr', words, { timeoutMs: 60_000 })).stdout;
    await run('mha-helper', 'monitor', 'start', '-c', APPLICATION_FILE);
    await waitUntil(
      'protection by a real manager',
      60_000,
      async () => (await lab.exec('mgr', ['mha-helper', 'monitor', 'status'])).code === 0,
    );
    const [one] = JSON.parse(await run('mha-helper', 'monitor', 'status', '--json')) as {
      managerPid: number;
      monitorPid: number;
    }[];
    const manager = await memory(lab, one?.managerPid ?? 0);
    const single = await memory(lab, one?.monitorPid ?? 0);
    await run('mha-helper', 'monitor', 'stop', '-c', APPLICATION_FILE);

    await lab.writeFile('mgr', { path: '/usr/local/bin/masterha_manager', content: standIn, mode: '755' });
    await run('rm', '-rf', '/etc/mha', '/var/lib/mha-helper');
    for (let number = 1; number <= clusters; number += 1) {
      const workdir = `/var/log/mha/c${number}`;
      await run('mkdir', '-p', workdir);
      const content = applicationConfiguration({
        'server default': { manager_workdir: workdir, manager_log: `${workdir}/manager.log` },
      });
      await lab.writeFile('mgr', { path: `/etc/mha/c${number}.cnf`, content, mode: '600' });
    }
    await run('mha-helper', 'monitor', 'start', '--all', '--metrics', '127.0.0.1:9399');
    await waitUntil(
      'protection of all',
      60_000,
      async () => (await lab.exec('mgr', ['mha-helper', 'monitor', 'status'])).code === 0,
    );
    const [first] = JSON.parse(await run('mha-helper', 'monitor', 'status', '--json')) as { monitorPid: number }[];
    const pid = first?.monitorPid ?? 0;
    const before = await ticks(lab, pid);
    await run('sleep', String(seconds));
    const used = (await ticks(lab, pid)) - before;
    const metrics = await run('perl', '-MIO::Socket::INET', '-e', getMetrics);
    console.log(`one real masterha_manager:      ${manager}`);
    console.log(`the monitor with 1 cluster:     ${single}`);
    console.log(`the monitor with ${clusters} clusters:   ${await memory(lab, pid)}`);
    console.log(`  processor: ${(used / seconds).toFixed(2)} % of one core over ${seconds} s`);
    console.log(`  /metrics: ${metrics.match(/^mha_protected\{.*\} 1$/gm)?.length ?? 0} clusters protected`);
  } finally {
    await lab.stop();
  }
}

async function memory(lab: Lab, pid: number): Promise<string> {
  return memoryText((await lab.exec('mgr', ['cat', `/proc/${pid}/smaps_rollup`])).stdout);
}

async function ticks(lab: Lab, pid: number): Promise<number> {
  return ticksIn((await lab.exec('mgr', ['cat', `/proc/${pid}/stat`])).stdout);
}
