// The last look after an operator has moved the writer address; it also gives a signal that came meanwhile the chance
// to undo.
import { Failure } from '../errors/errors.ts';
import type { Provider, VipHost } from '../vip/Provider.ts';
import type { Step } from './Step.ts';
import { heldBy } from './writerAddressSteps.ts';

/** `host` has the address (or has it no more) and none of the others has. @param others those that can be asked */
export function seeHolders(provider: Provider, host: VipHost, others: readonly VipHost[], wanted: boolean): Step {
  const address = provider.address ?? '';
  return {
    id: `see-holders:${host.name}`,
    title: `see which host has the writer address ${address} now`,
    check: () => Promise.resolve({}),
    async apply() {
      const hosts = [host, ...others];
      const held = await Promise.all(hosts.map((one) => heldBy(provider, one)));
      const holders = hosts
        .filter((_, index) => held[index] === 'held' || held[index] === 'partly')
        .map(({ name }) => name);
      if (wanted ? held[0] !== 'held' : holders.includes(host.name)) {
        throw new Failure(
          'address',
          `${host.name} ${wanted ? 'does not have' : 'still has'} the writer address ${address}`,
          { hint: 'does another program (keepalived, NetworkManager) change it there?' },
        );
      }
      if (wanted && holders.length > 1)
        throw new Failure('refused', `${holders.join(' and ')} both have the writer address ${address}`);
      return { detail: holders.length === 0 ? 'none has it' : `${holders.join(' and ')}` };
    },
    verify: () => Promise.resolve(),
  };
}
