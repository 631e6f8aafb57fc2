import { Failure } from '../errors/errors.ts';
import { errorLine } from '../errors/message.ts';
import type { Provider, VipHost } from '../vip/Provider.ts';
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
    failureLeaves: (failure) => [
      `${host.name} takes writes, but the writer address ${address} is not on it (${errorLine(failure)}): make sure that no other host has the address, `
      + `then on ${host.name} run "${byHand(host)}" as root`,
    ],
    undo: {
      title: `release the writer address ${address} on ${host.name} again`,
      run: async () => provider.release(host),
    },
  };
}

function byHand(host: VipHost): string {
  const { writer_vip_cidr: cidr, cluster_interface: name } = host.settings.options;
  if (cidr === undefined || name === undefined) return 'assign it there';
  const announce = cidr.family === 4 ? ` && arping -U -c 3 -I ${name} ${cidr.address}` : '';
  return `ip addr add ${cidr.address}/${cidr.prefix} dev ${name}${announce}`;
}
