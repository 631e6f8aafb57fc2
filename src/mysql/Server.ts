import type { Unknown } from '../errors/unknown.ts';

/** `superReadOnly` is null where the server has no such variable (MariaDB, MySQL before 5.7.8). */
export interface ReadOnly {
  readonly readOnly: boolean;
  readonly superReadOnly: boolean | null;
}

/** Of whom a server is a replica, and whether that works. */
export interface Replication {
  /** As CHANGE MASTER was told: a name or an address. */
  readonly sourceHost: string;
  readonly sourcePort: number;
  /** How far it has executed its source's binary log, `file:position`; null where it does not say. */
  readonly executed: string | null;
  /** Both threads run, and the one that reads is connected. */
  readonly running: boolean;
  /** Null where the server does not know. */
  readonly secondsBehind: number | null;
  /** Seconds that it is to stay behind by configuration (MASTER_DELAY, SOURCE_DELAY). */
  readonly delay: number;
  /** What the thread that applies is doing, in the server's words; empty where it does not run. */
  readonly applier: string;
  /** The server's last error; empty when there is none. */
  readonly error: string;
}

export interface Session {
  readonly id: number;
  readonly user: string;
  /** Client address and port as the server shows it. */
  readonly client: string;
  readonly command: string;
  /** Seconds in the present state. */
  readonly seconds: number;
  readonly statement: string | null;
  readonly inTransaction: boolean;
}

/** An event of the event scheduler. */
export interface ScheduledEvent {
  readonly schema: string;
  readonly name: string;
  /** `user@host`. */
  readonly definer: string;
  readonly status: 'enabled' | 'disabled' | 'disabled on replica';
}

/** Transactions of a binary log, as the server lists them. */
export interface BinlogEvents {
  /** One line each: file, position, kind, text. */
  readonly lines: readonly string[];
  /** False where there are more than were asked for. */
  readonly complete: boolean;
}

/**
 * A MySQL or MariaDB server, as far as a failover is concerned. Every method has a deadline and throws Failure `mysql`
 * or `deadline`.
 */
export interface Server {
  /** The host as MHA's configuration writes it. */
  readonly label: string;
  /** For instance `MariaDB 10.11.6`. */
  readonly version: string;
  readOnly(): Promise<ReadOnly>;
  /**
   * Sets both flags; `superReadOnly: null` leaves that one alone, and where the server has none it is not set. Blocks
   * while statements that write are running.
   * @param waitMs how long to wait for those; the server itself gives up then, so the flag is never set later.
   * @returns false when writers were still in the way after `waitMs`; a flag that was not reached by then is not set.
   */
  setReadOnly(want: ReadOnly, waitMs: number): Promise<boolean>;
  /**
   * Whether it comes up read-only after a restart because of SET PERSIST; `cannot`: it has none, and its option files
   * decide.
   */
  readOnlyPersisted(): Promise<boolean | 'cannot' | Unknown>;
  /** SET PERSIST read_only=1, or takes back what that has left; read_only itself is 1, or stays as it is. */
  persistReadOnly(on: boolean): Promise<void>;
  /** Sessions of clients: without this connection, replication, the event scheduler and the server's own threads. */
  clientSessions(): Promise<readonly Session[]>;
  /** Ends the sessions; one that is gone already is no error. */
  terminate(sessions: readonly Session[]): Promise<void>;
  /** `file:position` of the binary log, or null where it is off. */
  binlogPosition(): Promise<string | null>;
  /**
   * Whether a session holds the global read lock (FLUSH TABLES WITH READ LOCK, a backup), so that nothing is applied
   * there. Waits up to 1 s for one.
   */
  globalLock(): Promise<'free' | 'locked' | Unknown>;
  /** GTIDs that its binary log has; null where it writes none. */
  gtidPosition(): Promise<string | null>;
  /**
   * What its binary log has behind `position` (`file:offset`), at most `limit` events of that file.
   */
  binlogEventsAfter(position: string, limit: number): Promise<BinlogEvents>;
  /** `DISABLED`: by an option at its start, nobody can switch it on. */
  eventScheduler(): Promise<'ON' | 'OFF' | 'DISABLED'>;
  setEventScheduler(on: boolean): Promise<void>;
  scheduledEvents(): Promise<readonly ScheduledEvent[]>;
  /** Enables an event, or disables it as on a replica; not written to the binary log, its definer stays. */
  setEventEnabled(event: Pick<ScheduledEvent, 'schema' | 'name' | 'definer'>, enabled: boolean): Promise<void>;
  /** Whether it acknowledges as a semi-synchronous replica; null: it has no such plugin. */
  semiSynchronousReplica(): Promise<boolean | null>;
  /** Null for a server that is no replica. Needs REPLICATION CLIENT, which MHA's user has. */
  replication(): Promise<Replication | null>;
  /** What the user of this connection may do, as SHOW GRANTS says it. */
  grants(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Whether a session has work that is worth waiting for. */
export function isWorking(session: Session): boolean {
  return session.inTransaction || (session.command !== 'Sleep' && session.command !== 'Connect');
}
