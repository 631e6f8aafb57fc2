// Connections that are kept between the looks: a login for each look would cost the servers more than the look itself.
// None is trusted: before it is used it answers, and one that is lost is opened again at once. Only for what changes
// nothing, because a command whose connection was lost is sent again.
import type { Clock, CommandResult, Connectors, Shell, SqlConnection } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';

/** Between attempts to open one whose last attempts failed, in ms; the last one again and again. */
const againMs = [0, 10_000, 20_000, 30_000] as const;
/** One that has just answered is not asked again, in ms. */
const freshMs = 1_000;
/** A connection that is there answers within this time, in ms. */
const answerMs = 2_000;

interface Slot<T> {
  open: T | null;
  opening: Promise<T> | null;
  answeredAt: number;
  failures: number;
  lastFailure: unknown;
  notBefore: number;
}

export class KeptConnections {
  readonly #connect: Connectors;
  readonly #clock: Clock;
  readonly #sql = new Map<string, Slot<SqlConnection>>();
  readonly #shells = new Map<string, Slot<Shell>>();
  readonly #services = new Map<string, { limit: () => number; api: Promise<unknown> | null }>();

  constructor(connect: Connectors, clock: Clock) {
    this.#connect = connect;
    this.#clock = clock;
  }

  /** As the connectors that it was made of, but for connections that outlive close(). */
  get connect(): Connectors {
    return {
      ...this.#connect,
      mysql: async (target, timeoutMs) => {
        const slot = slotOf(this.#sql, `${target.user}@${target.host}:${target.port}`);
        return this.#sqlConnection(slot, timeoutMs, (limit) => this.#connect.mysql(target, limit));
      },
      ssh: async (target, timeoutMs) => {
        const slot = slotOf(this.#shells, JSON.stringify([target.host, target.ip, target.port, target.user]));
        return this.#shell(slot, target.label, timeoutMs, (limit) => this.#connect.ssh(target, limit));
      },
      // They log in again by themselves when they must; each look has its own limit.
      ec2: async (target, limit) => this.#service('ec2', target, limit, (now) => this.#connect.ec2(target, now)),
      openstack: async (target, limit) =>
        this.#service('openstack', target, limit, (now) => this.#connect.openstack(target, now)),
    };
  }

  async close(): Promise<void> {
    const slots: readonly Slot<SqlConnection | Shell>[] = [...this.#sql.values(), ...this.#shells.values()];
    await Promise.allSettled(slots.map((slot) => drop(slot)));
  }

  async #sqlConnection(
    slot: Slot<SqlConnection>,
    timeoutMs: number,
    open: (limitMs: number) => Promise<SqlConnection>,
  ): Promise<SqlConnection> {
    const began = this.#clock.monotonic();
    if (slot.open !== null && began - slot.answeredAt >= freshMs) await this.#ask(slot, slot.open, timeoutMs);
    const connection = await this.#opened(slot, () => open(this.#left(timeoutMs, began)));
    return {
      threadId: connection.threadId,
      async query(sql, values, limitMs) {
        try {
          return await connection.query(sql, values, limitMs);
        } catch (error) {
          // What the server itself answered leaves the connection whole.
          if (error instanceof Failure && slot.open === connection) void drop(slot);
          throw error;
        }
      },
      close: () => Promise.resolve(),
    };
  }

  /** @throws Failure `deadline`: a server that does not answer on this connection will not on another */
  async #ask(slot: Slot<SqlConnection>, connection: SqlConnection, timeoutMs: number): Promise<void> {
    try {
      await connection.query('SELECT 1', [], Math.min(timeoutMs, answerMs));
      slot.answeredAt = this.#clock.monotonic();
    } catch (error) {
      if (slot.open === connection) void drop(slot);
      if (error instanceof Failure && error.kind === 'deadline') throw error;
    }
  }

  async #shell(
    slot: Slot<Shell>,
    label: string,
    timeoutMs: number,
    open: (limitMs: number) => Promise<Shell>,
  ): Promise<Shell> {
    const isKept = slot.open !== null;
    const first = await this.#opened(slot, () => open(timeoutMs));
    return {
      label,
      run: async (argv, limitMs): Promise<CommandResult> => {
        const began = this.#clock.monotonic();
        const shell = slot.open ?? (await this.#opened(slot, () => open(Math.min(timeoutMs, limitMs))));
        try {
          return await shell.run(argv, limitMs);
        } catch (error) {
          if (error instanceof Failure && slot.open === shell) void drop(slot);
          if (!isKept || shell !== first || !(error instanceof Failure) || error.kind !== 'ssh') throw error;
        }
        const fresh = await this.#opened(slot, () => open(this.#left(Math.min(timeoutMs, limitMs), began)));
        return fresh.run(argv, this.#left(limitMs, began));
      },
      close: () => Promise.resolve(),
    };
  }

  async #service<T>(
    kind: string,
    target: object,
    limit: () => number,
    open: (limit: () => number) => Promise<T>,
  ): Promise<T> {
    const key = `${kind} ${JSON.stringify(target)}`;
    const kept = this.#services.get(key) ?? { limit, api: null };
    this.#services.set(key, kept);
    kept.limit = limit;
    kept.api ??= open(() => kept.limit());
    kept.api.catch(() => {
      kept.api = null;
    });
    return kept.api as Promise<T>;
  }

  #left(limitMs: number, began: number): number {
    return Math.max(1, limitMs - (this.#clock.monotonic() - began));
  }

  /** The open connection, or a new one; two who ask at the same time share it. */
  async #opened<T extends { close(): Promise<void> }>(slot: Slot<T>, open: () => Promise<T>): Promise<T> {
    if (slot.open !== null) return slot.open;
    if (slot.opening === null && this.#clock.monotonic() < slot.notBefore) throw slot.lastFailure;
    slot.opening ??= open().then(
      (opened) => {
        Object.assign(slot, { open: opened, opening: null, failures: 0, notBefore: 0 });
        slot.answeredAt = this.#clock.monotonic();
        return opened;
      },
      (error: unknown) => {
        this.#failed(slot, error);
        throw error;
      },
    );
    return slot.opening;
  }

  /** A port where nobody listens costs nothing, and what it says is certain: it is asked each time. */
  #failed<T>(slot: Slot<T>, error: unknown): void {
    slot.opening = null;
    const cause = error instanceof Failure ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
    if (cause?.code === 'ECONNREFUSED') return;
    const pause = againMs[Math.min(slot.failures, againMs.length - 1)] ?? 0;
    slot.failures += 1;
    slot.lastFailure = error;
    slot.notBefore = this.#clock.monotonic() + pause;
  }
}

function slotOf<T>(slots: Map<string, Slot<T>>, key: string): Slot<T> {
  const known = slots.get(key);
  if (known !== undefined) return known;
  const nothing = { open: null, opening: null, answeredAt: 0, failures: 0, lastFailure: null, notBefore: 0 };
  slots.set(key, nothing);
  return nothing;
}

async function drop<T extends { close(): Promise<void> }>(slot: Slot<T>): Promise<void> {
  const { open } = slot;
  slot.open = null;
  await open?.close().catch(() => undefined);
}
