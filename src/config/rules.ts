// Rules between options and between the hosts of a cluster.
import { isIP } from 'node:net';
import { needs } from './needs.ts';
import { optionNames, options, type HostSettings, type OptionName } from './options.ts';
import { optionTypes } from './optionTypes.ts';
import type { Problem } from './problems.ts';
import { secretTwice } from './secretFiles.ts';
import { showValue } from './showValue.ts';

/**
 * @param unusable for each host the options whose value is wrong by itself: what follows from them would only confuse.
 */
export function clusterProblems(
  hosts: readonly HostSettings[],
  unusable: ReadonlyMap<string, ReadonlySet<OptionName>>,
): Problem[] {
  const isBad = (host: HostSettings, option: OptionName): boolean => unusable.get(host.host)?.has(option) ?? false;
  const problems = needs.flatMap(({ option, or, because, when }) => {
    const isThere = (host: HostSettings, name: OptionName | undefined): boolean =>
      name !== undefined && (host.options[name] !== undefined || isBad(host, name));
    const lacking = hosts.filter(
      (host) => when(host) && !isThere(host, option) && !isThere(host, or) && !isBad(host, because),
    );
    const [first] = lacking;
    if (first === undefined) return [];
    return [
      {
        line: first.lines?.[because],
        text:
          `${because} = ${showValue(because, first.options[because])} needs ${option}, which is not set for ` +
          `${names(lacking)}`,
      },
    ];
  });
  return [
    ...problems,
    ...secretTwice(hosts),
    ...uncheckedAuthority(hosts),
    ...twoAddresses(hosts),
    ...ipv6InAws(hosts),
    ...ipv6AsFloatingIp(hosts),
    ...onePlaceForTwo(hosts),
    ...severalWays(hosts),
  ];
}

/** What works, but not as somebody will have meant it. */
export function clusterWarnings(hosts: readonly HostSettings[]): Problem[] {
  const slow = hosts.filter((host) => host.options.kill_after_timeout >= host.options.run_timeout);
  const unmanaged = hosts.filter((host) => host.options.vip_type === 'none');
  const managed = hosts.filter((host) => host.options.vip_type !== 'none');
  const warnings: Problem[] = [];
  if (slow[0] !== undefined) {
    warnings.push({
      line: slow[0].lines?.kill_after_timeout,
      text:
        `kill_after_timeout is not less than run_timeout for ${names(slow)}: a planned switch that has to wait ` +
        'for sessions fails before it terminates them',
    });
  }
  const long = hosts.filter((host) => host.options.step_timeout >= host.options.run_timeout);
  if (long[0] !== undefined) {
    warnings.push({
      line: long[0].lines?.step_timeout ?? long[0].lines?.run_timeout,
      text:
        `step_timeout is not less than run_timeout for ${names(long)}: one step that hangs uses up the time of ` +
        'the whole call',
    });
  }
  if (unmanaged[0] !== undefined && managed.length > 0) {
    warnings.push({
      line: unmanaged[0].lines?.vip_type,
      text:
        `vip_type is none for ${names(unmanaged)} but not for ${names(managed)}: the writer address will not ` +
        'be removed from or added to a host with none',
    });
  }
  const careless = hosts.filter(({ options }) => options.smtp_user !== undefined && options.smtp_security === 'none');
  const trusting = hosts.filter(
    ({ options }) => options.smtp_ca_file !== undefined && !['starttls', 'tls'].includes(options.smtp_security),
  );
  const useless = hosts.filter(
    ({ options }) =>
      (options.smtp_password ?? options.smtp_password_file) !== undefined && options.smtp_user === undefined,
  );
  if (careless[0] !== undefined)
    warnings.push({
      line: careless[0].lines?.smtp_security,
      text: `smtp_security = none with smtp_user, for ${names(careless)}: the password goes over the network as it is`,
    });
  if (trusting[0] !== undefined)
    warnings.push({
      line: trusting[0].lines?.smtp_ca_file,
      text:
        `smtp_ca_file is not looked at for ${names(trusting)}: certificates are only checked with ` +
        'smtp_security = starttls or tls',
    });
  if (useless[0] !== undefined)
    warnings.push({
      line: useless[0].lines?.smtp_password ?? useless[0].lines?.smtp_password_file,
      text: `smtp_password without smtp_user, for ${names(useless)}: no login is made`,
    });
  return [...warnings, ...forAnotherProvider(hosts)];
}

function forAnotherProvider(hosts: readonly HostSettings[]): Problem[] {
  return optionNames.flatMap((name) => {
    const { provider } = options[name];
    const idle =
      provider === undefined
        ? []
        : hosts.filter((host) => host.origins[name] !== 'default' && host.options.vip_type !== provider);
    return idle[0] === undefined
      ? []
      : [
          {
            line: idle[0].lines?.[name],
            text: `${name} is not looked at for ${names(idle)}: vip_type is not ${provider ?? ''} there`,
          },
        ];
  });
}

/** Whoever names an authority takes the servers for verified. */
function uncheckedAuthority(hosts: readonly HostSettings[]): Problem[] {
  const bad = hosts.find(({ options: set }) => set.mysql_ca_file !== undefined && set.mysql_tls !== 'verify');
  return bad === undefined
    ? []
    : [{ line: bad.lines?.mysql_ca_file, text: 'mysql_ca_file is only used with mysql_tls = verify: set that too' }];
}

/** Neutron has no floating IPs of version 6. */
function ipv6AsFloatingIp(hosts: readonly HostSettings[]): Problem[] {
  const bad = hosts.filter(
    ({ options: set }) =>
      set.vip_type === 'openstack' && set.openstack_method === 'floating-ip' && set.writer_vip_cidr?.family === 6,
  );
  return bad[0] === undefined
    ? []
    : [
        {
          line: bad[0].lines?.writer_vip_cidr,
          text: `writer_vip_cidr: with openstack_method = floating-ip it must be an IPv4 address, for ${names(bad)}`,
        },
      ];
}

function ipv6InAws(hosts: readonly HostSettings[]): Problem[] {
  const bad = hosts.filter(({ options: set }) => set.vip_type === 'aws' && set.writer_vip_cidr?.family === 6);
  return bad[0] === undefined
    ? []
    : [
        {
          line: bad[0].lines?.writer_vip_cidr,
          text: `writer_vip_cidr: with vip_type = aws it must be an IPv4 address, for ${names(bad)}`,
        },
      ];
}

/** Why an address with prefix length that is well-formed cannot be a writer address. */
export function addressProblem(raw: string): string | undefined {
  const cidr = optionTypes.cidr.read(raw);
  if (cidr === undefined) return undefined;
  const bits = addressBits(cidr.address);
  const hostPart = bits.slice(cidr.prefix);
  if (!bits.includes('1') || (cidr.family === 4 ? /^01111111|^111/ : /^0{127}1$|^1{8}/).test(bits))
    return 'must be the address of a host, not an unspecified, loopback or multicast one';
  if (hostPart.length < 2) return undefined;
  if (!hostPart.includes('1'))
    return `is the network's own address, must be that of a host; is the part after / meant to be ${bits.length}?`;
  if (cidr.family === 4 && !hostPart.includes('0')) return "is the network's broadcast address, must be that of a host";
  return undefined;
}

// Hosts that would each add another writer address are a split writer.
function twoAddresses(hosts: readonly HostSettings[]): Problem[] {
  const byAddress = new Map<string, HostSettings[]>();
  for (const host of hosts) {
    const address = host.options.vip_type === 'none' ? undefined : host.options.writer_vip_cidr?.address;
    if (address !== undefined) byAddress.set(address, [...(byAddress.get(address) ?? []), host]);
  }
  if (byAddress.size < 2) return [];
  const list = [...byAddress].map(([address, holders]) => `${address} (${names(holders)})`).join(', ');
  const odd = [...byAddress.values()].at(-1)?.[0];
  return [
    {
      line: odd?.lines?.writer_vip_cidr,
      text: `writer_vip_cidr: all hosts of a cluster must have the same writer address, but there are ${list}`,
    },
  ];
}

/**
 * Names a single place in the cloud: one that two hosts share would have the address whichever of them it is given to.
 */
const ownPlaces = ['aws_network_interface_id', 'aws_instance_id', 'openstack_port'] as const;

function onePlaceForTwo(hosts: readonly HostSettings[]): Problem[] {
  return ownPlaces.flatMap((name) => {
    const set = hosts.filter(
      (host) => host.options[name] !== undefined && host.options.vip_type === options[name].provider,
    );
    return [...Map.groupBy(set, (host) => host.options[name])].flatMap(([value, holders]) => {
      const [, second] = holders;
      return second === undefined
        ? []
        : [
            {
              line: second.lines?.[name],
              text:
                `${name} = ${value ?? ''} is set for ${names(holders)}: each host needs its own, in its own ` +
                'section',
            },
          ];
    });
  });
}

/** Of these one value holds for the whole cluster: there is one address, which is in one place. */
const sharedWays = ['aws_method', 'aws_route_table_ids', 'openstack_method'] as const;

function severalWays(hosts: readonly HostSettings[]): Problem[] {
  return sharedWays.flatMap((name) => {
    const set = hosts.filter(
      (host) => host.options[name] !== undefined && host.options.vip_type === options[name].provider,
    );
    const ways = [...Map.groupBy(set, (host) => [host.options[name] ?? []].flat().toSorted().join(', '))];
    const odd = ways.at(-1)?.[1][0];
    return ways.length < 2
      ? []
      : [
          {
            line: odd?.lines?.[name],
            text:
              `${name}: all hosts of a cluster must have the same, but there are ` +
              ways.map(([way, holders]) => `${way} (${names(holders)})`).join('; '),
          },
        ];
  });
}

function names(hosts: readonly HostSettings[]): string {
  return hosts.map((host) => host.host).join(', ');
}

function addressBits(address: string): string {
  if (isIP(address) === 4)
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const pair = (at: number): string => (Number(dotted?.[at]) * 256 + Number(dotted?.[at + 1])).toString(16);
  const plain = dotted === null ? address : `${dotted[1] ?? ''}${pair(2)}:${pair(4)}`;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].map((part) => parseInt(part, 16).toString(2).padStart(16, '0')).join('');
}
