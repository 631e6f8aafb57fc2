// The clock that goes on while the machine sleeps. Node's own clocks, and its timers, stand still meanwhile.
import { readFileSync } from 'node:fs';
import type { LeaseClock } from '../context/LeaseClock.ts';

/** A timer that is set before the machine sleeps goes on where it was: it is never set for longer. */
const longestWaitMs = 250;

export const bootClock: LeaseClock = {
  // In hundredths of a second, rounded down.
  now: () => Number(readFileSync('/proc/uptime', 'latin1').split(' ', 1)[0]) * 1000,
  at(moment, call) {
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      const left = Math.max(0, moment - bootClock.now());
      timer = setTimeout(look, Math.min(left, longestWaitMs));
    };
    const look = (): void => {
      if (bootClock.now() >= moment) call();
      else wait();
    };
    wait();
    return () => clearTimeout(timer);
  },
};
