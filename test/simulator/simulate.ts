// Many stories at once, in one thread: each goes one step, then all that was woken by it runs until it waits again.
import { Simulation, type Told } from './simulation.ts';

// Nobody reads where an expected failure was made, and finding it out costs more than the rest.
Error.stackTraceLimit = 0;

/** How many stories are told at the same time. */
const abreast = 64;

/** Tells one story, from its beginning to its end. */
export async function tell(seed: number): Promise<Told> {
  const [told] = await simulate([seed], true);
  return told as Told;
}

/** @param record whether what happens is written down */
export async function simulate(
  seeds: Iterable<number>,
  record = false,
  onTold: (told: Told) => boolean = () => true,
): Promise<readonly Told[]> {
  const all = seeds[Symbol.iterator]();
  const told: Told[] = [];
  let live: Simulation[] = [];
  for (let isMore = true; ;) {
    while (isMore && live.length < abreast) {
      const next = all.next();
      if (next.done === true) isMore = false;
      else live.push(new Simulation(next.value, record));
    }
    if (live.length === 0) return told;
    // What the last steps have woken runs before the next ones: all of it stands in the queue of microtasks.
    await new Promise(setImmediate);
    let ended = 0;
    for (const one of live) if (!one.step()) ended += 1;
    if (ended === 0) continue;
    const going: Simulation[] = [];
    for (const one of live) {
      if (!one.isOver) {
        going.push(one);
        continue;
      }
      told.push(one.told);
      if (!onTold(one.told)) isMore = false;
    }
    live = going;
  }
}
