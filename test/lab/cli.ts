// node test/lab/cli.ts up | down | status | shell HOST | run HOST PROGRAM... | reset     [--name N]
// node test/lab/cli.ts packages | services | with-packages PROGRAM...
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { HOST_NAMES, isHostName } from './hosts.ts';
import { openLab, startLab, stopNamed } from './lab.ts';
import { labNames, readStateFile, sweep } from './runDirectory.ts';
import { serverVersion } from './servers.ts';
import { preparePackages, prepareServices, runWithPackages } from './withPackages.ts';

const USAGE = `usage: cli.ts up|down|reset|status|packages|services [--name NAME]
       cli.ts shell HOST [--name NAME]
       cli.ts [--name NAME] run HOST PROGRAM [ARGUMENT]...
       cli.ts with-packages PROGRAM [ARGUMENT]...
HOST: ${HOST_NAMES.join(' ')}`;

async function main(args: string[]): Promise<number> {
  if (args[0] === 'with-packages' && args.length > 1) return runWithPackages(args.slice(1));
  // What follows `run HOST` belongs to the program, its options too.
  const run = args.indexOf('run');
  const own = run < 0 ? args : args.slice(0, run + 2);
  const { values, positionals } = parseArgs({
    args: own,
    allowPositionals: true,
    options: { name: { type: 'string', default: 'default' } },
  });
  const [command, host] = positionals;
  const name = values.name;
  switch (command) {
    case 'up':
      console.log(
        `lab ${name} is up with three ${await serverVersion(await startLab({ name, ephemeral: false }))} ` +
          'servers: master db10, replicas db11 and db12; "shell mgr" for MHA',
      );
      return 0;
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
  if (host === undefined || !isHostName(host)) {
    console.error(USAGE);
    return 2;
  }
  const init = openLab(name).holder.hostInits[host];
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
