import { Failure } from '../errors/errors.ts';
import type { Provider, VipHost } from '../vip/Provider.ts';
import type { Step } from './Step.ts';

/** The host does not hold the writer address any more, and connections on it are reset. */
export function releaseWriterAddress(provider: Provider, host: VipHost): Step {
  return {
    id: `release-address:${host.name}`,
    title: `release the writer address ${provider.address ?? ''} on ${host.name}`,
    check: async () => (await provider.holds(host) ? { held: true } : null),
    apply: async () => ({ leftToDo: await provider.release(host) }),
    async verify() {
      if (await provider.holds(host)) throw new Failure('address', `${host.name}: the writer address ${provider.address ?? ''} is there again right after it was released`);
    },
    undo: {
      title: `assign the writer address ${provider.address ?? ''} to ${host.name} again`,
      run: async () => provider.assign(host),
    },
  };
}

/** The host holds the writer address, and its neighbours know. */
export function assignWriterAddress(provider: Provider, host: VipHost): Step {
  return {
    id: `assign-address:${host.name}`,
    title: `assign the writer address ${provider.address ?? ''} to ${host.name}`,
    check: async () => (await provider.holds(host) ? null : { held: false }),
    apply: async () => ({ leftToDo: await provider.assign(host) }),
    async verify() {
      if (!await provider.holds(host)) throw new Failure('address', `${host.name}: the writer address ${provider.address ?? ''} is not there right after it was assigned`);
    },
    undo: {
      title: `release the writer address ${provider.address ?? ''} on ${host.name} again`,
      run: async () => provider.release(host),
    },
  };
}
