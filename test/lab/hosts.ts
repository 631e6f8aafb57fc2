// The five hosts of the example configuration in the README. Every lab uses the same addresses: each has namespaces of
// its own.

export const HOST_NAMES = ['db10', 'db11', 'db12', 'mgr', 'app'] as const;
export type HostName = (typeof HOST_NAMES)[number];

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
};

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
  return (HOST_NAMES as readonly string[]).includes(text);
}

export function isDatabaseName(text: string): text is DatabaseName {
  return (DATABASE_NAMES as readonly string[]).includes(text);
}
