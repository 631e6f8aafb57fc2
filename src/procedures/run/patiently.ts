// Trying again what is refused or does not answer, where giving up is the worst choice.
import type { Tools } from '../../context/Context.ts';
import { errorLine } from '../../errors/message.ts';

/** How soon it is tried again, in ms. */
const againMs = 250;

/**
 * @param limitOf how long that error is worth trying again, in ms since the first attempt; 0: not at all
 * @throws what the last attempt threw
 */
export async function patiently<T>(
  { clock, interrupted, log }: Pick<Tools, 'clock' | 'interrupted' | 'log'>,
  limitOf: (error: unknown) => number,
  attempt: () => Promise<T>,
): Promise<T> {
  const began = clock.monotonic();
  for (let told = false; ;) {
    try {
      return await attempt();
    } catch (error) {
      if (clock.monotonic() - began + againMs >= limitOf(error)) throw error;
      if (!told) log.warn(`${errorLine(error)}; tried again until that passes`);
      told = true;
      await clock.sleep(againMs, interrupted);
    }
  }
}
