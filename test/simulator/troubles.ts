// What befalls a world while the product is at work.
import type { RunOf } from './runs.ts';
import type { SimProcess } from './simProcess.ts';
import type { SimHost, World } from './world.ts';

/** What a trouble can reach. */
export interface Stage {
  readonly world: World;
  /** The process that is about to go on. */
  readonly current: SimProcess;
  readonly mha: SimProcess | null;
  /** The hosts of the switch. */
  readonly orig: SimHost;
  readonly next: SimHost;
  /** An operator's call. */
  call(run: RunOf): void;
  /** Another masterha_master_switch, where none is at work. */
  switchAgain(): void;
  rebootManager(): void;
}

export interface Trouble {
  /** When the product has been woken so many times. */
  readonly at: number;
  readonly befall: (stage: Stage) => void;
}

type Kind = (stage: Stage) => void;

const kill: Kind = ({ current }) => current.kill();
const interrupt: Kind = ({ current }) => current.interrupt();
const stopProcess: Kind = ({ current, world }) =>
  current.stopFor(world.dice.pick([world.dice.between(1, 100), world.dice.between(100, 15_000)]));
const killMha: Kind = ({ mha }) => mha?.kill();
const killBoth: Kind = ({ mha, current }) => {
  mha?.kill();
  current.kill();
};
const interruptBoth: Kind = ({ mha, current }) => {
  mha?.kill();
  current.interrupt();
};

const undo: Kind = (stage) => stage.call(runOf(stage, 'undo'));
const assign: Kind = (stage) => stage.call(move(stage, 'vip assign'));
const release: Kind = (stage) => stage.call(move(stage, 'vip release'));
const sameAgain: Kind = (stage) =>
  stage.call(runOf(stage, stage.world.dice.pick(['online stop', 'online start'] as const)));
const switchAgain: Kind = (stage) => stage.switchAgain();

const rotation: Kind = (stage) => stage.call(runOf(stage, 'rotation'));

function runOf({ orig, next }: Stage, kind: RunOf['kind']): RunOf {
  return { kind, orig: orig.name, next: next.name };
}

function move({ world }: Stage, kind: 'vip assign' | 'vip release'): RunOf {
  const { dice, hosts } = world;
  const { name } = dice.pick(hosts);
  return { kind, orig: name, next: name, force: dice.chance(0.5) };
}

const clockStep: Kind = ({ world }) => {
  world.clockError += world.dice.pick([-1, 1]) * world.dice.pick([1_000, 7_200_000, 86_400_000]);
  world.note(`* the wall clock is set, and is ${world.clockError} ms off now`);
};

const fillDisk: Kind = ({ world }) => {
  world.isDiskFull = true;
  world.note("* the manager's disk is full");
  world.schedule.add(world.dice.between(1, 10_000), () => {
    world.isDiskFull = false;
    return false;
  });
};

const flood: Kind = ({ world }) => {
  world.network = 'flooded';
  world.note('* the network is flooded');
  world.schedule.add(world.dice.between(10, 20_000), () => {
    if (world.network === 'flooded') world.network = 'usual';
    return false;
  });
};

/** A person makes a mistake, and mends it. */
const spoilConfiguration: Kind = ({ world }) => {
  const path = '/etc/mha-helper/c.conf';
  const text = world.files.get(path);
  if (text === undefined || text === spoilt) return;
  world.files.set(path, spoilt);
  world.note('* the configuration is spoilt');
  world.schedule.add(world.dice.between(1, 5_000), () => {
    world.files.set(path, text);
    return false;
  });
};

const spoilt = '[default]\nvip_type = meta\n[db10]\n[db11]\n[db12]\n';

/** Somebody writes on a server whatever its read_only says, by its own address: a cron job of root's. */
const superWriter: Kind = ({ world, orig }) => {
  world.note(`* somebody with SUPER writes on ${orig.name}`);
  const pauseMs = world.dice.pick([20, 300, 2_000]);
  const until = world.schedule.now + world.dice.between(100, 10_000);
  const write = (): boolean => {
    if (world.schedule.now > until || world.network === 'calm' || orig.server.state !== 'up' || orig.server.isLocked)
      return false;
    const number = world.newId();
    orig.server.take(number);
    if (orig.isWriter) world.acknowledged.set(number, orig.server);
    else world.lateWrites.set(number, world.schedule.now);
    world.schedule.add(world.dice.between(0.5, 1.5) * pauseMs, write);
    return false;
  };
  write();
};

const look: Kind = (stage) => stage.call(runOf(stage, stage.world.dice.pick(['status', 'vip show'] as const)));

const reboot: Kind = ({ rebootManager }) => rebootManager();

const strikeAny: Kind = ({ world, orig, next }) =>
  strike(world, world.dice.pick([orig, orig, next, next, world.hosts[2]]));

/** Something happens to a host or its server, and mostly passes. */
export function strike(world: World, host: SimHost): void {
  const { dice } = world;
  const [blow, mend] = dice.pick(blows);
  world.touch(host, blow.what, () => blow.does(host, world));
  if (dice.chance(0.3)) return;
  world.schedule.add(dice.pick([dice.between(5, 500), dice.between(500, 30_000)]), () => {
    world.touch(host, mend.what, () => mend.does(host, world));
    return false;
  });
}

interface Blow {
  readonly what: string;
  readonly does: (host: SimHost, world: World) => void;
}

const startServer = ({ server, isOn }: SimHost): void => {
  if (server.state === 'down' && isOn) server.start();
};

const cutOff: readonly [Blow, Blow] = [
  { what: 'is cut off from the manager', does: (host) => (host.link = 'cut') },
  { what: 'is reached again', does: (host) => (host.link = 'whole') },
];

const blows: readonly (readonly [Blow, Blow])[] = [
  cutOff,
  cutOff,
  [
    { what: 'mysqld crashes', does: ({ server }) => server.stop() },
    { what: 'mysqld is started', does: startServer },
  ],
  [
    { what: 'is switched off', does: (host, world) => host.switchOff(world) },
    { what: 'is switched on', does: (host) => host.switchOn() },
  ],
  [
    { what: 'is cut off from everybody', does: (host) => (host.link = 'isolated') },
    { what: 'is reached again', does: (host) => (host.link = 'whole') },
  ],
  [
    { what: 'refuses this manager', does: (host) => (host.rejects = true) },
    { what: 'lets this manager in again', does: (host) => (host.rejects = false) },
  ],
  [
    { what: 'mysqld hangs', does: ({ server }) => (server.state = server.state === 'up' ? 'hung' : server.state) },
    { what: 'mysqld goes on', does: ({ server }) => (server.state = server.state === 'hung' ? 'up' : server.state) },
  ],
];

/** All is well again with a host. */
export function heal(world: World, host: SimHost): void {
  const isWell = host.isOn && host.link === 'whole' && !host.rejects && host.server.state === 'up';
  if (isWell) return;
  world.touch(host, 'is healed', () => {
    host.switchOn();
    host.link = 'whole';
    host.rejects = false;
    if (host.server.state === 'hung') host.server.state = 'up';
    startServer(host);
  });
}

const kinds: readonly Kind[] = [
  ...[kill, kill, kill, kill, interrupt, interrupt, stopProcess, killMha, killMha, killBoth, killBoth, interruptBoth],
  ...[undo, undo, assign, release, sameAgain, switchAgain, look, rotation],
  ...[clockStep, fillDisk, spoilConfiguration, flood, superWriter, strikeAny, strikeAny, strikeAny, strikeAny, reboot],
];

/** Mostly one or two, at any await of the product. */
export function drawTroubles({ dice }: World): readonly Trouble[] {
  const count = dice.pick([0, 1, 1, 1, 2, 2, 3, 4]);
  const troubles = Array.from({ length: count }, () => ({
    at: 1 + dice.below(dice.pick([60, 150, 300])),
    befall: dice.pick(kinds),
  }));
  return troubles.sort((one, other) => one.at - other.at);
}
