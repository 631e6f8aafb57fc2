import type { BinlogEvents, ReadOnly, ScheduledEvent, Server, Session } from '../../src/mysql/Server.ts';

/** A server whose state the test sets and whose calls are kept. */
export class FakeServer implements Server {
  readonly label: string;
  readonly version = 'MariaDB 10.11.6';
  readonly calls: string[] = [];
  flags: ReadOnly = { readOnly: false, superReadOnly: null };
  sessions: Session[] = [];
  scheduler: 'ON' | 'OFF' = 'OFF';
  events: ScheduledEvent[] = [];
  position: string | null = 'bin.000001:100';
  /** Answers of setReadOnly, in order; true when used up. */
  readonly lockAnswers: boolean[] = [];
  /** Called before each look at the sessions, so that a test can let time do its work. */
  onLook: () => void = () => undefined;
  /** False: KILL has no effect. */
  killable = true;

  constructor(label: string) {
    this.label = label;
  }

  readOnly(): Promise<ReadOnly> {
    return Promise.resolve(this.flags);
  }

  setReadOnly(want: ReadOnly, waitMs: number): Promise<boolean> {
    const more = want.superReadOnly === null ? '' : ` super_read_only=${want.superReadOnly ? 1 : 0}`;
    this.calls.push(`read_only=${want.readOnly ? 1 : 0}${more} wait ${waitMs}`);
    const answer = this.lockAnswers.shift() ?? true;
    if (answer)
      this.flags = { readOnly: want.readOnly, superReadOnly: want.superReadOnly ?? this.#superAfter(want.readOnly) };
    return Promise.resolve(answer);
  }

  /** What SET PERSIST has left. */
  persisted: boolean | 'cannot' = 'cannot';

  readOnlyPersisted(): Promise<boolean | 'cannot'> {
    return Promise.resolve(this.persisted);
  }

  persistReadOnly(on: boolean): Promise<void> {
    this.calls.push(`persist ${on ? 'on' : 'off'}`);
    this.persisted = on;
    return Promise.resolve();
  }

  /** Clearing read_only clears the other flag too, where the server has it. */
  #superAfter(readOnly: boolean): boolean | null {
    if (readOnly || this.flags.superReadOnly === null) return this.flags.superReadOnly;
    return false;
  }

  clientSessions(): Promise<readonly Session[]> {
    this.onLook();
    return Promise.resolve([...this.sessions]);
  }

  terminate(sessions: readonly Session[]): Promise<void> {
    for (const session of sessions) {
      this.calls.push(`kill ${session.id}`);
      if (this.killable) this.sessions = this.sessions.filter(({ id }) => id !== session.id);
    }
    return Promise.resolve();
  }

  binlogPosition(): Promise<string | null> {
    return Promise.resolve(this.position);
  }

  globalLock(): Promise<'free'> {
    return Promise.resolve('free');
  }

  gtidPosition(): Promise<string | null> {
    return Promise.resolve(null);
  }

  binlogEventsAfter(): Promise<BinlogEvents> {
    return Promise.resolve({ lines: [], complete: true });
  }

  eventScheduler(): Promise<'ON' | 'OFF'> {
    return Promise.resolve(this.scheduler);
  }

  setEventScheduler(on: boolean): Promise<void> {
    this.calls.push(`event_scheduler=${on ? 'ON' : 'OFF'}`);
    this.scheduler = on ? 'ON' : 'OFF';
    return Promise.resolve();
  }

  scheduledEvents(): Promise<readonly ScheduledEvent[]> {
    return Promise.resolve(this.events);
  }

  setEventEnabled({ name }: Pick<ScheduledEvent, 'name'>, enabled: boolean): Promise<void> {
    this.calls.push(`event ${name} ${enabled ? 'on' : 'off'}`);
    const status = enabled ? 'enabled' : 'disabled on replica';
    this.events = this.events.map((event) => (event.name === name ? { ...event, status } : event));
    return Promise.resolve();
  }

  semiSynchronousReplica(): Promise<null> {
    return Promise.resolve(null);
  }

  replication(): Promise<null> {
    return Promise.resolve(null);
  }

  grants(): Promise<readonly string[]> {
    return Promise.resolve(['GRANT ALL PRIVILEGES ON *.* TO `mha`@`%`']);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A session; idle unless told otherwise. */
export function session(id: number, more: Partial<Session> = {}): Session {
  return {
    id,
    user: 'app',
    client: '192.168.10.200:4711',
    command: 'Sleep',
    seconds: 1,
    statement: null,
    inTransaction: false,
    ...more,
  };
}
