// The last word of a hook that MHA's layer waits for (Ended.pm): what MHA does next need not wait until the kernel has
// taken this process down.
import { fstatSync, writeSync } from 'node:fs';

/** Where whoever started this process hears that it waits, and how it ends. */
export const readyDescriptor = 3;

const variable = 'MHA_HELPER_TELLS_END';

/**
 * @param env no program that this one starts may say it too: the variable is taken away
 * @returns to be called when nothing is left to do but to leave; says whether somebody has been told
 */
export function endTeller(env: NodeJS.ProcessEnv): (code: number) => boolean {
  const isWaitedFor = env[variable] === '1';
  delete env[variable];
  return (code) => {
    try {
      if (!isWaitedFor || !fstatSync(readyDescriptor).isFIFO()) return false;
      writeSync(readyDescriptor, `ended ${code}\n`);
      return true;
    } catch {
      // Whoever waits sees the end itself.
      return false;
    }
  };
}
