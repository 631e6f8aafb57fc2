// A process on the manager host: a run of the product, or MHA. It can be killed, stopped and interrupted while it waits
// for anything: what it waits for then never comes.
import type { Clock, Files, Locks, Log, MhaProcess, Tools } from '../../src/context/Context.ts';
import { Failure } from '../../src/errors/errors.ts';
import { errorLine } from '../../src/errors/message.ts';
import { simConnectors } from './connectors.ts';
import type { Actor, Exit, Processes } from './actors.ts';
import type { World } from './world.ts';

const diskFull = (): Error => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
const missing = (path: string): Error =>
  Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' });

export class SimProcess implements Actor {
  readonly name: string;
  readonly pid: number;
  readonly startedAt: number;
  readonly caller: MhaProcess | null;
  readonly tools: Tools;
  isAlive = true;
  /** Undefined while it runs. */
  exit: Exit | undefined;
  readonly #processes: Processes;
  readonly #interruption = new AbortController();
  readonly #whenEnded: ((exit: Exit) => void)[] = [];
  #isStopped = false;
  #missed: (() => void)[] = [];

  /** @param caller MHA, where that has started it */
  constructor(name: string, processes: Processes, caller: MhaProcess | null) {
    const { world } = processes;
    this.name = name;
    this.#processes = processes;
    this.pid = 1000 + world.newId();
    this.startedAt = world.schedule.now;
    this.caller = caller;
    this.tools = {
      clock: clockOf(this, world),
      log: logOf(this, world),
      files: filesOf(this, world),
      locks: locksOf(this, world),
      places: {
        configDirectory: '/etc/mha-helper',
        stateDirectory: '/var/lib/mha-helper',
        hostname: 'mgr',
        pid: this.pid,
        bootId: `boot-${world.boot}`,
      },
      connect: simConnectors(this, processes),
      interrupted: this.#interruption.signal,
    };
  }

  get title(): string {
    return `${this.name} [${this.pid}]`;
  }

  /** Gives it what it waits for. @returns whether it goes on */
  wake(goOn: () => void): boolean {
    if (!this.isAlive) return false;
    this.#processes.beforeWaking(this);
    if (!this.isAlive) return false;
    if (this.#isStopped) {
      this.#missed.push(goOn);
      return false;
    }
    goOn();
    return true;
  }

  /** Something of the world that this process asked for, after `delayMs`. */
  async after<T>(delayMs: number, get: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#processes.world.schedule.add(delayMs, () =>
        this.wake(() => {
          try {
            resolve(get());
          } catch (error) {
            reject(error);
          }
        }),
      );
    });
  }

  /** Calls `then` when this has ended, at once where it has. */
  whenEnded(then: (exit: Exit) => void): void {
    if (this.exit === undefined) this.#whenEnded.push(then);
    else then(this.exit);
  }

  end(exit: Exit): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.exit = exit;
    const { world } = this.#processes;
    for (const [path, { holder }] of world.locks) if (holder === this) world.locks.delete(path);
    world.note(`${this.title} ${exitText(exit)}`);
    for (const then of this.#whenEnded.splice(0)) then(exit);
  }

  /** kill -9 */
  kill(): void {
    this.end(null);
  }

  /** SIGTERM */
  interrupt(): void {
    if (!this.isAlive) return;
    this.#processes.world.note(`* SIGTERM for ${this.title}`);
    this.#interruption.abort(new Failure('interrupted', 'interrupted by SIGTERM'));
  }

  /** SIGSTOP, and SIGCONT after `ms`. */
  stopFor(ms: number): void {
    const { world } = this.#processes;
    world.note(`* SIGSTOP for ${this.title}, for ${Math.round(ms)} ms`);
    this.#isStopped = true;
    world.schedule.add(ms, () => {
      this.#isStopped = false;
      const missed = this.#missed;
      this.#missed = [];
      if (this.isAlive) for (const goOn of missed) goOn();
      return this.isAlive && missed.length > 0;
    });
  }
}

export function exitText(exit: Exit): string {
  if (exit === null) return 'is killed';
  if (exit instanceof Failure) return `fails (${exit.kind}): ${errorLine(exit)}`;
  return exit.kind === 'done' ? 'is done' : `is done, LEFT TO DO: ${exit.leftToDo.join('; ')}`;
}

const epoch = Date.UTC(2026, 0, 31, 3, 0, 0);

function clockOf(process: SimProcess, world: World): Clock {
  return {
    now: () => new Date(epoch + world.schedule.now + world.clockError),
    monotonic: () => world.schedule.now,
    sinceBoot: () => world.schedule.now - world.bootedAt,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const abort = (): void => reject(signal?.reason as Error);
        if (signal?.aborted === true) {
          abort();
          return;
        }
        signal?.addEventListener('abort', abort, { once: true });
        world.schedule.add(ms, () =>
          process.wake(() => {
            signal?.removeEventListener('abort', abort);
            resolve();
          }),
        );
      }),
  };
}

function logOf(process: SimProcess, world: World): Log {
  return {
    info: (line) => world.note(`  ${process.title}: ${line}`),
    warn: (line) => world.note(`  ${process.title}: ! ${line}`),
  };
}

function filesOf(process: SimProcess, world: World): Files {
  const { files, dice } = world;
  const soon = <T>(get: () => T): Promise<T> => process.after(dice.between(0.05, 1), get);
  const read = (path: string): string => {
    const text = files.get(path);
    if (text === undefined) throw missing(path);
    return text;
  };
  return {
    list: (directory) =>
      soon(() => {
        const inside = [...files.keys()].filter((path) => path.startsWith(`${directory}/`));
        if (inside.length === 0) throw missing(directory);
        return inside.map((path) => path.slice(directory.length + 1)).sort();
      }),
    read: (path) => soon(() => read(path)),
    mode: (path) => soon(() => (files.has(path) ? 0o600 : null)),
    look: () => soon(() => null),
    append: (path, text) =>
      soon(() => {
        const fits = world.isDiskFull ? text.slice(0, dice.below(text.length)) : text;
        files.set(path, (files.get(path) ?? '') + fits);
        if (world.isDiskFull) throw diskFull();
      }),
    tail: (path, bytes) => soon(() => read(path).slice(-bytes)),
    writePrivate: (path, text) =>
      soon(() => {
        if (world.isDiskFull) throw diskFull();
        files.set(path, text);
      }),
    async replace(path, text, { former }) {
      await soon(() => {
        if (world.isDiskFull) throw diskFull();
        if (former !== undefined && files.has(former)) throw Object.assign(new Error('EEXIST'), { code: 'EEXIST' });
        if (former !== undefined) files.set(former, read(path));
      });
      await soon(() => {
        // It was the same file until now: what was appended to it is there, too.
        if (former !== undefined) files.set(former, read(path));
        files.set(path, text);
      });
    },
    rename: (from, to) =>
      soon(() => {
        files.set(to, read(from));
        files.delete(from);
      }),
    remove: (path) =>
      soon(() => {
        files.delete(path);
      }),
  };
}

function locksOf(process: SimProcess, world: World): Locks {
  return {
    take: (path, owner) =>
      process.after(world.dice.between(0.5, 3), () => {
        const held = world.locks.get(path);
        if (world.network !== 'calm' && world.dice.chance(world.setting.lockUnknownRate)) {
          world.isForcedBeside ||= held !== undefined && process.title.includes('--force');
          return { kind: 'unknown', why: 'flock (util-linux) cannot be run' };
        }
        if (held !== undefined) return { kind: 'held', owner: held.owner };
        world.locks.set(path, { holder: process, owner });
        return {
          kind: 'taken',
          release: () => {
            world.locks.delete(path);
            return Promise.resolve();
          },
        };
      }),
  };
}
