// A file whole or not at all: written beside its place, then renamed into it.
import { constants } from 'node:fs';
import { link, open, rename, rm, stat } from 'node:fs/promises';
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

/** With owner, group and mode of `like`. @throws EPERM, EEXIST: nothing is changed */
export async function replaceFile(path: string, text: string, like: string, former?: string): Promise<void> {
  const { uid, gid, mode: others } = await stat(like);
  const beside = await writeBeside(path, text);
  try {
    const file = await open(beside, 'r');
    try {
      const own = await file.stat();
      if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid);
      await file.chmod(others & 0o7777);
      await file.sync();
    } finally {
      await file.close();
    }
    if (former !== undefined) await link(path, former);
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
