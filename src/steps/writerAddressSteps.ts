import { Failure } from '../errors/errors.ts';
import { asFailure, errorLine } from '../errors/message.ts';
import type { Elsewhere, Held, LeftToDo, Provider, Usable, VipHost } from '../vip/Provider.ts';
import { vipCommand } from './byHand.ts';
import type { RunRecord } from './journal.ts';
import type { Step } from './Step.ts';

/** Who else answers for the address, asked in advance or when it is time. */
export type Asked = Promise<Elsewhere> | (() => Promise<Elsewhere>);

function answerOf(asked: Asked): Promise<Elsewhere> {
  return typeof asked === 'function' ? asked() : asked;
}

/**
 * For callers that know from elsewhere that nobody takes writes by the address: then a network that cannot be asked is
 * a warning.
 */
export function unlessUnknown(asked: Asked, warn: (line: string) => void): Asked {
  return async () => {
    const answer = await answerOf(asked);
    if (answer.kind !== 'unknown') return answer;
    warn(`it is not known whether another host answers for the writer address: ${answer.why}`);
    return { kind: 'nobody' };
  };
}

/** What release() would take away from the host. */
export async function heldBy(provider: Provider, host: VipHost): Promise<Held> {
  return (await provider.remains?.(host)) ?? ((await provider.holds(host)) ? 'held' : 'nothing');
}

/** The host does not hold the writer address any more, and connections on it are reset. */
export function releaseWriterAddress(provider: Provider, host: VipHost): Step {
  return {
    id: `release-address:${host.name}`,
    title: `release the writer address ${provider.address ?? ''} on ${host.name}`,
    async check() {
      const found = await heldBy(provider, host);
      return found === 'nothing' ? null : { held: found !== 'rest' };
    },
    apply: async () => ({ leftToDo: await provider.release(host) }),
    // Providers read back what they did; a second look would only lengthen the outage.
    verify: () => Promise.resolve(),
    undo: {
      title: `assign the writer address ${provider.address ?? ''} to ${host.name} again`,
      // Runs of an older version recorded nothing but addresses that were held.
      run: async (before) => (before['held'] === false ? [] : provider.assign(host)),
    },
  };
}

/**
 * The same by an operator's order, who may give it while another host has the address too: undone, the address comes
 * back only where nobody else is seen to have it.
 */
export function releaseByOrder(provider: Provider, host: VipHost): Step {
  const { undo, ...step } = releaseWriterAddress(provider, host);
  if (undo === undefined) return step;
  return {
    ...step,
    undo: {
      title: undo.title,
      decides: true,
      async run(before) {
        if (before['held'] === false) return [];
        const elsewhere = await provider.answersElsewhere(host, 'once');
        if (elsewhere.kind === 'nobody') return undo.run(before);
        const why =
          elsewhere.kind === 'somebody'
            ? `${elsewhere.who} answers for it`
            : `it is not known whether another host has it: ${elsewhere.why}`;
        throw new Failure('refused', why, {
          hint: `"${vipCommand('assign', host.name)}" gives it back where nobody else has it`,
        });
      },
    },
  };
}

/**
 * The same, and connections on it are reset when another host has the address: see letGo().
 * @param frozen is told of the clients that are held up so
 */
export function freezeWriterAddress(
  provider: Provider,
  host: VipHost,
  frozen: (peers: readonly string[]) => void,
): Step {
  const release = releaseWriterAddress(provider, host);
  const freeze = provider.freeze?.bind(provider);
  if (freeze === undefined) return release;
  return {
    ...release,
    async apply() {
      const { peers, ...applied } = await freeze(host);
      if (peers === null) return applied;
      frozen(peers);
      return { ...applied, detail: `${frozenWord}, with ${peers.length} connections` };
    },
  };
}

const frozenWord = 'frozen';

/** Whether a run has left connections of the host frozen, as its record says. */
export function hasFrozen({ steps }: RunRecord, host: string): boolean {
  const release = steps.find(({ id }) => id === `release-address:${host}`);
  return release?.state === 'done' && release.detail?.startsWith(frozenWord) === true;
}

/** Connections of a host that are frozen: reset once, whoever asks first. */
export class FrozenConnections {
  readonly host: VipHost;
  readonly #provider: Provider;
  #reset: Promise<LeftToDo> | undefined;

  constructor(provider: Provider, host: VipHost) {
    this.#provider = provider;
    this.host = host;
  }

  reset(): Promise<LeftToDo> {
    this.#reset ??= this.#provider.release(this.host);
    // Whoever begins it does not wait for it; the step does.
    this.#reset.catch(() => undefined);
    return this.#reset;
  }
}

/**
 * Clients of the old host come to the new one. It has the address by now, so a failure undoes nothing; a host that does
 * not answer lets go by itself, or is dead.
 */
export function letGo(connections: FrozenConnections): Step {
  const { name } = connections.host;
  return {
    id: `let-go:${name}`,
    title: `reset the connections that were kept on ${name}`,
    check: () => Promise.resolve({}),
    async apply() {
      try {
        return { leftToDo: await connections.reset() };
      } catch (error) {
        const failure = asFailure(error);
        if (failure.kind !== 'ssh' && failure.kind !== 'deadline') throw failure;
        return { note: `not by this run (${errorLine(failure)}): a host that lives does it by itself soon` };
      }
    },
    verify: () => Promise.resolve(),
    failureLeaves: (failure) => [
      `clients that were connected to ${name} may wait for some time until it lets them go by itself ` +
        `(${errorLine(failure)}); "${vipCommand('release', name)}" does it at once`,
    ],
  };
}

/**
 * The same on a dead master, by a provider that needs no answer from it. Done unless it is certain that there is
 * nothing to do: a look that fails must not leave clients there. Never undone, by this run or a later one: nobody gives
 * the address back to a dead master.
 * @param isGone may say so; default: it is done in any case
 */
export function takeWriterAddress(
  provider: Provider,
  host: VipHost,
  isGone: () => Promise<boolean> = () => Promise.resolve(false),
): Step {
  const { undo: _, ...release } = releaseWriterAddress(provider, host);
  return { ...release, id: `take-address:${host.name}`, check: async () => ((await isGone()) ? null : { held: true }) };
}

/**
 * The host holds the writer address, and its neighbours know.
 *
 * The new master takes writes by now, so a failure does not undo: MHA would stop half-way and leave the replicas
 * behind.
 * @param elsewhere nothing is added while somebody does
 * @param usable called when clients can come, which may be before the step has ended; more than once
 */
export function assignWriterAddress(provider: Provider, host: VipHost, elsewhere: Asked, usable?: Usable): Step {
  return {
    ...assigning(provider, host, elsewhere, usable),
    failureLeaves: (failure) => [
      `${host.name} takes writes, but the writer address ${provider.address ?? ''} is not on it ` +
        `(${errorLine(failure)}): make sure that no other host has the address, ` +
        `then run "${vipCommand('assign', host.name)}" on the manager host, or ${provider.byHand(host, 'assign')}`,
    ],
  };
}

/**
 * The same by an operator's order: nothing has been opened for it, so a failure undoes. A host that has the address
 * already tells the network once more; that step has another id, because there is nothing to take back.
 */
export function placeWriterAddress(provider: Provider, host: VipHost, isThere: boolean, elsewhere: Asked): Step {
  if (!isThere) return assigning(provider, host, elsewhere);
  return {
    id: `announce-address:${host.name}`,
    title: `tell the network once more that ${host.name} has the writer address ${provider.address ?? ''}`,
    check: () => Promise.resolve({ held: true }),
    apply: async () => ({ leftToDo: await provider.assign(host) }),
    verify: () => Promise.resolve(),
  };
}

function assigning(provider: Provider, host: VipHost, elsewhere: Asked, usable?: Usable): Step {
  const address = provider.address ?? '';
  return {
    id: `assign-address:${host.name}`,
    title: `assign the writer address ${address} to ${host.name}`,
    async check() {
      if (await provider.holds(host)) return null;
      const answer = await answerOf(elsewhere);
      if (answer.kind === 'somebody') {
        const who = `${answer.who} still answers for the writer address ${address}`;
        throw new Failure('refused', `${who}; it must not be on two hosts`);
      }
      if (answer.kind === 'unknown') {
        const what = `it is not known whether another host answers for the writer address ${address}`;
        throw new Failure('refused', `${what}: ${answer.why}`);
      }
      return { held: false };
    },
    async apply() {
      const leftToDo = await provider.assign(host, usable);
      void usable?.();
      return { leftToDo };
    },
    verify: () => Promise.resolve(),
    undo: {
      title: `release the writer address ${address} on ${host.name} again`,
      run: async () => provider.release(host),
    },
  };
}
