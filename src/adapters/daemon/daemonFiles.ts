import { createHash } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DaemonFiles } from '../../context/Context.ts';
import { diskFiles } from '../files/diskFiles.ts';
import { putInPlace, writeBeside } from '../files/putInPlace.ts';

const again = Symbol('the lock has changed meanwhile');

export const daemonFiles: DaemonFiles = {
  async replace(path, text) {
    await makeDirectory(path);
    await putInPlace(path, text);
  },
  modifiedAt: (path) => orNull(stat(path).then(({ mtimeMs }) => mtimeMs)),
  tail: async (path, bytes) => (await orNull(diskFiles.tail(path, bytes))) ?? '',
  async lock(path, text, isHeld) {
    await makeDirectory(path);
    const own = await writeBeside(path, text);
    try {
      for (;;) {
        // A link is made or not, and never half a file.
        if (await succeeds(link(own, path))) return null;
        const there = await orNull(readFile(path, 'utf8'));
        if (there === null) continue;
        if (isHeld(there)) return there;
        const other = await takeOver(path, there, own, isHeld);
        if (other !== again) return other;
      }
    } finally {
      await rm(own, { force: true });
    }
  },
};

/**
 * Takes over a lock that nobody holds. Of all who try, the one may that has made the claim file named after the text
 * that was left; it is removed only when that text is no longer there, so whoever still goes by the old text finds
 * either the claim or another text. A claim whose owner was killed is taken over in the same way.
 */
async function takeOver(
  path: string,
  left: string,
  own: string,
  isHeld: (text: string) => boolean,
): Promise<string | null | typeof again> {
  const claim = `${path}.after-${createHash('sha256').update(left).digest('hex').slice(0, 16)}`;
  if (!(await succeeds(link(own, claim)))) {
    const claimed = await orNull(readFile(claim, 'utf8'));
    if (claimed === null) return again;
    if (isHeld(claimed)) return claimed;
    const copy = await writeBeside(claim, await readFile(own, 'utf8'));
    const other = await takeOver(claim, claimed, copy, isHeld).finally(() => rm(copy, { force: true }));
    if (other !== null) return other;
  }
  if ((await orNull(readFile(path, 'utf8'))) !== left) {
    await rm(claim, { force: true });
    return again;
  }
  await rename(own, path);
  await rm(claim, { force: true });
  return null;
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o750 });
}

async function succeeds(made: Promise<void>): Promise<boolean> {
  try {
    await made;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Null when there is no such file. */
async function orNull<T>(answer: Promise<T>): Promise<(T extends void ? true : T) | null> {
  try {
    return ((await answer) ?? true) as T extends void ? true : T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
