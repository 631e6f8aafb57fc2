// The hook's side of LastWord.pm: MHA's monitor has a session on the dead master from when all was well.
import { once } from 'node:events';
import { connect } from 'node:net';

/** How long MHA's child has for it, in ms: it only sends. */
const limitMs = 500;

/**
 * Has the dead master told to take no more writes.
 * @param path where MHA's child listens; undefined or empty: there is none
 * @returns whether that is on its way to it; whether it arrives, nobody knows. Never throws.
 */
export async function sayLastWord(path: string | undefined): Promise<boolean> {
  if (path === undefined || path === '') return false;
  const socket = connect(path);
  const limit = AbortSignal.timeout(limitMs);
  try {
    socket.write('now\n');
    const [answer] = (await once(socket, 'data', { signal: limit })) as [Buffer];
    return answer.toString() === 'said\n';
  } catch {
    return false;
  } finally {
    socket.on('error', () => undefined);
    socket.destroy();
  }
}
