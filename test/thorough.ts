// What `make thorough` runs besides what `make test` does: further moments and further variants of what another test
// shows in one, and what takes minutes. `make test` counts it as skipped.
import { describe, test, type SuiteContext, type TestContext } from 'node:test';

const reason = 'make thorough runs it';
export const isThorough = process.env['MHA_THOROUGH'] === '1';

interface Options {
  readonly concurrency?: false;
  readonly skip?: string | false;
}

/** @param isOne of several variants the one that `make test` runs */
export function testThoroughly(
  name: string,
  run: (context: TestContext) => void | Promise<void>,
  { isOne = false }: { readonly isOne?: boolean } = {},
): void {
  void test(name, { skip: isOne || isThorough ? false : reason }, run);
}

/** A suite, or one within another. */
export function describeThoroughly(name: string, options: Options, run: (context: SuiteContext) => void): void {
  if (isThorough) void describe(name, options, run);
  // The summary does not count a suite that is skipped.
  else void test(name, { skip: reason }, () => undefined);
}
