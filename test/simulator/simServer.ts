// A MySQL server as far as the product can tell: flags, sessions, a binary log, replication, events, and the statements
// of src/mysql/openServer.ts.
import type { SqlRow } from '../../src/context/Context.ts';
import { SqlError } from '../../src/errors/errors.ts';
import type { Dice } from './dice.ts';
import type { Schedule } from './schedule.ts';

/** Who changes something: the product, or everything else. */
export type Cause = 'product' | 'outside';

/** What a server needs of the world that it is in. */
export interface Surroundings {
  readonly dice: Dice;
  readonly schedule: Schedule;
  /** What each server answers for its version. */
  readonly version: string;
  readonly servers: readonly SimServer[];
  /** A master has died: nobody gives it the writer back. */
  isMasterLost: boolean;
  newId(): number;
  note(line: string): void;
  /** To be called after each change of what a client can reach. */
  changed(cause: Cause): void;
}

/** What it needs of its host. */
export interface ServerHost {
  readonly name: string;
  readonly ip: string;
  readonly answersClients: boolean;
}

/** A connection to the server: of a client that writes, or of a process of the product. */
export interface SimSession {
  readonly id: number;
  readonly user: string;
  /** `statement`: it keeps read_only from being set. `transaction`: it is idle in one. */
  state: 'idle' | 'statement' | 'transaction';
  /** The other end is still there. */
  isConnected: boolean;
  lockWaitMs: number;
}

type Answer = (result: readonly SqlRow[] | Error) => void;

interface WaitingSet {
  readonly session: SimSession;
  readonly apply: () => void;
  isOver: boolean;
}

interface SimEvent {
  readonly name: string;
  status: string;
}

const eventsStatement =
  'SELECT EVENT_SCHEMA AS es, EVENT_NAME AS name, DEFINER AS definer, STATUS AS status ' +
  'FROM information_schema.EVENTS';

/** How long a statement that waits for a lock outlives its client, in ms: MariaDB looks each second. */
const orphanMs = 1_000;

export class SimServer {
  readonly world: Surroundings;
  readonly host: ServerHost;
  state: 'up' | 'down' | 'hung' = 'up';
  readOnly = true;
  superReadOnly = false;
  /** The flags that it starts with. */
  startsReadOnly = true;
  /** SET PERSIST has left read_only=1. */
  persisted = false;
  readonly sessions = new Map<number, SimSession>();
  /** The numbers of the writes, in their order. */
  readonly log: number[] = [];
  readonly has = new Set<number>();
  logFile = 1;
  /** When it was last made writable. */
  openedAt = 0;
  /** The product has closed it, and nothing else happened to it since. */
  isClosedByProduct = false;
  source: SimServer | null = null;
  scheduler: 'ON' | 'OFF' = 'OFF';
  readonly events: SimEvent[] = [];
  #waiting: WaitingSet[] = [];

  constructor(world: Surroundings, host: ServerHost) {
    this.world = world;
    this.host = host;
  }

  get takesWrites(): boolean {
    return this.state === 'up' && !this.readOnly;
  }

  get hasSuperReadOnly(): boolean {
    return !this.world.version.includes('MariaDB');
  }

  get position(): string {
    return `bin.${String(this.logFile).padStart(6, '0')}:${this.log.length * 100 + 4}`;
  }

  /** Writers wait while somebody waits to set read_only. */
  get isLocked(): boolean {
    return this.#waiting.length > 0;
  }

  connect(user: string): SimSession {
    const session: SimSession = { id: this.world.newId(), user, state: 'idle', isConnected: true, lockWaitMs: 50_000 };
    this.sessions.set(session.id, session);
    return session;
  }

  /** The other end is gone; what it had asked for goes on for a moment. */
  disconnect(session: SimSession): void {
    session.isConnected = false;
    const waits = this.#waiting.filter((one) => one.session === session);
    if (session.state !== 'statement' && waits.length === 0) this.sessions.delete(session.id);
    for (const waiting of waits) {
      this.world.schedule.add(this.world.dice.between(0, orphanMs), () => {
        this.#forget(waiting);
        this.sessions.delete(session.id);
        return false;
      });
    }
  }

  /** The connections by the writer address are gone, together with that. */
  resetClients(): void {
    for (const session of [...this.sessions.values()].filter(({ user }) => user === 'app')) this.disconnect(session);
  }

  /** A statement of a client ends. @returns the number of its write; null where nothing was written */
  commit(session: SimSession): number | null {
    const isThere = this.sessions.get(session.id) === session && this.state !== 'down';
    const mayWrite = session.state === 'statement' || !this.readOnly;
    session.state = 'idle';
    if (!session.isConnected) this.sessions.delete(session.id);
    this.unblock();
    if (!isThere || !mayWrite) return null;
    const write = this.world.newId();
    this.take(write);
    for (const server of this.world.servers)
      if (server.source === this && server.replicates && this.world.dice.chance(0.9)) server.catchUp();
    return write;
  }

  take(write: number): void {
    if (this.has.has(write)) return;
    this.log.push(write);
    this.has.add(write);
  }

  get replicates(): boolean {
    const { source } = this;
    return source !== null && this.state === 'up' && source.state === 'up' && this.#reaches(source.host);
  }

  #reaches(other: ServerHost): boolean {
    return this.host.answersClients && other.answersClients;
  }

  catchUp(): void {
    for (const write of this.source?.log ?? []) this.take(write);
  }

  setFlags(readOnly: boolean, superReadOnly: boolean, cause: Cause): void {
    if (this.readOnly !== readOnly) this.world.note(`${this.host.name} read_only=${readOnly ? 1 : 0}`);
    if (!readOnly) this.openedAt = this.world.schedule.now;
    if (this.readOnly !== readOnly) this.isClosedByProduct = readOnly && cause === 'product';
    this.readOnly = readOnly;
    this.superReadOnly = superReadOnly;
    this.world.changed(cause);
  }

  /** The process ends, and all that it had in memory. */
  stop(): void {
    if (this.takesWrites) this.world.isMasterLost = true;
    this.state = 'down';
    this.sessions.clear();
    this.#waiting = [];
  }

  start(): void {
    this.state = 'up';
    this.readOnly = this.startsReadOnly || this.persisted;
    this.superReadOnly = false;
    this.isClosedByProduct = false;
    this.logFile += 1;
  }

  /** Whoever waits to set read_only gets it when no statement writes. */
  unblock(): void {
    if (this.state !== 'up' || [...this.sessions.values()].some(({ state }) => state === 'statement')) return;
    for (const waiting of this.#waiting.splice(0)) {
      waiting.isOver = true;
      waiting.apply();
    }
  }

  #forget(waiting: WaitingSet): void {
    waiting.isOver = true;
    this.#waiting = this.#waiting.filter((one) => one !== waiting);
  }

  #whenUnlocked(session: SimSession, apply: () => void, answer: Answer): void {
    const waiting: WaitingSet = {
      session,
      isOver: false,
      apply: () => {
        apply();
        answer([]);
        if (!session.isConnected) this.sessions.delete(session.id);
      },
    };
    this.#waiting.push(waiting);
    this.unblock();
    if (waiting.isOver) return;
    this.world.schedule.add(session.lockWaitMs, () => {
      if (waiting.isOver) return false;
      this.#forget(waiting);
      answer(new SqlError(1205, 'Lock wait timeout exceeded; try restarting transaction'));
      return false;
    });
  }

  /** As a server does with several statements at once: it stops at the first that it refuses. */
  #killEach(ids: readonly number[]): SqlError | null {
    for (const id of ids) {
      const refusal = this.#kill(id);
      if (refusal !== null) return refusal;
    }
    return null;
  }

  #kill(id: number): SqlError | null {
    const session = this.sessions.get(id);
    if (session === undefined) return new SqlError(1094, `Unknown thread id: ${id}`);
    session.isConnected = false;
    // What it waits for is given up at once.
    for (const waiting of this.#waiting.filter((one) => one.session === session)) this.#forget(waiting);
    // Work is rolled back first.
    const { dice } = this.world;
    const workMs = dice.chance(0.03) ? dice.between(1_000, 15_000) : dice.between(0, 150);
    const delayMs = session.state === 'idle' ? 0 : workMs;
    this.world.schedule.add(delayMs, () => {
      this.sessions.delete(id);
      this.unblock();
      return false;
    });
    return null;
  }

  execute(sql: string, session: SimSession, answer: Answer): void {
    const set = /^SET (SESSION|GLOBAL) (\w+) = (\w+)$/.exec(sql);
    if (set !== null) {
      this.#set(set[2] ?? '', set[3] ?? '', session, answer);
      return;
    }
    if (/^KILL CONNECTION \d+(?:; KILL CONNECTION \d+)*$/.test(sql)) {
      answer(this.#killEach((sql.match(/\d+/g) ?? []).map(Number)) ?? []);
      return;
    }
    const event = /^ALTER DEFINER = \S+ EVENT `app`\.`(\w+)` (ENABLE|DISABLE ON \w+)$/.exec(sql);
    if (event !== null) {
      const found = this.events.find(({ name }) => name === event[1]);
      if (found !== undefined) found.status = event[2] === 'ENABLE' ? 'ENABLED' : 'SLAVESIDE_DISABLED';
      answer([]);
      return;
    }
    const persist = /^(SET PERSIST read_only = 1|RESET PERSIST IF EXISTS read_only)$/.exec(sql);
    if (persist !== null) {
      this.persisted = sql.startsWith('SET');
      answer([]);
      return;
    }
    answer(this.#select(sql));
  }

  #set(name: string, value: string, session: SimSession, answer: Answer): void {
    switch (name) {
      case 'lock_wait_timeout':
        session.lockWaitMs = Number(value) * 1000;
        break;
      case 'read_only':
        if (value === '1') {
          this.#whenUnlocked(session, () => this.setFlags(true, this.superReadOnly, 'product'), answer);
          return;
        }
        this.setFlags(false, false, 'product');
        break;
      case 'super_read_only':
        if (value === '1') {
          this.#whenUnlocked(session, () => this.setFlags(true, true, 'product'), answer);
          return;
        }
        this.setFlags(this.readOnly, false, 'product');
        break;
      case 'event_scheduler':
        this.scheduler = value === 'ON' ? 'ON' : 'OFF';
        break;
      case 'sql_log_bin':
        break;
      default:
        throw new Error(`the simulator knows no variable ${name}`);
    }
    answer([]);
  }

  #select(sql: string): readonly SqlRow[] | Error {
    switch (sql) {
      case 'SELECT VERSION() AS version':
        return [{ version: this.world.version }];
      case 'SELECT @@global.read_only AS ro':
        return [{ ro: this.readOnly ? 1 : 0 }];
      case 'SELECT @@global.read_only AS ro, @@global.super_read_only AS sro':
        return [{ ro: this.readOnly ? 1 : 0, sro: this.superReadOnly ? 1 : 0 }];
      case 'SHOW MASTER STATUS': {
        const [File, Position] = this.position.split(':');
        return [{ File: File ?? '', Position: Number(Position) }];
      }
      case 'SELECT @@global.gtid_binlog_pos AS gtid':
      case 'SELECT @@global.gtid_executed AS gtid':
        return [{ gtid: `0-1-${this.log.length}` }];
      case 'SELECT trx_mysql_thread_id AS id FROM information_schema.innodb_trx':
        return [...this.sessions.values()].filter(({ state }) => state !== 'idle').map(({ id }) => ({ id }));
      case 'SHOW FULL PROCESSLIST':
        return [...this.sessions.values()].map(({ id, user, state }) => ({
          Id: id,
          User: user,
          Host: `10.0.0.200:${id}`,
          Command: state === 'statement' ? 'Query' : 'Sleep',
          Time: 0,
          Info: state === 'statement' ? 'INSERT' : null,
        }));
      case 'SHOW SLAVE STATUS':
      case 'SHOW REPLICA STATUS':
        return this.source === null ? [] : [this.#replicaRow(this.source)];
      case 'SELECT 1 FROM mysql.plugin LIMIT 0 FOR UPDATE':
        return this.superReadOnly ? new SqlError(1290, 'running with the --super-read-only option') : [];
      case 'SELECT @@global.event_scheduler AS scheduler':
        return [{ scheduler: this.scheduler }];
      case eventsStatement:
        return this.events.map(({ name, status }) => ({ es: 'app', name, definer: 'app@%', status }));
      case "SHOW GLOBAL VARIABLES LIKE 'rpl\\_semi\\_sync\\_%\\_enabled'":
        return [];
      case 'SELECT @@global.persisted_globals_load AS loaded':
        return [{ loaded: 'ON' }];
      default:
        if (sql.includes('persisted_variables')) return this.persisted ? [{ value: 'ON' }] : [];
        if (/^SHOW BINLOG EVENTS |^SELECT 1 FROM performance_schema/.test(sql)) return [];
        throw new Error(`the simulator knows no statement ${sql}`);
    }
  }

  #replicaRow({ host }: SimServer): SqlRow {
    const running = this.replicates ? 'Yes' : 'Connecting';
    return {
      Master_Host: host.ip,
      Master_Port: 3306,
      Slave_IO_Running: running,
      Slave_SQL_Running: 'Yes',
      Seconds_Behind_Master: 0,
      SQL_Delay: 0,
      Slave_SQL_Running_State: 'Slave has read all relay log',
      Last_SQL_Error: '',
      Last_IO_Error: '',
    };
  }
}
