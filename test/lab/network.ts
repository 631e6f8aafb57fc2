// The lab's network, its faults, and where the writer address is.
import { script } from './hostFiles.ts';
import { HOSTS, HOST_NAMES, type HostName, WRITER_ADDRESS, WRITER_CIDR } from './hosts.ts';
import { runIn } from './hostCommand.ts';

interface InterfaceAddresses {
  readonly ifname: string;
  readonly addr_info: readonly { readonly local?: string }[];
}

/** Pulls the cable at the switch: the host itself goes on, with whatever addresses it has. */
export async function setPort(switchInit: number, host: HostName, state: 'up' | 'down'): Promise<void> {
  await script(switchInit, [`ip link set port-${host} ${state}`]);
}

/** Shell lines, run in the host: its own addresses only, no neighbours remembered. */
export function resetAddresses(host: HostName): string[] {
  const { interface: device, ipv4, ipv6 } = HOSTS[host];
  return [
    `ip addr flush dev ${device} scope global`,
    `tc qdisc del dev ${device} root 2>/dev/null || true`,
    `ip link set ${device} up`,
    `ip addr add ${ipv4}/24 dev ${device}`,
    `ip -6 addr replace ${ipv6}/64 dev ${device} nodad`,
    'ip neigh flush all',
    // What a frozen state may have left.
    ...['-4', '-6'].map((family) => `while ip ${family} rule del blackhole 2>/dev/null; do :; done`),
    `ip addr del ${WRITER_ADDRESS}/32 dev lo 2>/dev/null || true`,
  ];
}

export function addWriterAddress(host: HostName, cidr: string = WRITER_CIDR): string {
  return `ip addr add ${cidr} dev ${HOSTS[host].interface}${cidr.includes(':') ? ' nodad' : ''}`;
}

/**
 * All hosts that have the address, on whatever interface and with whatever prefix; but no copy on lo that the kernel
 * does not answer for.
 */
export async function holders(
  inits: Readonly<Record<HostName, number>>,
  address: string = WRITER_ADDRESS,
): Promise<HostName[]> {
  const has = await Promise.all(
    HOST_NAMES.map(async (name) => {
      const { stdout } = await runIn(inits[name], ['ip', '-j', 'addr']);
      const places = (JSON.parse(stdout) as InterfaceAddresses[]).filter((one) =>
        one.addr_info.some((info) => info.local === address),
      );
      if (places.some(({ ifname }) => ifname !== 'lo')) return true;
      if (places.length === 0) return false;
      return (await runIn(inits[name], ['ip', 'route', 'show', 'table', 'local', address])).stdout.trim() !== '';
    }),
  );
  return HOST_NAMES.filter((_, index) => has[index]);
}

/** Hosts with anything of a frozen state on them. */
export async function frozenHosts(inits: Readonly<Record<HostName, number>>): Promise<HostName[]> {
  const look = `ip rule; ip -6 rule; ip -o addr show dev lo to ${WRITER_ADDRESS}`;
  const seen = await Promise.all(HOST_NAMES.map((name) => runIn(inits[name], ['sh', '-c', look])));
  return HOST_NAMES.filter((_, index) => /blackhole|inet /.test(seen[index]?.stdout ?? ''));
}
