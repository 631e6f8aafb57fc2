// The addresses on a host's interfaces, from `ip -j addr`.
import { SocketAddress, isIPv6 } from 'node:net';
import { Failure } from '../errors/errors.ts';
import { oneLine } from '../errors/message.ts';
import { listOf, number, orNull, shaped, text } from '../errors/shape.ts';

export interface HeldAddress {
  readonly interface: string;
  readonly prefix: number;
  /** IPv6: the kernel is still asking whether somebody else has it. */
  readonly tentative: boolean;
  /** IPv6: somebody else has it. */
  readonly duplicate: boolean;
}

export interface HostAddresses {
  readonly interfaces: ReadonlySet<string>;
  /**
   * Where the address is on this host. The address is compared, not the CIDR: a /24 and a /32 copy can stand side by
   * side.
   */
  find(address: string): readonly HeldAddress[];
  /** All addresses of one interface. */
  on(name: string): readonly { readonly address: string; readonly prefix: number }[];
}

/** Shape of the JSON, as far as it is read; iproute2's ipaddress.c writes flags as members that are true. */
interface IpLink {
  readonly ifname?: string | null;
  readonly addr_info?:
    | readonly {
        readonly local?: string | null;
        readonly prefixlen?: number | null;
        readonly tentative?: boolean;
        readonly dadfailed?: boolean;
      }[]
    | null;
}

/** Reads what `ip -j addr show` printed on a host. @throws Failure `address` when that is no list of addresses */
export function hostAddresses(label: string, json: string): HostAddresses {
  const links = parse(json);
  if (links === undefined) {
    throw new Failure(
      'address',
      `${label}: "ip -j addr show" gave no list of addresses: ${oneLine(json).slice(0, 200)}`,
      { hint: 'the host needs iproute2 4.14 or later' },
    );
  }
  return {
    interfaces: new Set(links.flatMap((link) => link.ifname ?? [])),
    find: (address) =>
      links.flatMap((link) =>
        (link.addr_info ?? [])
          .filter(({ local }) => typeof local === 'string' && sameAddress(local, address))
          .map((info) => ({
            interface: link.ifname ?? '',
            prefix: info.prefixlen ?? 0,
            tentative: info.tentative === true,
            duplicate: info.dadfailed === true,
          })),
      ),
    on: (name) =>
      links
        .filter((link) => link.ifname === name)
        .flatMap((link) => link.addr_info ?? [])
        .flatMap(({ local, prefixlen }) =>
          typeof local === 'string' ? [{ address: local, prefix: prefixlen ?? 128 }] : [],
        ),
  };
}

/** Compares addresses in whatever way they are written. */
export function sameAddress(one: string, other: string): boolean {
  return canonical(one) === canonical(other);
}

function canonical(address: string): string {
  return isIPv6(address) ? new SocketAddress({ address, family: 'ipv6' }).address : address;
}

const isLinks = listOf(
  shaped({
    ifname: orNull(text),
    addr_info: orNull(listOf(shaped({ local: orNull(text), prefixlen: orNull(number) }))),
  }),
);

function parse(json: string): readonly IpLink[] | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isLinks(value) ? (value as IpLink[]) : undefined;
  } catch {
    return undefined;
  }
}
