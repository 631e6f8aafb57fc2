import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileLook, Files } from '../../context/Context.ts';
import { openNoLink } from './openNoLink.ts';
import { putInPlace, replaceFile } from './putInPlace.ts';

/** The journal may name hosts and users: for the group of the manager's account, not for everybody. */
const directoryMode = 0o750;
const fileMode = 0o640;
const privateDirectoryMode = 0o700;
/** So often in a row a file is not replaced while it is appended to. */
const mostReplaced = 5;

export const diskFiles: Files = {
  async list(directory) {
    return (await readdir(directory)).sort();
  },
  read: (path) => readFile(path, 'utf8'),
  async append(path, text) {
    await mkdir(dirname(path), { recursive: true, mode: directoryMode });
    for (let attempt = 0; attempt < mostReplaced && !(await appended(path, text)); attempt += 1);
  },
  async tail(path, bytes) {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const buffer = Buffer.alloc(Math.min(size, bytes));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  },
  async writePrivate(path, text) {
    const directory = dirname(path);
    await mkdir(dirname(directory), { recursive: true, mode: directoryMode });
    await mkdir(directory, { recursive: true, mode: privateDirectoryMode });
    await putInPlace(path, text);
  },
  replace: (path, text, { like, former }) => replaceFile(path, text, like, former),
  mode: (path) =>
    stat(path).then(
      ({ mode }) => mode & 0o7777,
      () => null,
    ),
  look: (path) =>
    lstat(path).then(
      (stats) => ({ kind: kindOf(stats), owner: ownerOf(stats), mode: stats.mode & 0o7777 }),
      () => null,
    ),
  rename,
  remove: (path) => rm(path),
};

/** False where the file has lost its name meanwhile: what was written is nowhere then. */
async function appended(path: string, text: string): Promise<boolean> {
  const file = await openNoLink(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, fileMode);
  try {
    const bytes = Buffer.from(text);
    const { bytesWritten } = await file.write(bytes);
    // The kernel takes less than all only when the disk is full.
    if (bytesWritten < bytes.length)
      throw Object.assign(new Error(`ENOSPC: no space left on device, write '${path}'`), { code: 'ENOSPC' });
    const own = await file.stat();
    const named = await stat(path).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? null : own));
    return named?.ino === own.ino && named.dev === own.dev;
  } finally {
    await file.close();
  }
}

function kindOf(stats: Stats): FileLook['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

function ownerOf({ uid }: Stats): FileLook['owner'] {
  if (uid === process.geteuid?.()) return 'self';
  return uid === 0 ? 'root' : 'other';
}
