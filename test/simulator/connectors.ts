// The ways of a process to servers and hosts: what it asks arrives and is answered after a while, or is lost on the way
// there or back.
import type { Connectors, MhaProcess, Shell, SqlConnection, SqlTarget } from '../../src/context/Context.ts';
import { connectError, deadline } from '../../src/adapters/mysql/failures.ts';
import { Failure } from '../../src/errors/errors.ts';
import { localCommand, runScript } from './hostScripts.ts';
import type { Actor, Processes } from './actors.ts';
import { writerAddress, type SimHost, type World } from './world.ts';

type QueryError = Parameters<typeof connectError>[1];

const coded = (code: string, text: string): QueryError => Object.assign(new Error(text), { code }) as QueryError;

const tooManyConnections = Object.assign(coded('ER_CON_COUNT_ERROR', 'Too many connections'), {
  errno: 1040,
  sqlState: '08004',
});

/** What happens to a message and to its answer. */
type Fate = 'fine' | 'lost' | 'answer lost' | 'reset';

function fateOf(world: World): Fate {
  if (!world.isLost()) return 'fine';
  return world.dice.pick(['lost', 'answer lost', 'answer lost', 'reset'] as const);
}

/** A promise of something from outside, with the limit that the caller gives. */
class Pending<T> {
  readonly promise: Promise<T>;
  isOver = false;
  readonly #process: Actor;
  readonly #world: World;
  #resolve!: (value: T) => void;
  #reject!: (error: Error) => void;

  constructor(process: Actor, world: World) {
    this.#process = process;
    this.#world = world;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  settle(delayMs: number, result: T | Error, before: () => void = () => undefined): void {
    this.#world.schedule.add(delayMs, () => {
      if (this.isOver) return false;
      this.isOver = true;
      return this.#process.wake(() => {
        before();
        if (result instanceof Error) this.#reject(result);
        else this.#resolve(result);
      });
    });
  }
}

export function simConnectors(process: Actor, processes: Processes): Connectors {
  const { world } = processes;
  const mysql: Connectors['mysql'] = (target, timeoutMs) => connectMysql(process, world, target, timeoutMs);
  const ssh: Connectors['ssh'] = (target, timeoutMs) => connectSsh(process, world, target.label, timeoutMs);
  const known: Partial<Connectors> = {
    mysql,
    ssh,
    local: {
      label: 'mgr',
      run: (argv) => process.after(world.dice.between(0.5, 20), () => localCommand(world, argv)),
      close: () => Promise.resolve(),
    },
    lookup: (name) => Promise.resolve([world.host(name).ip]),
    keepReady: (_key, _targets, caller) =>
      process.after(world.latency(), () => ({ keep: () => processes.watchMha(caller) })),
    takeReady: () => process.after(world.latency(), () => (world.dice.chance(0.5) ? { mysql, ssh } : null)),
    mhaCaller: () => Promise.resolve(process.caller),
    mhaProcesses: () => Promise.resolve([]),
    sayLastWord: () => process.after(world.latency(), () => false),
    thisProcess: () => Promise.resolve({ pid: process.pid, startTicks: '1' }),
    isRunning: ({ pid }) => process.after(0.1, () => processes.isRunning(pid)),
    sendMail: () => process.after(world.latency(), () => undefined),
  };
  return known as Connectors;
}

/** Who gets what is sent to this address from the manager host. */
function reached(world: World, address: string): SimHost | undefined {
  if (address !== writerAddress) return world.hosts.find(({ ip, name }) => ip === address || name === address);
  const holders = world.hosts.filter((host) => host.hasAddress && host.answersManager);
  return holders.length === 0 ? undefined : world.dice.pick(holders);
}

function connectMysql(process: Actor, world: World, target: SqlTarget, timeoutMs: number): Promise<SqlConnection> {
  const pending = new Pending<SqlConnection>(process, world);
  const late = (delayMs: number): void => pending.settle(delayMs, deadline(target, timeoutMs));
  const fate = fateOf(world);
  const there = world.latency() * 2;
  const back = world.latency();
  if (there + back >= timeoutMs || fate === 'lost') {
    late(timeoutMs);
    return pending.promise;
  }
  const fail = (code: string): void =>
    pending.settle(back, connectError(target, coded(code, `connect ${code} ${target.host}:3306`), timeoutMs));
  world.schedule.add(there, () => {
    const host = reached(world, target.host);
    if (host === undefined || !host.answersManager) {
      if (host?.isOn === false && timeoutMs - there > 3_000 && world.dice.chance(0.5)) fail('EHOSTUNREACH');
      else late(timeoutMs - there);
    } else if (host.server.state === 'down' || host.rejects) fail('ECONNREFUSED');
    else if (host.server.state === 'hung' || fate === 'answer lost') late(timeoutMs - there);
    else if (fate === 'reset') fail('ECONNRESET');
    else if (world.isFull()) pending.settle(back, connectError(target, tooManyConnections, timeoutMs));
    else pending.settle(back, new SimConnection(process, world, target.label, host));
    return false;
  });
  return pending.promise;
}

class SimConnection implements SqlConnection {
  readonly #process: Actor;
  readonly #world: World;
  readonly #label: string;
  readonly #host: SimHost;
  readonly #session;
  #isOpen = true;

  constructor(process: Actor, world: World, label: string, host: SimHost) {
    this.#process = process;
    this.#world = world;
    this.#label = label;
    this.#host = host;
    this.#session = host.server.connect('mha');
    process.whenEnded(() => this.#drop());
  }

  get threadId(): number {
    return this.#session.id;
  }

  query(sql: string, _values: unknown, timeoutMs: number): ReturnType<SqlConnection['query']> {
    const world = this.#world;
    const pending = new Pending<Awaited<ReturnType<SqlConnection['query']>>>(this.#process, world);
    const drop = (): void => this.#drop();
    const late = (delayMs: number): void => {
      const what = `${this.#label}: MySQL did not answer "${sql}" within ${timeoutMs / 1000} s`;
      pending.settle(delayMs, new Failure('deadline', what, { hint: 'see SHOW PROCESSLIST there' }), drop);
    };
    const lost = (code: string, delayMs: number): void => {
      const what = `${this.#label}: the connection to MySQL was lost at "${sql}": ${code}`;
      pending.settle(delayMs, new Failure('mysql', what, { cause: coded(code, code) }), drop);
    };
    const fate = fateOf(world);
    const there = world.latency();
    if (!this.#isOpen) lost('EPIPE', 0.1);
    else if (fate === 'lost' || there >= timeoutMs) late(timeoutMs);
    else {
      world.schedule.add(there, () => {
        const { server } = this.#host;
        if (!this.#host.answersManager || server.state === 'hung') late(timeoutMs - there);
        else if (server.sessions.get(this.threadId) !== this.#session) lost('PROTOCOL_CONNECTION_LOST', 0.1);
        // Its client has given it up, or is gone: what is in the pipe is thrown away.
        else if (!this.#isOpen) return false;
        else this.#execute(sql, pending, timeoutMs - there, fate, late, lost);
        return false;
      });
    }
    return pending.promise;
  }

  #execute(
    sql: string,
    pending: Pending<Awaited<ReturnType<SqlConnection['query']>>>,
    leftMs: number,
    fate: Fate,
    late: (delayMs: number) => void,
    lost: (code: string, delayMs: number) => void,
  ): void {
    const world = this.#world;
    const until = world.schedule.now + leftMs;
    let isAnswered = false;
    this.#host.server.execute(sql, this.#session, (result) => {
      isAnswered = true;
      const back = world.latency();
      const rest = until - world.schedule.now;
      if (fate === 'reset') lost('ECONNRESET', back);
      else if (fate === 'answer lost' || back >= rest || !this.#host.answersManager) late(rest);
      else pending.settle(back, result);
    });
    if (!isAnswered) late(leftMs);
  }

  close(): Promise<void> {
    this.#drop();
    return Promise.resolve();
  }

  #drop(): void {
    if (this.#isOpen) this.#host.server.disconnect(this.#session);
    this.#isOpen = false;
  }
}

function connectSsh(process: Actor, world: World, label: string, timeoutMs: number): Promise<Shell> {
  const pending = new Pending<Shell>(process, world);
  const late = (delayMs: number): void =>
    pending.settle(
      delayMs,
      new Failure('deadline', `${label}: no SSH connection within ${timeoutMs / 1000} s (connecting)`, {
        cause: coded('ETIMEDOUT', 'no answer'),
      }),
    );
  const fate = fateOf(world);
  const there = world.latency() * 3;
  const back = world.latency();
  if (there + back >= timeoutMs || fate === 'lost') late(timeoutMs);
  else {
    world.schedule.add(there, () => {
      const host = world.host(label);
      if (!host.answersManager || fate === 'answer lost') late(timeoutMs - there);
      else if (fate === 'reset')
        pending.settle(
          back,
          new Failure('ssh', `${label}: no SSH connection: read ECONNRESET`, { cause: coded('ECONNRESET', 'reset') }),
        );
      else pending.settle(back, new SimShell(process, world, host));
      return false;
    });
  }
  return pending.promise;
}

class SimShell implements Shell {
  readonly label: string;
  readonly #process: Actor;
  readonly #world: World;
  readonly #host: SimHost;

  constructor(process: Actor, world: World, host: SimHost) {
    this.label = host.name;
    this.#process = process;
    this.#world = world;
    this.#host = host;
  }

  arm(argv: readonly string[], timeoutMs: number): () => ReturnType<Shell['run']> {
    return () => this.run(argv, timeoutMs);
  }

  run(argv: readonly string[], timeoutMs: number): ReturnType<Shell['run']> {
    const world = this.#world;
    const pending = new Pending<Awaited<ReturnType<Shell['run']>>>(this.#process, world);
    const late = (delayMs: number): void =>
      pending.settle(
        delayMs,
        new Failure('deadline', `${this.label}: a command did not end within ${timeoutMs / 1000} s`),
      );
    const lost = (delayMs: number): void =>
      pending.settle(
        delayMs,
        new Failure('ssh', `${this.label}: the SSH connection was lost`, { cause: coded('ECONNRESET', 'reset') }),
      );
    const fate = fateOf(world);
    const there = world.latency();
    const boot = this.#host.bootCount;
    if (fate === 'lost' || there >= timeoutMs) late(timeoutMs);
    else {
      const until = world.schedule.now + timeoutMs;
      world.schedule.add(there, () => {
        if (!this.#host.answersManager) late(timeoutMs - there);
        else if (this.#host.bootCount !== boot) lost(0.1);
        else {
          runScript(world, this.#host, argv, (stdout) => {
            const back = world.latency();
            const rest = until - world.schedule.now;
            if (fate === 'reset') lost(back);
            else if (stdout === null || fate === 'answer lost' || back >= rest || !this.#host.answersManager)
              late(rest);
            else pending.settle(back, { code: 0, stdout, stderr: '' });
          });
        }
        return false;
      });
    }
    return pending.promise;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export function identityOf(process: Actor, program: string, conf: string): MhaProcess {
  return { pid: process.pid, startTicks: String(process.pid), program, conf };
}
