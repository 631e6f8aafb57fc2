// node test/lab/cli.ts up [--managers 3] | down | status | shell HOST | run HOST PROGRAM... | reset     [--name N]
// node test/lab/cli.ts packages | services | with-packages PROGRAM...
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { HOST_NAMES, hostsOf, isHostName } from './hosts.ts';
import { clusterLab } from '../scenarios/cluster.ts';
import { openLab, startLab, stopNamed } from './lab.ts';
import { labNames, readStateFile, sweep } from './runDirectory.ts';
import { serverVersion } from './servers.ts';
import { preparePackages, prepareServices, runWithPackages } from './withPackages.ts';

const USAGE = `usage: cli.ts up [--managers 2|3] [--name NAME]
       cli.ts down|reset|status|packages|services [--name NAME]
       cli.ts shell HOST [--name NAME]
       cli.ts [--name NAME] run HOST PROGRAM [ARGUMENT]...
       cli.ts with-packages PROGRAM [ARGUMENT]...
HOST: ${HOST_NAMES.join(' ')}; with several managers mgr1 too, and ${hostsOf(3).slice(HOST_NAMES.length).join(' ')}`;

async function main(args: string[]): Promise<number> {
  if (args[0] === 'with-packages' && args.length > 1) return runWithPackages(args.slice(1));
  // What follows `run HOST` belongs to the program, its options too.
  const run = args.indexOf('run');
  const own = run < 0 ? args : args.slice(0, run + 2);
  const { values, positionals } = parseArgs({
    args: own,
    allowPositionals: true,
    options: { name: { type: 'string', default: 'default' }, managers: { type: 'string', default: '1' } },
  });
  const [command, host] = positionals;
  const name = values.name;
  switch (command) {
    case 'up':
      return up(name, values.managers);
    case 'down':
      await stopNamed(name);
      return 0;
    case 'reset':
      await openLab(name).resetTopology();
      return 0;
    case 'status':
      return await status();
    case 'packages':
      preparePackages();
      return 0;
    case 'services':
      preparePackages();
      prepareServices();
      return 0;
    case 'shell':
      return enter(name, host, ['bash', '-l']);
    case 'run':
      return enter(name, host, args.slice(run + 2));
    default:
      console.error(USAGE);
      return 2;
  }
}

async function up(name: string, count: string): Promise<number> {
  const managers = ([1, 2, 3] as const).find((one) => String(one) === count);
  if (managers === undefined) {
    console.error(`lab: ${count} managers: there can be 1, 2 or 3`);
    return 2;
  }
  const options = { name, ephemeral: false, managers };
  const lab = await (managers === 1 ? startLab(options) : clusterLab(options));
  const more =
    managers === 1
      ? '"shell mgr" for MHA'
      : `managers mgr1 to mgr${managers}, which share etcd1 to etcd3; "shell mgr2" for the second`;
  console.log(
    `lab ${name} is up with three ${await serverVersion(lab)} servers: master db10, replicas db11 and db12; ${more}`,
  );
  return 0;
}

async function status(): Promise<number> {
  sweep();
  for (const name of labNames()) {
    if (readStateFile(name)?.holder === undefined) {
      console.log(`${name}: being made`);
      continue;
    }
    const lab = openLab(name);
    const [vip, writable] = await Promise.all([lab.vipHolders(), lab.writableServers()]);
    console.log(
      `${name}: ${lab.server.name}; writer address on ${vip.join(', ') || 'no host'}; writable: ` +
        `${writable.join(', ') || 'none'}`,
    );
  }
  return 0;
}

/** With this terminal, unlike Lab.exec. */
function enter(name: string, host: string | undefined, argv: readonly string[]): number {
  const known = host === 'mgr1' ? 'mgr' : host;
  if (known === undefined || !isHostName(known)) {
    console.error(USAGE);
    return 2;
  }
  const init = openLab(name).holder.hostInits[known];
  const env = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    TERM: process.env['TERM'] ?? 'dumb',
    LANG: 'C.UTF-8',
  };
  const args = ['--target', String(init), '--root', '--mount', '--uts', '--ipc', '--net', '--pid', '--', ...argv];
  return spawnSync('nsenter', args, { stdio: 'inherit', cwd: '/', env }).status ?? 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
