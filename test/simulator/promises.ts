// What the end of a run says is so, compared with what is so. A world that somebody else has changed meanwhile proves
// nothing against the run.
import { Failure } from '../../src/errors/errors.ts';
import type { Orders } from '../../src/procedures/orders/standingOrders.ts';
import type { Exit } from './actors.ts';
import type { SimProcess } from './simProcess.ts';
import type { RunOf } from './runs.ts';
import type { SimHost, World } from './world.ts';

interface State {
  readonly readOnly: boolean;
  readonly superReadOnly: boolean;
  readonly hasAddress: boolean;
  readonly isFrozen: boolean;
  readonly scheduler: string;
}

/** How long what a killed run has asked for may still come, in ms. */
export const inFlightMs = 1_500;

/** How long a run may take, in ms: its own time, that of undoing, and what closing connections takes. */
const longestMs = 400_000;

export class WatchedRun {
  readonly run: RunOf;
  readonly process: SimProcess;
  readonly #world: World;
  readonly #troubledBefore: number;
  readonly #before: ReadonlyMap<SimHost, State>;
  /** Nobody else was at work beside it, or killed just before it: only then its end is compared with what is so. */
  isAlone: boolean;

  constructor(world: World, run: RunOf, process: SimProcess, isAlone: boolean) {
    this.run = run;
    this.process = process;
    this.#world = world;
    this.isAlone = isAlone;
    this.#troubledBefore = world.troubledMessages;
    this.#before = new Map(world.hosts.map((host) => [host, stateOf(host)]));
  }

  get took(): number {
    return this.#world.schedule.now - this.process.startedAt;
  }

  /** To be called when it has ended by itself. */
  judge(exit: Exit): void {
    const world = this.#world;
    const say = (what: string): void => world.violation(`${this.process.title} ended, but ${what}`);
    if (this.took > longestMs) say(`only after ${Math.round(this.took / 1000)} s`);
    if (exit === null) return;
    if (exit instanceof Failure) {
      if (exit.kind === 'internal') say(`by an error that nobody foresaw: ${exit.message}`);
      if (this.isAlone) for (const line of this.#afterFailure(exit)) say(line);
      return;
    }
    const isLeft = exit.kind === 'proceed';
    if (isLeft && exit.leftToDo.length === 0) say('with something left to do that it does not name');
    if (this.isAlone && !isLeft) for (const line of this.#afterSuccess()) say(line);
  }

  #afterSuccess(): readonly string[] {
    const { run } = this;
    const [orig, next] = [this.#world.host(run.orig), this.#world.host(run.next)];
    switch (run.kind) {
      case 'online stop':
        return [
          ...this.#unless(orig, !orig.server.readOnly, 'writable'),
          ...this.#unless(orig, this.#isManaged && orig.hasAddress, 'with the address'),
          ...this.#unless(next, !next.server.readOnly, 'writable'),
        ];
      case 'online start':
      case 'hard start':
        return [
          ...this.#unless(next, next.server.readOnly, 'read-only'),
          ...this.#unless(next, this.#isManaged && !next.hasAddress, 'without the address'),
          ...this.#unless(orig, orig.server.takesWrites && !this.#recordsUnknown(orig), 'writable'),
          ...this.#unless(orig, orig.isFrozen && !this.#hadTrouble, 'frozen still'),
          ...this.#unless(next, next.isFrozen, 'frozen still'),
          ...this.#lateWrites(orig, next),
        ];
      case 'hard stopssh':
        return this.#unless(orig, this.#isManaged && orig.hasAddress, 'with the address');
      case 'vip assign':
        return [
          ...this.#unless(orig, !orig.hasAddress, 'without the address'),
          ...this.#unless(orig, orig.isFrozen, 'frozen still'),
        ];
      case 'vip release':
        return this.#unless(orig, orig.hasAddress, 'with the address');
      case 'undo': {
        const { hosts } = this.#world;
        const closed = hosts.filter((host) => host.server.isClosedByProduct && host.server.source === null);
        // One that hangs, and was opened, is the master still: undo must not make another one.
        const isOpen = ({ server }: SimHost): boolean => server.state !== 'down' && !server.readOnly;
        if (this.#world.isMasterLost || this.#world.isForced || hosts.some(isOpen)) return [];
        return closed.flatMap((host) => this.#unless(host, true, 'closed, and no server takes writes'));
      }
      case 'hard stop':
      case 'rotation':
      case 'status':
      case 'vip show':
      case 'after MHA':
        return [];
    }
  }

  #afterFailure(failure: Failure): readonly string[] {
    const { run } = this;
    if (failure.kind === 'undo') {
      return failure.message.includes('NOT undone') ? [] : ['it does not say what is not undone'];
    }
    const orig = this.#world.host(run.orig);
    switch (run.kind) {
      case 'online stop':
        return this.#changesOf(orig);
      case 'online start':
        if (!failure.message.includes('the writer was given back')) return [];
        return [
          ...this.#unless(orig, orig.server.readOnly, 'read-only'),
          ...this.#unless(orig, this.#isManaged && !orig.hasAddress, 'without the address'),
        ];
      case 'vip assign':
      case 'vip release':
        return this.#world.hosts.flatMap((host) => this.#changesOf(host));
      default:
        return [];
    }
  }

  /** Its order says that nobody knows whether it takes writes, and has it closed as soon as it answers. */
  #recordsUnknown({ name }: SimHost): boolean {
    const [, text] = [...this.#world.files].find(([path]) => path.endsWith('/orders/c.json')) ?? [];
    if (text === undefined) return false;
    const { standing } = JSON.parse(text) as Pick<Orders, 'standing'>;
    return standing.some(({ server, left }) => server.host === name && left === 'unknown');
  }

  /** Somebody wrote in spite of read_only, after it was closed for this switch, and nobody was told. */
  #lateWrites(orig: SimHost, next: SimHost): readonly string[] {
    if (this.run.kind !== 'online start') return [];
    const { lateWrites } = this.#world;
    const isOld = (write: number): boolean => (lateWrites.get(write) ?? Infinity) < next.server.openedAt;
    const lost = orig.server.log.filter((write) => isOld(write) && !next.server.has.has(write));
    return lost.length === 0 ? [] : this.#unless(orig, true, `ahead by ${lost.length} writes that nobody was told of`);
  }

  /** Then it may not know what became of what it has asked for; a host lets go of frozen connections by itself. */
  get #hadTrouble(): boolean {
    return this.#world.troubledMessages > this.#troubledBefore;
  }

  get #isManaged(): boolean {
    return this.#world.setting.vipType !== 'none';
  }

  #isTouched(host: SimHost): boolean {
    return host.touchedAt >= this.process.startedAt - inFlightMs;
  }

  #unless(host: SimHost, isBad: boolean, what: string): readonly string[] {
    if (!isBad || this.#isTouched(host) || host.server.state !== 'up' || !host.answersManager || host.rejects)
      return [];
    return [`${host.name} is ${what}`];
  }

  /** What is not as it was. */
  #changesOf(host: SimHost): readonly string[] {
    const before = this.#before.get(host);
    if (before === undefined || this.#isTouched(host)) return [];
    const now = stateOf(host);
    const keys = Object.keys(now) as (keyof State)[];
    return keys
      .filter((key) => now[key] !== before[key])
      .map((key) => `${host.name} has ${key} ${String(now[key])}, before it was ${String(before[key])}`);
  }
}

function stateOf({ server, hasAddress, isFrozen }: SimHost): State {
  const { readOnly, superReadOnly, scheduler } = server;
  return { readOnly, superReadOnly, hasAddress, isFrozen, scheduler };
}
