// Where a link stands in place of one of our files, whoever made it decides which file is written to.
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** @param flags of open(2) @throws ELOOP for a link */
export async function openNoLink(path: string, flags: number, mode: number): Promise<FileHandle> {
  try {
    return await open(path, flags | constants.O_NOFOLLOW, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw error;
    throw Object.assign(new Error(`ELOOP: a link where a file should be, open '${path}'`), { code: 'ELOOP' });
  }
}
