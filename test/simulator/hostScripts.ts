// What the programs of src/vip/metal do on a host, and what a few commands print on the manager host.
import type { CommandResult } from '../../src/context/Context.ts';
import { portScript } from '../../src/procedures/run/portFrom.ts';
import { askScript } from '../../src/vip/metal/askScript.ts';
import { assignScript, openScript } from '../../src/vip/metal/assignScript.ts';
import { frostSeconds } from '../../src/vip/metal/frost.ts';
import { releaseScript, settleScript } from '../../src/vip/metal/releaseScript.ts';
import { listScript, lookScript, reviveScript, rightsScript, surveyScript } from '../../src/vip/metal/scripts.ts';
import { writerAddress, type SimHost, type World } from './world.ts';

/** Runs one of them; `answer` gets what it prints, when it has ended: null where the host went off meanwhile. */
export function runScript(
  world: World,
  host: SimHost,
  argv: readonly string[],
  answer: (stdout: string | null) => void,
): void {
  const boot = host.bootCount;
  const later = (ms: number, then: () => void): void =>
    world.schedule.add(ms, () => {
      if (host.isOn && host.bootCount === boot) then();
      else answer(null);
      return false;
    });
  const short = world.dice.between(1, 15);
  switch (argv[2]) {
    case surveyScript:
      later(short, () =>
        answer(`ip=/sbin/ip\narping=/sbin/arping\narping_kind=iputils\nss=/sbin/ss\n${signs(host)}${listing(host)}`),
      );
      return;
    case listScript:
      later(short, () => answer(listing(host)));
      return;
    case lookScript:
    case settleScript:
      later(short, () => answer(`${signs(host)}${listing(host)}`));
      return;
    case rightsScript:
      later(short, () => answer(''));
      return;
    case reviveScript:
      later(short, () => {
        host.melt();
        answer('');
      });
      return;
    case releaseScript:
      if (argv[9] === 'freeze') {
        freeze(world, host, later, answer);
        return;
      }
      // Its sockets first, and then the address itself.
      later(short, () => {
        host.server.resetClients();
        const wasFrozen = host.isFrozen;
        host.melt();
        if (wasFrozen && !host.hasAddress) {
          answer(`${signs(host)}${listing(host)}`);
          return;
        }
        later(world.dice.between(1, 15), () => {
          if (isRefused(world)) answer(`error=Operation not permitted\n${listing(host)}`);
          else {
            world.setAddress(host, false, 'product');
            answer(listing(host));
          }
        });
      });
      return;
    case assignScript:
      later(short, () => {
        const isDone = argv[11] === 'keep' || !isRefused(world);
        if (isDone && argv[11] !== 'keep') world.setAddress(host, true, 'product');
        host.melt();
        const error = isDone ? '' : 'error=Operation not permitted\n';
        later(world.dice.between(1, 150), () => answer(`${error}${listing(host)}`));
      });
      return;
    case openScript:
      later(short, () => {
        if (isRefused(world)) answer('error=Operation not permitted\n');
        else {
          world.setAddress(host, true, 'product');
          later(world.dice.between(1, 15), () => answer(world.dice.chance(0.8) ? 'announced=yes\n' : ''));
        }
      });
      return;
    case askScript:
      ask(world, host, Number(argv[9]) * 100, later, answer);
      return;
    case portScript:
      later(short, () => answer(portAs(world, host, argv[4] ?? '')));
      return;
    default:
      throw new Error(`the simulator knows no script like ${String(argv[2]).slice(0, 60)}`);
  }
}

/** Cut off anywhere: the rule alone, the copy beside the address, or all of it. */
function freeze(
  world: World,
  host: SimHost,
  later: (ms: number, then: () => void) => void,
  answer: (stdout: string) => void,
): void {
  later(world.dice.between(1, 8), () => {
    if (isRefused(world)) {
      host.server.resetClients();
      world.setAddress(host, false, 'product');
      answer(`frozen=no\n${listing(host)}`);
      return;
    }
    host.freeze();
    const { bootCount: boot, frosts } = host;
    world.schedule.add(frostSeconds * 1000, () => {
      if (host.isOn && host.bootCount === boot && host.frosts === frosts && host.isFrozen) host.melt();
      return false;
    });
    later(world.dice.between(1, 15), () => {
      if (isRefused(world)) answer('peers=\nfrozen=yes\nerror=Operation not permitted\n');
      else {
        world.setAddress(host, false, 'product');
        answer('peers=\nfrozen=yes\n');
      }
    });
  });
}

function signs(host: SimHost): string {
  const writer = host.hasAddress ? ` ${writerAddress}` : '';
  return `${host.isFrozen ? 'rule=yes\n' : ''}local=127.0.0.0/8 ${host.ip}${writer}\n`;
}

function isRefused(world: World): boolean {
  return world.dice.chance(world.refusalRate);
}

/** Asks the network for so many ms: whoever has the address at the beginning or at the end answers. */
function ask(
  world: World,
  host: SimHost,
  ms: number,
  later: (ms: number, then: () => void) => void,
  answer: (stdout: string) => void,
): void {
  if (!host.canAsk) {
    later(10, () =>
      answer('arping=unknown sudo: a password is required\nkernel=unknown neither perl nor bash is there\n'),
    );
    return;
  }
  const heard = (): boolean =>
    host.answersClients && world.hosts.some((other) => other !== host && other.hasAddress && other.answersClients);
  const atFirst = heard();
  later(atFirst ? 20 : ms, () => {
    const yes = atFirst || heard();
    const asKernel = yes ? 'yes lladdr 02:00:00:00:00:01' : 'no';
    const kernel = host.hasAddress ? 'unknown this host has the address itself' : asKernel;
    answer(`arping=${yes ? 'yes reply from 02:00:00:00:00:01' : 'no'}\nkernel=${kernel}\n`);
  });
}

/** At the writer address. */
/** What a host hears that connects to a server, by its own address or by the writer address. */
function portAs(world: World, host: SimHost, address: string): string {
  const at = world.hosts.filter((other) => (address === writerAddress ? other.hasAddress : other.ip === address));
  const there = at.filter((other) => other === host || (host.answersClients && other.answersClients));
  if (there.some(({ server }) => server.state === 'down')) return 'refused\n';
  return there.some(({ server }) => server.state === 'up') ? 'open\n' : '';
}

function listing(host: SimHost): string {
  const own = `{"local":"${host.ip}","prefixlen":24}`;
  const writer = host.hasAddress ? `,{"local":"${writerAddress}","prefixlen":24}` : '';
  const copy = host.isFrozen ? `{"local":"${writerAddress}","prefixlen":32}` : '';
  return `addresses:\n[{"ifname":"eth0","addr_info":[${own}${writer}]},{"ifname":"lo","addr_info":[${copy}]}]\n`;
}

/** `getent`, and the operator's commands that move the address in one go, whatever the hosts say. */
export function localCommand(world: World, argv: readonly string[]): CommandResult {
  if (argv[0] === 'getent') {
    const host = world.hosts.find(({ name, ip }) => name === argv[2] || ip === argv[2]);
    return { code: 0, stdout: host === undefined ? '' : `${host.ip} STREAM ${host.name}\n`, stderr: '' };
  }
  const fact = (name: string): string | undefined =>
    argv.find((word) => word.startsWith(`MHA_HELPER_${name}=`))?.slice(`MHA_HELPER_${name}=`.length);
  const host = world.host(fact('HOST') ?? '');
  const failed = { code: 1, stdout: '', stderr: 'it does not work' };
  if (isRefused(world)) return failed;
  switch (fact('ACTION')) {
    case 'status':
      return { code: host.hasAddress ? 0 : 3, stdout: '', stderr: '' };
    case 'release':
      world.setAddress(host, false, 'product');
      return { code: 0, stdout: '', stderr: '' };
    case 'assign':
      for (const other of world.hosts) if (other !== host) world.setAddress(other, false, 'product');
      world.setAddress(host, true, 'product');
      return { code: 0, stdout: '', stderr: '' };
    default:
      // fence_command
      world.touch(host, 'is switched off by fence_command', () => host.switchOff(world));
      return { code: 0, stdout: '', stderr: '' };
  }
}
