import { lookup as ask } from 'node:dns/promises';
import { Failure } from '../errors/errors.ts';
import { errorText } from '../errors/message.ts';
import { inSeconds } from './processes/childProcess.ts';

const hint = 'give it an address in DNS or /etc/hosts on this host';

/**
 * The system's resolver cannot be stopped: where DNS is down it would go on for tens of seconds.
 * @throws Failure `address` or `deadline`
 */
export async function lookup(name: string, timeoutMs: number): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Failure('deadline', `the address of ${name} was not found within ${inSeconds(timeoutMs)}`, { hint }),
        ),
      timeoutMs,
    );
  });
  try {
    const found = ask(name, { all: true });
    return (await Promise.race([found, tooLate])).map(({ address }) => address);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('address', `the address of ${name} cannot be found: ${errorText(error)}`, { hint, cause: error });
  } finally {
    clearTimeout(timer);
  }
}
