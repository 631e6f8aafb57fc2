import { Failure } from '../errors/errors.ts';
import type { ReadOnly, Server } from '../mysql/Server.ts';
import type { Before, Step } from './Step.ts';

/** What is known of sessions that keep read_only from being set. */
export interface Blockers {
  /** How long writers may finish, in ms. */
  readonly graceMs: number;
  /** Ends the sessions that are still writing; returns how many. */
  terminate(): Promise<number>;
}

/** How long the server waits for its lock once nobody should be in the way, in ms. */
const unhinderedMs = 3_000;

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
      if (await server.setReadOnly(want, blockers?.graceMs ?? unhinderedMs)) return {};
      const ended = await (blockers?.terminate() ?? Promise.resolve(0));
      if (await server.setReadOnly(want, unhinderedMs))
        return { detail: `after terminating ${sessions(ended)} that still wrote` };
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
