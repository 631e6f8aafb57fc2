// Faults that the product had, each in the place of one of its modules: what finds them is shown to look.
import { registerHooks } from 'node:module';

const places = {
  'undo-beside-third': ['procedures/run/undoRules.ts', 'undoBesideThird.ts'],
  'unknown-as-no': ['vip/metal/provider.ts', 'unknownAsNo.ts'],
  'torn-journal': ['steps/journal.ts', 'tornJournal.ts'],
} as const;

export type Fault = keyof typeof places;

export const faults = Object.keys(places) as readonly Fault[];

/** To be called before the product is loaded. */
export function putBack(fault: Fault): void {
  const [module, file] = places[fault];
  const real = new URL(`../../../src/${module}`, import.meta.url).href;
  const faulty = new URL(file, import.meta.url).href;
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      return found.url === real && context.parentURL !== faulty ? { ...found, url: faulty } : found;
    },
  });
}
