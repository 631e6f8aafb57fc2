import { link, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DaemonFiles } from '../context/Context.ts';

let written = 0;

export const daemonFiles: DaemonFiles = {
  async replace(path, text) {
    await rename(await temporary(path, text), path);
  },
  modifiedAt: (path) => orNull(stat(path).then(({ mtimeMs }) => mtimeMs)),
  async tail(path, bytes) {
    const file = await orNull(open(path, 'r'));
    if (file === null) return '';
    try {
      const { size } = await file.stat();
      const buffer = Buffer.alloc(Math.min(size, bytes));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  },
  async lock(path, text, isHeld) {
    const own = await temporary(path, text);
    try {
      for (;;) {
        // A link is made or not, and never half a file.
        if (await succeeds(link(own, path))) return null;
        const there = await orNull(readFile(path, 'utf8'));
        if (there === null) continue;
        if (isHeld(there)) return there;
        await takeAway(path, there, own);
      }
    } finally {
      await rm(own, { force: true });
    }
  },
};

/** Removes a lock that nobody holds. Whoever was quicker may have put a new one there meanwhile: that goes back. */
async function takeAway(path: string, left: string, own: string): Promise<void> {
  const aside = `${own}.left`;
  if (await orNull(rename(path, aside)) === null) return;
  if (await readFile(aside, 'utf8') !== left) await succeeds(link(aside, path));
  await rm(aside);
}

async function temporary(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o750 });
  written += 1;
  const own = `${path}.${process.pid}-${written}.new`;
  await writeFile(own, text, { mode: 0o600 });
  return own;
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
