// A lock of the kernel's on an open file (flock): it ends with the process, however that ends, and no text or process
// number has to be believed. Node has no call for it, so util-linux's program does it on our open file.
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { mkdir, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Lock, Locks } from '../../context/Context.ts';
import { errorText } from '../../errors/message.ts';
import { openNoLink } from './openNoLink.ts';

/** What flock leaves with when somebody else has it. */
const heldCode = 75;
/**
 * Whoever looks whether a run is at work has the lock for some milliseconds: no run may be refused for that. A run that
 * is at work has it for longer. In seconds.
 */
const lookSeconds = 0.5;
/** A machine that swaps may take a while to start the program. In ms. */
const programMs = 5_000;

/** Where flock and the shell are when PATH is empty, as under cron. */
const programPath = '/usr/bin:/bin:/usr/local/bin';

export const runLocks: Locks = {
  async take(path, owner) {
    let file: FileHandle;
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o750 });
      file = await openNoLink(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o640);
    } catch (error) {
      return { kind: 'unknown', why: `${path}: ${errorText(error)}` };
    }
    const lock = await lockOpen(file, path, owner).catch((error: unknown) => unknown(path, errorText(error)));
    if (lock.kind !== 'taken') await file.close();
    return lock;
  },
};

async function lockOpen(file: FileHandle, path: string, owner: string): Promise<Lock> {
  const code = await flock(file.fd);
  if (code === heldCode) return { kind: 'held', owner: (await file.readFile('utf8')).trim() };
  if (code !== 0) return unknown(path, code === null ? 'flock (util-linux) cannot be run' : `flock left with ${code}`);
  // For those who are refused. Without it they are refused all the same.
  await file
    .truncate(0)
    .then(() => file.write(`${owner}\n`))
    .catch(() => undefined);
  return { kind: 'taken', release: () => file.close() };
}

function unknown(path: string, why: string): Lock {
  return { kind: 'unknown', why: `${path}: ${why}` };
}

/** Locks the open file that `fd` stands for: the lock is the file's, and stays when the program ends. */
function flock(fd: number): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn('flock', ['-w', String(lookSeconds), '-E', String(heldCode), '3'], {
      stdio: ['ignore', 'ignore', 'ignore', fd],
      env: { PATH: `${process.env['PATH'] ?? ''}:${programPath}` },
      timeout: programMs,
      killSignal: 'SIGKILL',
    });
    child.once('error', () => resolve(null));
    child.once('exit', (code) => resolve(code));
  });
}
