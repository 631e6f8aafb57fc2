// What is measured, and what it is measured against.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryNames } from '../../src/entryNames.ts';
import { LAB_SOURCE } from '../lab/holder.ts';

export const executable = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'dist/mha-helper');
/** Hooks that do nothing but move the address. */
export const reference = join(LAB_SOURCE, 'referenceHook.sh');
export const hookNames: readonly string[] = entryNames.map(({ name }) => name);

/** What the layer takes out of MHA's waits, as docs/mha/defects-fixed.md names it. */
const CUTS = [
  'children',
  'forks',
  'versions',
  'polls',
  'positions',
  'ping',
  'proof',
  'hooks',
  'resident',
  'agreement',
  'sizes',
  'logins',
  'ssh',
  'silence',
];
/** MHA as it is. */
export const ownWaits = { MHA_HELPER_CUTS_OFF: CUTS.join(',') };
