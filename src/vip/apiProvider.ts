// A writer address that a service moves by its API, wherever the hosts are; where it must be on the interface of the host too, what metal
// does there is the second part. The service decides who gets the packets, so a dead host is no obstacle.
import { asFailure, errorLine } from '../errors/message.ts';
import type { Finding, LeftToDo, Provider, VipHost } from './Provider.ts';

/** The part that the service does. Each method may be called again with the same result, and reads back what it changed. */
export interface AddressApi {
  /** For messages: `AWS`, `OpenStack`. */
  readonly name: string;
  prepare(host: VipHost): Promise<void>;
  /** Whether the service leads clients of the address to this host; `some`: not all of them. */
  holds(host: VipHost): Promise<'all' | 'some' | 'none'>;
  /** Takes it away from the host. */
  release(host: VipHost): Promise<LeftToDo>;
  /** Takes it away from whoever has it, and gives it to the host. */
  assign(host: VipHost): Promise<LeftToDo>;
  answersElsewhere(host: VipHost): Promise<string | null>;
  byHand(host: VipHost, what: 'assign' | 'release'): string;
  check(host: VipHost): Promise<readonly Finding[]>;
}

/** @param onHost null: the address is on no host, the service translates it */
export function apiProvider(address: string, api: AddressApi, onHost: Provider | null, warn: (line: string) => void): Provider {
  /** What `ask` says of the host itself; `otherwise` when it does not answer. */
  async function ifAnswering<T>(host: VipHost, ask: (part: Provider) => Promise<T>, otherwise: (why: string) => T): Promise<T> {
    if (onHost === null) return otherwise('');
    try {
      await host.shell();
    } catch (error) {
      return otherwise(errorLine(error));
    }
    return ask(onHost);
  }

  async function release(host: VipHost): Promise<LeftToDo> {
    // First on the host: its connections can only be reset while packets still leave it. Whatever becomes of that, the service takes the address away.
    const left = await ifAnswering(host, async (part) => part.release(host).catch((error: unknown) => [
      `${api.name} does not lead clients to ${host.name} any more, but the writer address could not be removed there (${errorLine(error)}): ${part.byHand(host, 'release')}`,
    ]), (why) => {
      if (onHost !== null) warn(`${host.name} does not answer SSH (${why}): ${api.name} takes the writer address ${address} away from it; on the host itself nothing is done`);
      return [];
    });
    return [...await api.release(host), ...left];
  }

  return {
    address,
    worksWithoutHost: true,
    async prepare(host) {
      await Promise.all([api.prepare(host), ifAnswering(host, (part) => part.prepare(host), () => undefined)]);
    },
    holds: async (host) => await api.holds(host) === 'all' && (onHost === null || onHost.holds(host)),
    async remains(host) {
      if (await api.holds(host) !== 'none') return 'held';
      return await ifAnswering(host, (part) => part.holds(host), () => false) ? 'rest' : 'nothing';
    },
    answersElsewhere: (host) => api.answersElsewhere(host),
    release,
    async assign(host) {
      const left = await api.assign(host);
      return onHost === null ? left : [...left, ...await onHost.assign(host)];
    },
    byHand(host, what) {
      const both = [api.byHand(host, what), ...(onHost === null ? [] : [onHost.byHand(host, what)])];
      return both.join(', and ');
    },
    async check(host) {
      const parts = await Promise.all([api.check(host), ...(onHost === null ? [] : [onHost.check(host)])].map((part) => part.catch(found)));
      return parts.flat();
    },
  };
}

/** The other part's findings are wanted too. */
function found(error: unknown): readonly Finding[] {
  const { message, hint } = asFailure(error);
  return [{ severity: 'error', text: message, ...(hint === undefined ? {} : { hint }) }];
}
