// The lab's network, its faults, and where the writer address is.
import { script } from './hostFiles.ts';
import { HOSTS, HOST_NAMES, type HostName, WRITER_ADDRESS, WRITER_CIDR } from './hosts.ts';
import { runIn } from './hostCommand.ts';

interface InterfaceAddresses {
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
  ];
}

export function addWriterAddress(host: HostName, cidr: string = WRITER_CIDR): string {
  return `ip addr add ${cidr} dev ${HOSTS[host].interface}${cidr.includes(':') ? ' nodad' : ''}`;
}

/** All hosts that have the address, on whatever interface and with whatever prefix. */
export async function holders(
  inits: Readonly<Record<HostName, number>>,
  address: string = WRITER_ADDRESS,
): Promise<HostName[]> {
  const has = await Promise.all(
    HOST_NAMES.map(async (name) => {
      const { stdout } = await runIn(inits[name], ['ip', '-j', 'addr']);
      const interfaces = JSON.parse(stdout) as InterfaceAddresses[];
      return interfaces.some((one) => one.addr_info.some((info) => info.local === address));
    }),
  );
  return HOST_NAMES.filter((_, index) => has[index]);
}
