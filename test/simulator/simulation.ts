// One story: a switch or a failover, what befalls it, what an operator does then, and whether all promises were kept.
import type { MhaProcess } from '../../src/context/Context.ts';
import { Failure } from '../../src/errors/errors.ts';
import { hardFailover, isAliveForMha, plannedSwitch, type Caller } from './mha.ts';
import { inFlightMs, WatchedRun } from './promises.ts';
import { startRun, type RunOf } from './runs.ts';
import { furnish, settle } from './setting.ts';
import type { Actor, Processes } from './actors.ts';
import type { SimServer } from './simServer.ts';
import { SimProcess } from './simProcess.ts';
import { drawTroubles, heal, strike, type Stage, type Trouble } from './troubles.ts';
import { World, type SimHost } from './world.ts';
import { startWriter } from './writers.ts';

export interface Told {
  readonly seed: number;
  readonly violations: readonly string[];
  /** Null where nobody asked for it. */
  readonly story: readonly string[] | null;
  /** How often the product was woken. */
  readonly wakings: number;
}

/** Virtual time after which a story must be at its end, in ms. */
const longestMs = 7_200_000;

export class Simulation implements Processes, Caller {
  readonly world: World;
  readonly processes = this;
  readonly #seed: number;
  readonly #troubles: Trouble[];
  readonly #runs = new Set<WatchedRun>();
  readonly #watched = new Map<Actor, WatchedRun>();
  readonly #director: SimProcess;
  /** As it was at first. */
  readonly #configuration: readonly [string, string];
  #mha: SimProcess | null = null;
  #switch: { orig: SimHost; next: SimHost };
  /** What a person has made the master, and when. */
  #byHand: { readonly host: SimHost; readonly at: number } | null = null;
  #lastKill = -Infinity;
  #wakings = 0;
  #isOver = false;

  constructor(seed: number, record: boolean) {
    this.#seed = seed;
    this.world = new World(seed, settle, record);
    furnish(this.world);
    const path = '/etc/mha-helper/c.conf';
    this.#configuration = [path, this.world.files.get(path) ?? ''];
    this.world.lookedAt = () => Math.min(...[...this.#runs].map(({ process }) => process.startedAt));
    const [orig, ...replicas] = this.world.hosts;
    this.#switch = { orig, next: this.world.dice.pick(replicas) };
    this.#troubles = [...drawTroubles(this.world)];
    this.#director = new SimProcess('operator', this, null);
    const pauseMs = this.world.dice.pick([30, 200, 1_000]);
    for (let count = 0; count < 2; count += 1) startWriter(this.world, pauseMs, () => this.#isOver);
    void this.#direct();
  }

  /** @returns false when the story is told */
  step(): boolean {
    const { schedule } = this.world;
    if (this.#isOver) return false;
    if (!schedule.step() || schedule.now > longestMs) {
      this.world.violation('it does not end');
      this.#isOver = true;
    }
    return true;
  }

  get told(): Told {
    const { violations, story } = this.world;
    return { seed: this.#seed, violations, story, wakings: this.#wakings };
  }

  // --- what processes need of each other

  beforeWaking(process: Actor): void {
    const watched = this.#watched.get(process);
    if (watched === undefined) return;
    this.#wakings += 1;
    const [first] = this.#troubles;
    if (first === undefined || first.at > this.#wakings) return;
    this.#troubles.shift();
    first.befall(this.#stage(watched.process));
  }

  watchMha(caller: MhaProcess | null): void {
    if (caller === null) return;
    const look = (): boolean => {
      if (this.#isOver) return false;
      if (this.isRunning(caller.pid)) this.world.schedule.add(200, look);
      else this.#start({ kind: 'after MHA', orig: this.#switch.orig.name, next: this.#switch.next.name }, null);
      return false;
    };
    this.world.schedule.add(200, look);
  }

  isRunning(pid: number): boolean {
    const ours = [...this.#runs].some(({ process }) => process.pid === pid);
    return ours || (this.#mha?.pid === pid && this.#mha.isAlive);
  }

  hook(run: RunOf, start: () => SimProcess): SimProcess {
    return this.#watch(run, start);
  }

  // --- runs

  #start(run: RunOf, caller: MhaProcess | null): SimProcess {
    return this.#watch(run, () => startRun(run, this, caller));
  }

  #watch(run: RunOf, start: () => SimProcess): SimProcess {
    const { world } = this;
    const others = [...this.#runs];
    const isAlone = others.length === 0 && world.schedule.now - this.#lastKill > inFlightMs;
    for (const other of others) other.isAlone = false;
    const process = start();
    const watched = new WatchedRun(world, run, process, isAlone);
    this.#runs.add(watched);
    this.#watched.set(process, watched);
    process.whenEnded((exit) => {
      this.#runs.delete(watched);
      if (run.kind === 'vip assign' && run.force === true) world.isForced ||= !(exit instanceof Failure);
      if (exit === null) this.#lastKill = world.schedule.now;
      watched.judge(exit);
    });
    return process;
  }

  #stage(current: SimProcess): Stage {
    const { world } = this;
    const { orig, next } = this.#switch;
    return {
      world,
      current,
      mha: this.#mha,
      orig,
      next,
      call: (run) => this.#start(run, null),
      switchAgain: () => {
        if (this.#mha?.isAlive !== true) this.#mha = plannedSwitch(this, orig, world.dice.pick(world.hosts.slice(1)));
      },
      rebootManager: () => {
        world.note('* the manager host is started anew');
        this.#mha?.kill();
        for (const { process } of this.#runs) process.kill();
        world.boot += 1;
        world.bootedAt = world.schedule.now;
      },
    };
  }

  // --- the story

  async #direct(): Promise<void> {
    const { world } = this;
    const { dice, hosts } = world;
    const { orig, next } = this.#switch;
    await this.#wait(dice.between(100, 2_000));
    if (world.setting.vipType !== 'none' && dice.chance(0.35)) {
      world.isFailover = true;
      world.isMasterLost = true;
      strike(world, orig);
      this.#mha = hardFailover(this, orig, next);
      await this.#quiet();
      if (dice.chance(0.3)) {
        this.#mha = hardFailover(this, orig, dice.pick(hosts.slice(1)));
        await this.#quiet();
      }
    } else {
      this.#mha = plannedSwitch(this, orig, next);
      await this.#quiet();
    }
    // Not the new master: undo trusts what `stop` has seen of it, where it does not answer.
    if (dice.chance(0.5)) this.#promoteByHand(dice.pick(hosts.filter((host) => host !== next)));
    if (dice.chance(0.3)) await this.#call('rotation');
    if (dice.chance(0.5)) await this.#call('undo');
    this.#healAll();
    await this.#wait(dice.between(2_000, 5_000));
    await this.#quiet();
    if (this.#writer() === null) await this.#call('undo');
    if (dice.chance(0.25)) await this.#cleanSwitch();
    this.#compareWrites();
    this.#isOver = true;
  }

  async #call(kind: 'undo' | 'rotation'): Promise<void> {
    await this.#wait(this.world.dice.between(inFlightMs, 2 * inFlightMs));
    this.#start({ kind, orig: this.#switch.orig.name, next: this.#switch.next.name }, null);
    await this.#quiet();
  }

  #wait(ms: number): Promise<void> {
    return this.#director.after(ms, () => undefined);
  }

  /** Until nobody is at work. */
  async #quiet(): Promise<void> {
    do await this.#wait(500);
    while (this.#mha?.isAlive === true || this.#runs.size > 0);
  }

  #healAll(): void {
    const { world } = this;
    world.isDiskFull = false;
    for (const host of world.hosts) heal(world, host);
  }

  /** The server that clients write on; null for none, and where another one takes writes too: a person must decide. */
  #writer(): SimHost | null {
    const [first, ...more] = this.world.hosts.filter(({ server }) => server.takesWrites);
    return first?.isWriter === true && more.length === 0 ? first : null;
  }

  /** A person makes a server the master where none takes writes, with all that he can get of the last one. */
  #promoteByHand(host: SimHost): void {
    const { world } = this;
    const isClosed = (one: SimHost): boolean => !one.server.takesWrites || !one.answersClients;
    if (!world.hosts.every(isClosed) || !isAliveForMha(host)) return;
    const alive = world.hosts.filter(({ answersManager, server }) => answersManager && server.state === 'up');
    this.#byHand = { host, at: world.schedule.now };
    world.touch(host, 'is made the master by hand', () => {
      for (const { server } of alive) for (const write of server.log) host.server.take(write);
      for (const write of world.acknowledged.keys()) if (!host.server.has.has(write)) world.excused.add(write);
      host.server.source = null;
      host.server.setFlags(false, false, 'outside');
      for (const other of world.hosts) if (other !== host) world.setAddress(other, false, 'outside');
      world.setAddress(host, true, 'outside');
    });
  }

  /** A cluster that a person has put in order again can be switched. */
  async #cleanSwitch(): Promise<void> {
    const { world } = this;
    this.#healAll();
    const writer = this.#writer();
    if (writer === null || world.setting.vipType === 'none') return;
    world.network = 'calm';
    world.refusalRate = 0;
    world.files.set(...this.#configuration);
    this.#troubles.length = 0;
    for (const host of world.hosts) {
      host.canAsk = true;
      if (host === writer) continue;
      world.touch(host, `is made a replica of ${writer.name} by hand`, () => {
        host.server.setFlags(true, host.server.superReadOnly, 'outside');
        world.setAddress(host, false, 'outside');
        host.server.source = writer.server;
        host.server.catchUp();
      });
    }
    writer.server.source = null;
    const next = world.dice.pick(world.hosts.filter((host) => host !== writer));
    this.#switch = { orig: writer, next };
    this.#mha = plannedSwitch(this, writer, next);
    await this.#quiet();
    if (this.#writer() !== next) world.violation(`a cluster that is well cannot be switched to ${next.name}`);
  }

  /**
   * A new master that died too, and the old one back in its place: closing that is for the monitor, which does not run.
   */
  #isOldMasterBack(writer: SimHost, lost: readonly (readonly [number, SimServer])[]): boolean {
    const died = lost.every(([, server]) => this.world.host(server.host.name).touchedAt > server.openedAt);
    return this.world.isFailover && writer === this.world.hosts[0] && died;
  }

  /** Nothing that a client was told of is missing, but what died with a master. */
  #compareWrites(): void {
    const { world } = this;
    const writer = this.#writer();
    // What befalls a master that the product knows nothing of is not for the product to see.
    const isLost = this.#byHand !== null && this.#byHand.host.touchedAt > this.#byHand.at;
    if (writer === null || world.isForced || isLost) return;
    const lost = [...world.acknowledged].filter(
      ([write]) => !world.lateWrites.has(write) && !writer.server.has.has(write) && !world.excused.has(write),
    );
    if (lost.length === 0 || this.#isOldMasterBack(writer, lost)) return;
    const where = [...new Set(lost.map(([, { host }]) => host.name))].join(', ');
    world.violation(`${lost.length} acknowledged writes of ${where} are not on ${writer.name}`);
  }
}
