// A writer address that a service moves by its API, wherever the hosts are; where it must be on the interface of the
// host too, what metal does there is the second part. The service decides who gets the packets, so a dead host is no
// obstacle.
import { Failure } from '../../errors/errors.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import { NoPlace } from './NoPlace.ts';
import type { Elsewhere, Finding, Held, LeftToDo, Patience, Provider, VipHost } from '../Provider.ts';
import { isUnreachable } from '../unreachable.ts';

/**
 * The part that the service does. Each method may be called again with the same result, and reads back what it changed.
 */
export interface AddressApi {
  /** For messages: `AWS`, `OpenStack`. */
  readonly name: string;
  prepare(host: VipHost): Promise<void>;
  /** Whether the service leads clients of the address to this host; `some`: not all of them. */
  holds(host: VipHost): Promise<'all' | 'some' | 'none'>;
  /** Takes it away from the host. @throws Failure `refused` when the host can go on using it all the same, `NoPlace` */
  release(host: VipHost): Promise<LeftToDo>;
  /** Takes it away from whoever has it, and gives it to the host. */
  assign(host: VipHost): Promise<LeftToDo>;
  /** Whom the service leads clients to, if that is not this host. @throws Failure where it does not say */
  answersElsewhere(host: VipHost): Promise<string | null>;
  byHand(host: VipHost, what: 'assign' | 'release'): string;
  check(host: VipHost): Promise<readonly Finding[]>;
}

/** Whom the service leads clients of the address to, asked without a place of any host; null: nobody. */
export type Holder = (host: VipHost) => Promise<string | null>;

/** @param onHost null: the address is on no host, the service translates it */
export function apiProvider(
  address: string,
  api: AddressApi,
  holder: Holder,
  onHost: Provider | null,
  warn: (line: string) => void,
): Provider {
  /** What `ask` says of the host itself; `otherwise` when it does not answer. */
  async function ifAnswering<T>(
    host: VipHost,
    ask: (part: Provider) => Promise<T>,
    otherwise: (why: Failure) => T,
  ): Promise<T> {
    if (onHost === null) return otherwise(new Failure('address', 'the address is on no host'));
    try {
      await host.shell();
    } catch (error) {
      return otherwise(asFailure(error));
    }
    return ask(onHost);
  }

  async function releaseOnHost(host: VipHost, part: Provider): Promise<LeftToDo> {
    const still = (why: unknown): string =>
      `${api.name} does not lead clients to ${host.name} any more, but the writer address could not be ` +
      `removed there (${errorLine(why)}): ${part.byHand(host, 'release')}`;
    return ifAnswering(
      host,
      async () => part.release(host).catch((error: unknown) => [still(error)]),
      (why) => {
        // It is alive, and nobody but a person will remove the address there.
        if (!isUnreachable(why)) return [still(why)];
        warn(
          `${host.name} does not answer SSH (${errorLine(why)}): ${api.name} takes the writer address ` +
            `${address} away from it; on the host itself nothing is done`,
        );
        return [];
      },
    );
  }

  async function release(host: VipHost): Promise<LeftToDo> {
    // First on the host: its connections can only be reset while packets still leave it. Whatever becomes of that, the
    // service takes the address away.
    const left = onHost === null ? [] : await releaseOnHost(host, onHost);
    try {
      return [...(await api.release(host)), ...left];
    } catch (error) {
      // A terminated instance takes its network interface with it. What is looked for in the wrong place is not there
      // either, but then somebody has the address.
      if (!(error instanceof NoPlace) || (await holder(host)) !== null) throw error;
      warn(
        `${error.message}; it is taken for deleted, because ${api.name} leads the writer address ${address} to nobody`,
      );
      return left;
    }
  }

  async function remains(host: VipHost): Promise<Held> {
    const led = await api.holds(host);
    const itself = await ifAnswering(
      host,
      (part) => part.holds(host),
      () => null,
    ).catch((error: unknown) => {
      if (led === 'none') throw error;
      return null;
    });
    if (led === 'none') return itself === true ? 'rest' : 'nothing';
    return led === 'all' && itself !== false ? 'held' : 'partly';
  }

  /**
   * The service knows whom it leads clients to; where hosts could use the address in spite of it, the network is asked
   * too.
   */
  async function answersElsewhere(host: VipHost, patience: Patience): Promise<Elsewhere> {
    const service = api
      .answersElsewhere(host)
      .then((who): Elsewhere => (who === null ? nobody : { kind: 'somebody', who }));
    const network = onHost?.asksNetwork === true ? onHost.answersElsewhere(host, patience) : Promise.resolve(nobody);
    const answers = await Promise.all([service.catch(unknownElsewhere), network.catch(unknownElsewhere)]);
    const of = (kind: Elsewhere['kind']): Elsewhere | undefined => answers.find((each) => each.kind === kind);
    return of('somebody') ?? of('unknown') ?? nobody;
  }

  async function assign(host: VipHost): Promise<LeftToDo> {
    if (onHost === null) return api.assign(host);
    let left: LeftToDo;
    try {
      left = await api.assign(host);
    } catch (error) {
      const failure = asFailure(error);
      // Asked for, but not seen to have happened yet: when it does, the host must be ready for it.
      if (failure.kind !== 'deadline') throw failure;
      const itself = await onHost
        .assign(host)
        .then(() => `the address is on ${host.name}, and clients come as soon as ${api.name} has done it`, errorLine);
      throw new Failure(failure.kind, `${failure.message}; ${itself}`, {
        ...(failure.hint === undefined ? {} : { hint: failure.hint }),
        cause: failure,
      });
    }
    return [...left, ...(await onHost.assign(host))];
  }

  return {
    address,
    worksWithoutHost: true,
    asksNetwork: onHost?.asksNetwork ?? false,
    async prepare(host) {
      await Promise.all([api.prepare(host), onHost?.prepare(host)]);
    },
    holds: async (host) => (await api.holds(host)) === 'all' && (onHost === null || onHost.holds(host)),
    remains,
    answersElsewhere,
    release,
    assign,
    byHand(host, what) {
      const both = [api.byHand(host, what), ...(onHost === null ? [] : [onHost.byHand(host, what)])];
      return both.join(', and ');
    },
    async check(host) {
      const parts = await Promise.all(
        [api.check(host), ...(onHost === null ? [] : [onHost.check(host)])].map((part) => part.catch(found)),
      );
      return parts.flat();
    },
    sudoCommands: async (host) => (await onHost?.sudoCommands?.(host)) ?? [],
  };
}

const nobody: Elsewhere = { kind: 'nobody' };

function unknownElsewhere(error: unknown): Elsewhere {
  return { kind: 'unknown', why: errorLine(error) };
}

/** The other part's findings are wanted too. */
function found(error: unknown): readonly Finding[] {
  const { kind, message, hint } = asFailure(error);
  return [{ severity: 'error', kind, text: message, ...(hint === undefined ? {} : { hint }) }];
}
