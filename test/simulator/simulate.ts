// Several stories at once, in one thread: each goes one step, then all that was woken by it runs until it waits again.
import { Simulation, type Told } from './simulation.ts';

// Nobody reads where an expected failure was made, and finding it out costs more than the rest.
Error.stackTraceLimit = 0;

/** How many stories are told at the same time: more would wait less for each other, but know the memory less. */
const abreast = 4;

/** Tells one story from its beginning to its end, and writes down what happens. */
export async function tell(seed: number): Promise<Told> {
  const story = new Simulation(seed, true);
  await toTheirEnds([story][Symbol.iterator](), () => undefined);
  return story.told;
}

export async function simulate(seeds: Iterable<number>, onTold: (told: Told) => void): Promise<void> {
  function* stories(): Generator<Simulation> {
    for (const seed of seeds) yield new Simulation(seed, false);
  }
  await toTheirEnds(stories(), onTold);
}

async function toTheirEnds(stories: Iterator<Simulation>, onTold: (told: Told) => void): Promise<void> {
  const live: Simulation[] = [];
  const begin = (): void => {
    const next = stories.next();
    if (next.done !== true) live.push(next.value);
  };
  for (let count = 0; count < abreast; count += 1) begin();
  while (live.length > 0) {
    // What the last steps have woken runs before the next ones: all of it stands in the queue of microtasks.
    await new Promise(setImmediate);
    for (const one of [...live]) {
      if (one.step()) continue;
      live.splice(live.indexOf(one), 1);
      onTold(one.told);
      begin();
    }
  }
}
