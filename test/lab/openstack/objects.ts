// What stands in the cloud of the tests when it starts.

/** Who may do what. `member` has an ordinary role in the project, `viewer` may only look. */
export const ACCOUNTS = {
  admin: { user: 'admin', password: 'admin-secret', project: 'admin' },
  member: { user: 'mha', password: 'p@$$ w"o\'r\\d#', project: 'databases' },
  viewer: { user: 'viewer', password: 'viewer-secret', project: 'databases' },
} as const;

/** As the README has them. */
export const ACCESS_RULES = [
  ['GET', '/v2.0/ports'],
  ['GET', '/v2.0/routers'],
  ['GET', '/v2.0/floatingips'],
  ['GET', '/v2.0/extensions/revision-if-match'],
  ['PUT', '/v2.0/ports/*'],
  ['PUT', '/v2.0/floatingips/*'],
] as const;

/**
 * Ports by name: two hosts of the contract tests, three of the lab, one with two addresses, one without a way out, one
 * on a network of the provider's.
 */
export const PORTS = {
  'wire-db10': ['wire', '10.77.0.1'],
  'wire-db11': ['wire', '10.77.0.2'],
  'wire-two': ['wire', '10.77.0.20', '10.77.0.21'],
  'lab-db10': ['lab', '192.168.10.10'],
  'lab-db11': ['lab', '192.168.10.11'],
  'lab-db12': ['lab', '192.168.10.12'],
  island: ['island', '10.88.0.10'],
  shared: ['shared', '10.99.0.10'],
} as const;

export type PortName = keyof typeof PORTS;

export const FLOATING_ADDRESS = '203.0.113.155';
export const OTHER_FLOATING_ADDRESS = '203.0.113.156';

/** Ids of what was made. */
export interface Objects {
  readonly ports: Readonly<Record<PortName, string>>;
  readonly floatingIp: string;
  readonly applicationCredential: { readonly id: string; readonly secret: string };
  /** The same, for nothing but ACCESS_RULES. */
  readonly narrowCredential: { readonly id: string; readonly secret: string };
}
