// What every VIP provider must do, whatever it moves and however. Each provider's own test file runs it with real
// parts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../src/errors/errors.ts';
import { errorLine } from '../../src/errors/message.ts';
import { runSteps } from '../../src/steps/runSteps.ts';
import type { Step } from '../../src/steps/Step.ts';
import { assignWriterAddress, heldBy, releaseWriterAddress } from '../../src/steps/writerAddressSteps.ts';
import type { Provider, VipHost } from '../../src/vip/Provider.ts';
import { fakeStepTools } from '../doubles/stepTools.ts';

export interface ProviderFixture {
  readonly provider: Provider;
  readonly one: VipHost;
  readonly other: VipHost;
  /** The truth, asked without the provider: names of the hosts that hold the address. */
  holders(): Promise<readonly string[]>;
  /** Nobody holds it. */
  reset(): Promise<void>;
  /** The same host when it does not answer SSH. */
  dead?(host: VipHost): VipHost;
}

/** Something that is wrong around a provider: deadline, bad credentials, missing rights, a missing object. */
export interface Trouble {
  readonly name: string;
  readonly provider: Provider;
  readonly host: VipHost;
  readonly kind: Failure['kind'];
  /** The whole of what a person reads. */
  readonly line: RegExp;
}

export function providerContract(fixture: () => ProviderFixture): void {
  test('assign, and assign again', async () => {
    const { provider, one, holders, reset } = fixture();
    await reset();
    assert.equal(await provider.holds(one), false);
    assert.deepEqual(await provider.assign(one), []);
    assert.deepEqual(await holders(), [one.name]);
    assert.deepEqual(await provider.assign(one), []);
    assert.deepEqual(await holders(), [one.name]);
    assert.equal(await provider.holds(one), true);
  });

  test('release, and release again', async () => {
    const { provider, one, holders, reset } = fixture();
    await reset();
    await provider.assign(one);
    assert.deepEqual(await provider.release(one), []);
    assert.deepEqual(await holders(), []);
    assert.deepEqual(await provider.release(one), []);
    assert.equal(await provider.holds(one), false);
  });

  test('move, and back', async () => {
    const { provider, one, other, holders, reset } = fixture();
    await reset();
    await provider.assign(one);
    await provider.release(one);
    await provider.assign(other);
    assert.deepEqual(await holders(), [other.name]);
    await provider.release(other);
    await provider.assign(one);
    assert.deepEqual(await holders(), [one.name]);
  });

  test('a look changes nothing', async () => {
    const { provider, one, other, holders, reset } = fixture();
    await reset();
    await provider.assign(one);
    assert.deepEqual(await provider.check(one), []);
    assert.deepEqual(await provider.check(other), []);
    assert.equal(await provider.holds(other), false);
    assert.deepEqual(await holders(), [one.name]);
  });

  test('a holder is told of', async () => {
    const { provider, one, other, reset } = fixture();
    await reset();
    assert.deepEqual(
      [await heldBy(provider, one), await provider.holds(one), await provider.holds(other)],
      ['nothing', false, false],
    );
    await provider.assign(one);
    assert.deepEqual(
      [
        await heldBy(provider, one),
        await provider.holds(one),
        await heldBy(provider, other),
        await provider.holds(other),
      ],
      ['held', true, 'nothing', false],
    );
  });

  test('a later step fails: what was released is assigned again, what was assigned is released', async () => {
    const { provider, one, other, holders, reset } = fixture();
    await reset();
    await provider.assign(one);
    await assert.rejects(
      runSteps([releaseWriterAddress(provider, one), failing], fakeStepTools()),
      /everything this run had changed was undone/,
    );
    assert.deepEqual(await holders(), [one.name]);
    await provider.release(one);
    await assert.rejects(
      runSteps(
        [assignWriterAddress(provider, other, Promise.resolve({ kind: 'nobody' as const })), failing],
        fakeStepTools(),
      ),
      /everything this run had changed was undone/,
    );
    assert.deepEqual(await holders(), []);
    // What was not there is not added "back".
    await assert.rejects(
      runSteps([releaseWriterAddress(provider, other), failing], fakeStepTools()),
      /what had been done was left as it is/,
    );
    assert.deepEqual(await holders(), []);
  });

  test('the host that has it does not answer any more', async (context) => {
    const { provider, one, other, holders, reset, dead } = fixture();
    if (dead === undefined) {
      context.skip('its own test has it');
      return;
    }
    await reset();
    await provider.assign(one);
    if (provider.worksWithoutHost) {
      await provider.release(dead(one));
      assert.deepEqual(
        (await holders()).filter((name) => name === one.name),
        [],
      );
      await provider.assign(other);
      assert.deepEqual(await holders(), [other.name]);
      // Nor when nobody has released it.
      await provider.release(other);
      await provider.assign(one);
      await provider.assign(other);
      assert.deepEqual(await holders(), [other.name]);
    } else {
      // Another run, that has no connection yet.
      await assert.rejects(fixture().provider.release(dead(one)), { kind: 'ssh' });
      assert.deepEqual(await holders(), [one.name]);
    }
  });
}

/** One clear line each, and nothing is changed. */
export function troubleContract(
  name: string,
  make: () => Promise<Trouble & { readonly holders: () => Promise<readonly string[]> }>,
): void {
  test(name, async () => {
    const { provider, host, kind, line, holders } = await make();
    const before = await holders();
    for (const what of [() => provider.assign(host), () => provider.release(host), () => provider.holds(host)]) {
      const error: unknown = await what().then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (error === null) continue;
      assert.ok(error instanceof Failure);
      assert.deepEqual([error.kind, errorLine(error).split('\n').length], [kind, 1]);
      assert.match(errorLine(error), line);
    }
    await assert.rejects(provider.assign(host));
    assert.deepEqual(await holders(), before);
  });
}

const failing: Step = {
  id: 'fail:nobody',
  title: 'fail',
  check: () => Promise.resolve({}),
  apply: () => Promise.reject(new Failure('mysql', 'as the test wants it')),
  verify: () => Promise.resolve(),
};
