import { Failure } from '../errors/errors.ts';
import { errorLine } from '../errors/message.ts';
import type { Provider, VipHost } from '../vip/Provider.ts';
import { ipCommand, vipCommand } from './byHand.ts';
import type { Step } from './Step.ts';

/** The host does not hold the writer address any more, and connections on it are reset. */
export function releaseWriterAddress(provider: Provider, host: VipHost): Step {
  return {
    id: `release-address:${host.name}`,
    title: `release the writer address ${provider.address ?? ''} on ${host.name}`,
    check: async () => (await provider.holds(host) ? { held: true } : null),
    apply: async () => ({ leftToDo: await provider.release(host) }),
    // Providers read back what they did; a second look would only lengthen the outage.
    verify: () => Promise.resolve(),
    undo: {
      title: `assign the writer address ${provider.address ?? ''} to ${host.name} again`,
      run: async () => provider.assign(host),
    },
  };
}

/**
 * The host holds the writer address, and its neighbours know.
 *
 * The new master takes writes by now, so a failure does not undo: MHA would stop half-way and leave the replicas behind.
 * @param elsewhere who else answers for the address, asked in advance; nothing is added while somebody does
 */
export function assignWriterAddress(provider: Provider, host: VipHost, elsewhere: Promise<string | null>): Step {
  return {
    ...assigning(provider, host, elsewhere),
    failureLeaves: (failure) => [
      `${host.name} takes writes, but the writer address ${provider.address ?? ''} is not on it (${errorLine(failure)}): make sure that no other host has the address, `
      + `then run "${vipCommand('assign', host.name)}" on the manager host${byIp(host)}`,
    ],
  };
}

/**
 * The same by an operator's order: nothing has been opened for it, so a failure undoes. A host that has the address already tells the network
 * once more; that step has another id, because there is nothing to take back.
 */
export function placeWriterAddress(provider: Provider, host: VipHost, isThere: boolean, elsewhere: Promise<string | null>): Step {
  if (!isThere) return assigning(provider, host, elsewhere);
  return {
    id: `announce-address:${host.name}`,
    title: `tell the network once more that ${host.name} has the writer address ${provider.address ?? ''}`,
    check: () => Promise.resolve({ held: true }),
    apply: async () => ({ leftToDo: await provider.assign(host) }),
    verify: () => Promise.resolve(),
  };
}

function assigning(provider: Provider, host: VipHost, elsewhere: Promise<string | null>): Step {
  const address = provider.address ?? '';
  return {
    id: `assign-address:${host.name}`,
    title: `assign the writer address ${address} to ${host.name}`,
    async check() {
      if (await provider.holds(host)) return null;
      const holder = await elsewhere;
      if (holder !== null) throw new Failure('refused', `${holder} still answers for the writer address ${address}; it must not be on two hosts`);
      return { held: false };
    },
    apply: async () => ({ leftToDo: await provider.assign(host) }),
    verify: () => Promise.resolve(),
    undo: {
      title: `release the writer address ${address} on ${host.name} again`,
      run: async () => provider.release(host),
    },
  };
}

function byIp(host: VipHost): string {
  const command = ipCommand('assign', host);
  return command === null ? '' : `, or on ${host.name} "${command}" as root`;
}
