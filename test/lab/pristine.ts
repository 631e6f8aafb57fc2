// The data directory that every reset copies, from the cache: it takes a server seconds to make one, and it is the same
// for each lab.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE_DIRECTORY, keepInCache } from './cache.ts';
import { makePristine, PRISTINE } from './databaseHost.ts';
import type { DatabaseServer } from './databaseServer.ts';

/** @param init of a database host, whose /run/lab all hosts share */
export async function havePristine(init: number, server: DatabaseServer): Promise<void> {
  const kept = join(CACHE_DIRECTORY, 'pristine', nameOf(init, server));
  const inHost = `/proc/${init}/root${PRISTINE}`;
  if (existsSync(kept)) return copy(kept, inHost);
  await makePristine(init, server);
  keepInCache(kept, (root) => copy(`${inHost}/.`, root));
}

/** Another one when anything has changed that it is made with, the server's program too. */
function nameOf(init: number, server: DatabaseServer): string {
  const program = server.command.find((word) => word.endsWith(`/${server.process}`)) ?? '';
  const chroot =
    server.command
      .find((word) => word.startsWith('chroot '))
      ?.split(' ')
      .at(-1) ?? '';
  const { size, mtimeMs } = statSync(`/proc/${init}/root${chroot}${program}`);
  const recipe = [server.initialise(PRISTINE), server.unlogged, server.options, server.accounts, size, mtimeMs];
  const hash = createHash('sha256').update(JSON.stringify(recipe)).digest('hex').slice(0, 12);
  return `${server.name}-${hash}`;
}

function copy(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to]);
}
