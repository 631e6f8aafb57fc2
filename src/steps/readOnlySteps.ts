import { Failure } from '../errors/errors.ts';
import { errorLine } from '../errors/message.ts';
import type { ReadOnly, Server } from '../mysql/Server.ts';
import type { Before, Step } from './Step.ts';

/** What is known of sessions that keep read_only from being set. */
export interface Blockers {
  /** How long writers may finish, in ms. */
  readonly graceMs: number;
  /** Ends the sessions without work, of which one may hold LOCK TABLES; returns how many. Null: they get time too. */
  readonly terminateIdle: (() => Promise<number>) | null;
  /** Ends all sessions; returns how many. */
  readonly terminateAll: () => Promise<number>;
}

/** How long the server waits for its lock once nobody should be in the way, in ms. */
const unhinderedMs = 3_000;
/** Until idle sessions are suspected to be in the way, in ms; servers count in seconds. */
const suspicionMs = 1_000;

/**
 * read_only=1, and super_read_only=1 where asked for and supported.
 * @param blockers null: a replica, where nobody writes
 */
export function setReadOnly(server: Server, superReadOnly: boolean, blockers: Blockers | null): Step {
  const flags = superReadOnly ? 'read_only=1 and super_read_only=1' : 'read_only=1';
  const isSo = (now: ReadOnly): boolean => now.readOnly && (!superReadOnly || now.superReadOnly !== false);
  return {
    id: `set-read-only:${server.label}`,
    title: `set ${flags} on ${server.label}`,
    async check() {
      const now = await server.readOnly();
      return isSo(now) ? null : { ...now };
    },
    async apply() {
      const want = { readOnly: true, superReadOnly: superReadOnly ? true : null };
      let ended = 0;
      for (const { end, waitMs } of attempts(blockers)) {
        ended += await end();
        if (await server.setReadOnly(want, waitMs))
          return ended === 0 ? {} : { detail: `after terminating ${sessions(ended)} that may have been in the way` };
      }
      throw new Failure(
        'mysql',
        `${server.label}: read_only could not be set: statements that write, or LOCK TABLES, held the server's lock`,
        { hint: 'see SHOW FULL PROCESSLIST there; end what is running and try again' },
      );
    },
    async verify() {
      if (!isSo(await server.readOnly()))
        throw new Failure('mysql', `${server.label}: ${flags} was set, but does not read back so`);
    },
    undo: {
      title: `set the read_only flags of ${server.label} back as they were`,
      run: async (before) => {
        const want = {
          readOnly: before['readOnly'] === true,
          superReadOnly: typeof before['superReadOnly'] === 'boolean' ? before['superReadOnly'] : null,
        };
        await restore(server, want);
        return [];
      },
    },
  };
}

interface Attempt {
  /** What is done before it. @returns how many sessions were ended */
  readonly end: () => Promise<number>;
  readonly waitMs: number;
}

const nobody = (): Promise<number> => Promise.resolve(0);

function attempts(blockers: Blockers | null): readonly Attempt[] {
  if (blockers === null) return [{ end: nobody, waitMs: unhinderedMs }];
  const { graceMs, terminateIdle, terminateAll } = blockers;
  const firstMs = terminateIdle === null ? graceMs : Math.min(graceMs, suspicionMs);
  const restMs = graceMs - firstMs;
  return [
    { end: nobody, waitMs: firstMs },
    ...(terminateIdle === null || restMs === 0 ? [] : [{ end: terminateIdle, waitMs: restMs }]),
    { end: terminateAll, waitMs: unhinderedMs },
  ];
}

/**
 * A server that is closed comes up closed after a restart, whatever its option files say: SET PERSIST, where the server
 * has that (MySQL 8). After the outage: it writes a file. Where it cannot be done the option files decide, and that is
 * only said.
 */
export function persistReadOnly(label: string, connect: () => Promise<Server>): Step {
  return {
    id: `persist-read-only:${label}`,
    title: `keep read_only=1 on ${label} over a restart`,
    async check() {
      // One that has gone meanwhile is looked at by others.
      const server = await connect().catch(() => null);
      if (server === null) return null;
      const { readOnly } = await server.readOnly();
      const now = await server.readOnlyPersisted();
      // SET PERSIST would close a server that somebody has opened meanwhile.
      return now === 'cannot' || now === true || !readOnly ? null : {};
    },
    async apply() {
      try {
        await (await connect()).persistReadOnly(true);
        return {};
      } catch (error) {
        return { note: `not done: its option files decide (${errorLine(error)})` };
      }
    },
    verify: () => Promise.resolve(),
    undo: {
      title: `let the option files of ${label} decide on read_only again`,
      async run() {
        await (await connect()).persistReadOnly(false);
        return [];
      },
    },
  };
}

/** read_only=0 (which clears super_read_only too): the server takes writes from now on. */
export function clearReadOnly(server: Server): Step {
  return {
    id: `clear-read-only:${server.label}`,
    title: `set read_only=0 on ${server.label}`,
    async check() {
      const now = await server.readOnly();
      // Whoever undoes this compares: what was written here since then is on no other server.
      return now.readOnly
        ? { ...now, position: await server.binlogPosition(), gtid: await server.gtidPosition() }
        : null;
    },
    async apply() {
      await server.setReadOnly({ readOnly: false, superReadOnly: null }, unhinderedMs);
      return {};
    },
    async verify() {
      if ((await server.readOnly()).readOnly)
        throw new Failure('mysql', `${server.label}: read_only=0 was set, but reads back as 1`);
    },
    undo: {
      title: `set read_only=1 on ${server.label} again`,
      // First of all: clients that have the address may have written, and then it must keep that too.
      decides: true,
      run: async (before) => {
        await refuseIfWritten(server, before);
        const found = await server.readOnly();
        await restore(server, { readOnly: true, superReadOnly: before['superReadOnly'] === true ? true : null });
        try {
          await refuseIfWritten(server, before);
        } catch (error) {
          // Only what this has closed: one that was closed already may have got a successor.
          if (!found.readOnly) await restore(server, { readOnly: false, superReadOnly: null });
          throw error;
        }
        return [];
      },
    },
  };
}

/** @throws Failure `refused`: what was written since the server was opened is nowhere else */
async function refuseIfWritten(server: Server, { position: before }: Before): Promise<void> {
  if (typeof before !== 'string') return;
  const now = await server.binlogPosition();
  if (now === before) return;
  const what = `${server.label} was written to since it was opened (binary log ${before}, now ${String(now)})`;
  throw new Failure('refused', `${what}: it stays the master`);
}

async function restore(server: Server, want: ReadOnly): Promise<void> {
  const found = await server.readOnly();
  if (found.readOnly === want.readOnly && (want.superReadOnly === null || found.superReadOnly === want.superReadOnly))
    return;
  if (!(await server.setReadOnly(want, unhinderedMs))) {
    throw new Failure(
      'mysql',
      `${server.label}: read_only could not be changed: statements that write held the server's lock`,
    );
  }
  const now = await server.readOnly();
  if (now.readOnly !== want.readOnly || (want.superReadOnly !== null && now.superReadOnly !== want.superReadOnly)) {
    throw new Failure('mysql', `${server.label}: the read_only flags do not read back as they were set`);
  }
}

function sessions(count: number): string {
  return `${count} session${count === 1 ? '' : 's'}`;
}
