// A file whole or not at all: written beside its place, then renamed into it.
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { openNoLink } from './openNoLink.ts';

/** Nobody but the owner: such files may hold passwords. */
const mode = 0o600;
let written = 0;

/** A reader sees the old file or the new one; it is on the disk when this resolves. The directory must be there. */
export async function putInPlace(path: string, text: string): Promise<void> {
  const beside = await writeBeside(path, text);
  try {
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** The new name too outlives a power failure. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Two processes never write the same one. @returns its path */
export async function writeBeside(path: string, text: string): Promise<string> {
  written += 1;
  const beside = `${dirname(path)}/.${basename(path)}.${process.pid}-${written}.new`;
  try {
    const file = await openNoLink(beside, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  return beside;
}
