// The world that the product acts on: hosts, their MySQL servers, the writer address, the manager host's disk and
// locks. It knows at every moment what the product can only ask for, and so it sees at once when a promise is broken.
import { Dice } from './dice.ts';
import { Schedule } from './schedule.ts';
import { SimServer, type Cause, type Surroundings } from './simServer.ts';

/** `cut`: this manager does not reach the host, everybody else does. `isolated`: nobody does. */
export type Link = 'whole' | 'cut' | 'isolated';

export class SimHost {
  readonly name: string;
  readonly ip: string;
  readonly server: SimServer;
  isOn = true;
  /** Counts its starts. */
  bootCount = 0;
  link: Link = 'whole';
  /** A firewall refuses this manager at the port of MySQL, and nobody else. */
  rejects = false;
  hasAddress = false;
  /** Connections by the address are kept without a packet: nobody reaches the host by it, and they are reset later. */
  isFrozen = false;
  /** How often it was: what watches over one frozen state minds no later one. */
  frosts = 0;
  /** Whether anything on it can ask the network who has an address. */
  canAsk = true;
  /** When something besides the product last changed it. */
  touchedAt = -Infinity;

  constructor(world: World, name: string, ip: string) {
    this.name = name;
    this.ip = ip;
    this.server = new SimServer(world, this);
  }

  switchOff(world: World): void {
    const { setting } = world;
    world.excuseWhatDiesWith(this);
    this.server.stop();
    this.isOn = false;
    // `ip addr add` does not outlive the host; who leads clients by other means does not hear of it.
    if (setting.vipType === 'metal') this.hasAddress = false;
    this.isFrozen = false;
  }

  freeze(): void {
    if (!this.isFrozen) this.frosts += 1;
    this.isFrozen = true;
  }

  melt(): void {
    if (!this.isFrozen) return;
    this.isFrozen = false;
    this.server.resetClients();
  }

  switchOn(): void {
    if (this.isOn) return;
    this.isOn = true;
    this.bootCount += 1;
    this.server.start();
  }

  get answersManager(): boolean {
    return this.isOn && this.link === 'whole';
  }

  get answersClients(): boolean {
    return this.isOn && this.link !== 'isolated';
  }

  /** Clients that use the writer address write here. */
  get isWriter(): boolean {
    return this.hasAddress && !this.isFrozen && this.answersClients && this.server.takesWrites;
  }
}

/** What a seed decides about the whole story. */
export interface Setting {
  readonly version: string;
  readonly vipType: 'metal' | 'command' | 'none';
  readonly superReadOnly: boolean;
  /** How often a message between two machines is lost. */
  readonly lossRate: number;
  /** How often one is late, and by how much at most, in ms. */
  readonly lateRate: number;
  readonly lateMs: number;
  readonly lockUnknownRate: number;
  /** How often a server has no connection left. */
  readonly fullRate: number;
}

export const writerAddress = '10.0.0.100';

export class World implements Surroundings {
  readonly dice: Dice;
  readonly schedule: Schedule;
  readonly setting: Setting;
  readonly hosts: readonly [SimHost, SimHost, SimHost];
  readonly files = new Map<string, string>();
  readonly locks = new Map<string, { readonly holder: object; readonly owner: string }>();
  /** How often a host refuses to change an address. */
  refusalRate = 0;
  /** A disk with no more room. */
  isDiskFull = false;
  /** What the wall clock is wrong by, in ms. */
  clockError = 0;
  boot = 0;
  bootedAt = 0;
  /** `flooded`: messages are lost. `calm`: none is, and none is late. Else as the setting says. */
  network: 'usual' | 'flooded' | 'calm' = 'usual';
  /**
   * MHA fails over: a server that does not answer may take writes where clients do not reach it, and one that is down
   * or closed may keep the address.
   */
  isFailover = false;
  isMasterLost = false;
  /** A person has moved the address against what he was told. */
  isForced = false;
  /** A person has forced a move beside another run, where no lock could keep the two apart: the move itself sees it. */
  isForcedBeside = false;
  /** Writes that a client was told of: the write -> the server that took it. */
  readonly acknowledged = new Map<number, SimServer>();
  /** Those of them that no helper can save: the dead master's last ones. */
  readonly excused = new Set<number>();
  /**
   * Writes in spite of read_only, which nothing can hold up: whoever moves the master must say so. The write -> when it
   * was made.
   */
  readonly lateWrites = new Map<number, number>();
  /** Lost, or late. */
  troubledMessages = 0;
  readonly violations: string[] = [];
  /** When the oldest run that is at work began. */
  lookedAt: () => number = () => Infinity;
  /** Null: nobody reads along. */
  readonly story: string[] | null;
  #ids = 0;
  readonly #twoWriters = { before: false };
  readonly #twoHolders = { before: false };
  readonly #twoWritable = { before: false };

  constructor(seed: number, settle: (dice: Dice) => Setting, record: boolean) {
    this.dice = new Dice(seed);
    this.schedule = new Schedule(() => this.dice.next());
    this.setting = settle(this.dice);
    this.story = record ? [] : null;
    this.hosts = [
      new SimHost(this, 'db10', '10.0.0.10'),
      new SimHost(this, 'db11', '10.0.0.11'),
      new SimHost(this, 'db12', '10.0.0.12'),
    ];
  }

  host(name: string): SimHost {
    const found = this.hosts.find((host) => host.name === name || host.ip === name);
    if (found === undefined) throw new Error(`no host ${name}`);
    return found;
  }

  get version(): string {
    return this.setting.version;
  }

  get servers(): readonly SimServer[] {
    return this.hosts.map(({ server }) => server);
  }

  newId(): number {
    return (this.#ids += 1);
  }

  note(line: string): void {
    this.story?.push(`${(this.schedule.now / 1000).toFixed(3).padStart(9)}  ${line}`);
  }

  violation(line: string): void {
    this.note(`VIOLATION: ${line}`);
    this.violations.push(line);
  }

  /** How long a message takes, in ms. */
  latency(): number {
    const { dice, setting } = this;
    if (this.network === 'calm' || !dice.chance(setting.lateRate)) return dice.between(0.1, 2);
    this.troubledMessages += 1;
    return dice.between(5, setting.lateMs);
  }

  /** All connections of a server are taken. */
  isFull(): boolean {
    return this.network !== 'calm' && this.dice.chance(this.setting.fullRate);
  }

  isLost(): boolean {
    if (this.network === 'calm') return false;
    const isLost = this.dice.chance(this.network === 'flooded' ? 0.3 : this.setting.lossRate);
    if (isLost) this.troubledMessages += 1;
    return isLost;
  }

  setAddress(host: SimHost, has: boolean, cause: Cause): void {
    if (host.hasAddress === has) return;
    host.hasAddress = has;
    this.note(
      `${has ? 'ADDRESS on' : 'address off'} ${host.name}${cause === 'outside' ? ' (not by the product)' : ''}`,
    );
    if (!has && !host.isFrozen) host.server.resetClients();
    this.changed(cause);
  }

  /**
   * The last writes of a master that loses its power in a failover, where it is the only one that has them: MHA has
   * got what it could, and nobody can ask for more.
   */
  excuseWhatDiesWith(host: SimHost): void {
    const others = this.hosts.filter((one) => one !== host);
    if (!this.isFailover || others.some(({ server }) => server.takesWrites)) return;
    for (const [write, server] of this.acknowledged) {
      if (server !== host.server) continue;
      if (!others.some((other) => other.server.has.has(write))) this.excused.add(write);
    }
  }

  touch(host: SimHost, what: string, change: () => void): void {
    host.touchedAt = this.schedule.now;
    this.note(`* ${host.name} ${what}`);
    change();
    this.changed('outside');
  }

  changed(cause: Cause): void {
    const writers = this.hosts.filter((host) => host.isWriter);
    this.#areTwo('two writable servers behind the address', writers, this.#twoWriters, cause);
    if (this.isFailover) return;
    const holders =
      this.setting.vipType === 'none' ? [] : this.hosts.filter((host) => host.hasAddress && host.answersClients);
    const writable = this.hosts.filter((host) => host.answersManager && host.server.takesWrites);
    this.#areTwo('a server was opened beside another that takes writes', writable, this.#twoWritable, cause);
    if (!this.isForcedBeside) this.#areTwo('the address is on two hosts', holders, this.#twoHolders, cause);
  }

  /** Whoever comes back behind the product's look is no fault of it. */
  #areTwo(what: string, hosts: readonly SimHost[], were: { before: boolean }, cause: Cause): void {
    const areTwo = hosts.length > 1;
    if (areTwo && !were.before && cause === 'product' && hosts.every(({ touchedAt }) => touchedAt < this.lookedAt()))
      this.violation(`${what}: ${hosts.map(({ name }) => name).join(', ')}`);
    were.before = areTwo;
  }
}
