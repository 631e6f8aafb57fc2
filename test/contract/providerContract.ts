// What every VIP provider must do, whatever it moves and however. Each provider's own test file runs it with real parts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Provider, VipHost } from '../../src/vip/Provider.ts';

export interface ProviderFixture {
  readonly provider: Provider;
  readonly one: VipHost;
  readonly other: VipHost;
  /** The truth, asked without the provider: names of the hosts that hold the address. */
  holders(): Promise<readonly string[]>;
  /** Nobody holds it. */
  reset(): Promise<void>;
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
}
