// The five hosts of the example configuration in the README, and those that a lab with several managers has besides.
// Every lab uses the same addresses: each has namespaces of its own.

export const HOST_NAMES = ['db10', 'db11', 'db12', 'mgr', 'app'] as const;
/** `mgr` is called mgr1 where these are. */
export const MORE_MANAGERS = ['mgr2', 'mgr3'] as const;
export const ETCD_NAMES = ['etcd1', 'etcd2', 'etcd3'] as const;
export type EtcdName = (typeof ETCD_NAMES)[number];
export type ManagerName = 'mgr' | (typeof MORE_MANAGERS)[number];
export type HostName = (typeof HOST_NAMES)[number] | ManagerName | EtcdName;

export const DATABASE_NAMES = ['db10', 'db11', 'db12'] as const;
export type DatabaseName = (typeof DATABASE_NAMES)[number];

export interface HostAddress {
  readonly name: HostName;
  readonly interface: string;
  readonly ipv4: string;
  readonly ipv6: string;
}

export const HOSTS: Readonly<Record<HostName, HostAddress>> = {
  db10: { name: 'db10', interface: 'eth10', ipv4: '192.168.10.10', ipv6: 'fd00:10::10' },
  db11: { name: 'db11', interface: 'eth1', ipv4: '192.168.10.11', ipv6: 'fd00:10::11' },
  db12: { name: 'db12', interface: 'eth1', ipv4: '192.168.10.12', ipv6: 'fd00:10::12' },
  mgr: { name: 'mgr', interface: 'eth1', ipv4: '192.168.10.100', ipv6: 'fd00:10::100' },
  app: { name: 'app', interface: 'eth1', ipv4: '192.168.10.200', ipv6: 'fd00:10::200' },
  mgr2: { name: 'mgr2', interface: 'eth1', ipv4: '192.168.10.102', ipv6: 'fd00:10::102' },
  mgr3: { name: 'mgr3', interface: 'eth1', ipv4: '192.168.10.103', ipv6: 'fd00:10::103' },
  etcd1: { name: 'etcd1', interface: 'eth1', ipv4: '192.168.10.51', ipv6: 'fd00:10::51' },
  etcd2: { name: 'etcd2', interface: 'eth1', ipv4: '192.168.10.52', ipv6: 'fd00:10::52' },
  etcd3: { name: 'etcd3', interface: 'eth1', ipv4: '192.168.10.53', ipv6: 'fd00:10::53' },
};

/** @param managers 1, or 2 or 3 that share etcd */
export function hostsOf(managers: number): readonly HostName[] {
  return managers === 1 ? HOST_NAMES : [...HOST_NAMES, ...MORE_MANAGERS.slice(0, managers - 1), ...ETCD_NAMES];
}

export function managersOf(hosts: readonly HostName[]): readonly ManagerName[] {
  return (['mgr', ...MORE_MANAGERS] as const).filter((name) => hosts.includes(name));
}

/** What the host is called in a lab with these. */
export function hostNameOf(host: HostName, hosts: readonly HostName[]): string {
  return host === 'mgr' && hosts.includes('mgr2') ? 'mgr1' : host;
}

export const WRITER_ADDRESS = '192.168.10.155';
export const WRITER_CIDR = '192.168.10.155/24';

export const SSH_USER = 'mha_helper';
/** The port of the example; 22 answers too. */
export const SSH_PORT = 2202;

export const ADMIN_ACCOUNT = { user: 'mha_helper', password: 'helper' } as const;
export const REPLICATION_ACCOUNT = { user: 'replicator', password: 'replicator' } as const;
/** What the writer logs in with: rights on the schema `app` only, so read_only stops it. */
export const APPLICATION_ACCOUNT = { user: 'app', password: 'app', schema: 'app' } as const;

export function isHostName(text: string): text is HostName {
  return text in HOSTS;
}

export function isManagerName(text: string): text is ManagerName {
  return text === 'mgr' || (MORE_MANAGERS as readonly string[]).includes(text);
}

export function isEtcdName(text: string): text is EtcdName {
  return (ETCD_NAMES as readonly string[]).includes(text);
}

export function isDatabaseName(text: string): text is DatabaseName {
  return (DATABASE_NAMES as readonly string[]).includes(text);
}
