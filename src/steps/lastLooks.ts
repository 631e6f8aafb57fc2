// After the new master has the address: is it well, and has the old one really come to rest? Clients write by now, so
// what is found is left to a person; nothing is undone.
import type { Files } from '../context/Context.ts';
import { Failure } from '../errors/errors.ts';
import { errorLine } from '../errors/message.ts';
import type { Server } from '../mysql/Server.ts';
import type { Step } from './Step.ts';

/** How long the new connection is waited for, in ms: MHA has yet to point the replicas. */
export const healthPatience = { busy: 10_000, down: 1_000 };

/**
 * The new master answers a new connection, and takes writes.
 * @param connect makes that connection
 */
export function seeHealth(label: string, connect: () => Promise<Server>): Step {
  return {
    id: `see-health:${label}`,
    title: `see that ${label} takes writes`,
    check: () => Promise.resolve({}),
    async apply() {
      const { readOnly } = await (await connect()).readOnly();
      if (readOnly) throw new Failure('mysql', `${label} is read-only again`);
      return {};
    },
    verify: () => Promise.resolve(),
    failureLeaves: (failure) => [
      `${label} was made the master, but does not take writes now (${errorLine(failure)}): see what happened ` +
        'to it, at once',
    ],
  };
}

/** How many events of the binary log are kept for a person. */
const mostEvents = 5_000;

/**
 * The old master's binary log stands where `stop` has left it. Else somebody wrote there by a way that read_only does
 * not close, and those writes are nowhere else: they are kept in a file.
 * @param connect gives its connection; one that does not answer any more leaves it to a person, too
 * @param rest where `stop` saw it come to rest
 * @param path of the file
 */
export function compareOldMaster(
  label: string,
  connect: () => Promise<Server>,
  rest: string,
  files: Files,
  path: string,
): Step {
  return {
    id: `compare-old-master:${label}`,
    title: `see that nothing was written on ${label} since it was closed`,
    check: () => Promise.resolve({}),
    async apply() {
      const server = await connect();
      const now = await server.binlogPosition();
      if (now === rest) return { detail: rest };
      const { lines, complete } = await server.binlogEventsAfter(rest, mostEvents);
      await files.writePrivate(path, `${lines.join('\n')}\n`);
      const more = complete ? '' : ` (the first ${mostEvents} events)`;
      return {
        detail: `${rest}, now ${String(now)}`,
        leftToDo: [
          `ERROR: ${label} was written to after it had been closed (binary log ${rest}, now ` +
            `${String(now)}), and the new master lacks that: see ${path}${more}; stop who writes there (SUPER ` +
            `or READ ONLY ADMIN), and repair or rebuild ${label} before it replicates`,
        ],
      };
    },
    verify: () => Promise.resolve(),
    failureLeaves: (failure) => [
      `it is not known whether ${label} was written to after it had been closed (${errorLine(failure)})`,
    ],
  };
}
