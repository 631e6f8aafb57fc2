// A monitor of a hundred clusters looks at three hundred hosts. A login by SSH is a tenth of a second of work here: all
// at once, none is done within its limit, and the same again at the next look. So a few are made at a time, each with
// its whole limit. Only for looks, which can wait.
import type { Connectors } from '../../context/Context.ts';

/** So many hosts that do not answer hold the others up for as long as one login may take. */
const usual = 8;

export function fewLogins(connect: Pick<Connectors, 'ssh'>, atOnce = usual): Connectors['ssh'] {
  const waiting: (() => void)[] = [];
  let free = atOnce;
  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  }
  return async (target, timeoutMs) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await connect.ssh(target, timeoutMs);
    } finally {
      leave();
    }
  };
}
