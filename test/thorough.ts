// What `make thorough` runs besides what `make test` does: further moments and further variants of what another test
// shows in one, and what takes minutes. `make test` counts it as skipped.
import { describe, test, type SuiteContext, type TestContext } from 'node:test';

const reason = 'make thorough runs it';
export const isThorough = process.env['MHA_THOROUGH'] === '1';

interface Options {
  readonly concurrency?: false;
  readonly skip?: string | false;
}

interface Variant {
  /** Of several the one that `make test` runs. */
  readonly isOne?: boolean;
}

export function testThoroughly(
  name: string,
  run: (context: TestContext) => void | Promise<void>,
  { isOne = false }: Variant = {},
): void {
  void test(name, { skip: isOne || isThorough ? false : reason }, run);
}

/** A suite, or one within another. */
export function describeThoroughly(
  name: string,
  { isOne = false, ...options }: Options & Variant,
  run: (context: SuiteContext) => void,
): void {
  if (isOne || isThorough) void describe(name, options, run);
  // The summary does not count a suite that is skipped.
  else void test(name, { skip: reason }, () => undefined);
}
