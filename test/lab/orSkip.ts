// A service that the machine has not got: said loudly, and counted as skipped. CI does not go on.
import { test } from 'node:test';

/**
 * @param what is not tested then
 * @param obstacle why it cannot be tested here; undefined: it can
 * @returns for node:test's option `skip` of the suite
 */
export function orSkip(what: string, obstacle: string | undefined): string | false {
  if (obstacle === undefined) return false;
  if (process.env['CI'] === 'true') throw new Error(`${what} cannot be tested: ${obstacle}`);
  console.error(`\n*** NOT TESTED: ${what}. ${obstacle} ***\n`);
  const reason = `NOT TESTED: ${obstacle}`;
  // The summary does not count a suite that is skipped.
  void test(what, { skip: reason }, () => undefined);
  return reason;
}
