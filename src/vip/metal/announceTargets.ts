// Where a datagram goes whose only purpose is that the kernel asks for its receiver, with the writer address as the one
// who asks.
import type { Cidr } from '../../config/optionTypes.ts';

const most = 8;

/**
 * Up to 8 IPv4 addresses next to the writer address, nearest first, in its subnet; for a /32 or /31 in a subnet of the
 * interface, rather in one that the writer address lies in. Never a network or broadcast address, the writer address,
 * or another of the host's own.
 * @param own the addresses of the interface
 */
export function announceTargets(writer: Cidr, own: readonly Pick<Cidr, 'address' | 'prefix'>[]): readonly string[] {
  const onInterface = own.filter(({ address, prefix }) => !address.includes(':') && prefix <= 30);
  const subnet =
    writer.prefix <= 30
      ? writer
      : (onInterface.find((one) => networkOf(one) === networkOf({ ...one, address: writer.address })) ??
        onInterface[0]);
  if (writer.family !== 4 || subnet === undefined) return [];
  const network = networkOf(subnet);
  const broadcast = network + 2 ** (32 - subnet.prefix) - 1;
  const taken = new Set([writer, ...own].map(({ address }) => address));
  const near = Math.min(Math.max(toNumber(writer.address), network), broadcast);
  const found: string[] = [];
  for (let distance = 0; found.length < most && distance <= broadcast - network; distance += 1) {
    for (const candidate of distance === 0 ? [near] : [near + distance, near - distance]) {
      const address = toAddress(candidate);
      if (candidate > network && candidate < broadcast && !taken.has(address)) found.push(address);
    }
  }
  return found.slice(0, most);
}

function networkOf({ address, prefix }: Pick<Cidr, 'address' | 'prefix'>): number {
  const size = 2 ** (32 - prefix);
  return Math.floor(toNumber(address) / size) * size;
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}
