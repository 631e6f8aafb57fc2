// Ending many sessions while clients wait: one by one, each would cost them a round trip.
import { isNoSuchThread, isRefusal, threadNamedIn } from './serverErrors.ts';

/** Of one message: some kilobytes, whatever the numbers are. */
const atOnce = 200;

/**
 * Ends sessions, many with one message. One that has gone by itself is no error, but the server goes no further there:
 * the rest is sent once more. Whatever else it says to such a message, it is asked again one by one: then what it
 * refuses names the session, and a server that takes one statement at a time is none the worse.
 * @param ask sends statements; throws Failure for the first that fails
 * @throws Failure of the first session that cannot be ended, or of a server that does not answer
 */
export async function killSessions(ids: readonly number[], ask: (sql: string) => Promise<unknown>): Promise<void> {
  for (let done = 0; done < ids.length;) {
    const batch = ids.slice(done, done + atOnce);
    done += batch.length > 1 ? await killTogether(batch, ask) : await killEach(batch, ask);
  }
}

/** @returns how many of them have been seen to, from the first */
async function killTogether(ids: readonly number[], ask: (sql: string) => Promise<unknown>): Promise<number> {
  try {
    await ask(ids.map(statement).join('; '));
    return ids.length;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const gone = isNoSuchThread(error) ? ids.indexOf(threadNamedIn(error)) : -1;
    return gone === -1 ? killEach(ids, ask) : gone + 1;
  }
}

async function killEach(ids: readonly number[], ask: (sql: string) => Promise<unknown>): Promise<number> {
  for (const id of ids) {
    try {
      await ask(statement(id));
    } catch (error) {
      if (!isNoSuchThread(error)) throw error;
    }
  }
  return ids.length;
}

function statement(id: number): string {
  return `KILL CONNECTION ${id}`;
}
