import { Budget } from '../../src/context/budget.ts';
import type { Journal } from '../../src/steps/journal.ts';
import { WriteWatch } from '../../src/steps/WriteWatch.ts';
import { FakeClock } from './clock.ts';
import { KeptLog } from './log.ts';

/** Step tools with a virtual clock, and a journal that keeps `begun x`, `done x`, `undone x`. */
export function fakeStepTools(budgetMs = 60_000) {
  const clock = new FakeClock();
  const log = new KeptLog();
  const journaled: string[] = [];
  const journal: Journal = {
    begin: ({ procedure }) => note(`begin ${procedure}`),
    begun: (id) => note(`begun ${id}`),
    done: (id) => note(`done ${id}`),
    undone: (run, id) => note(run === null ? `undone ${id}` : `undone ${id} of ${run}`),
    end: (outcome) => note(`end ${outcome}`),
  };
  function note(line: string): Promise<boolean> {
    journaled.push(line);
    return Promise.resolve(true);
  }
  const interruption = new AbortController();
  return {
    clock,
    log,
    journal,
    journaled,
    interruption,
    interrupted: interruption.signal,
    budget: new Budget(clock, 'the test', budgetMs),
    watch: new WriteWatch(),
  };
}
