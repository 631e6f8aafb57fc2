// What the user of MHA may do, as far as SHOW GRANTS tells: nothing is tried out, because a try would change something.

export interface MissingPrivilege {
  /** What it may not do. */
  readonly what: string;
  /** What to grant. */
  readonly privileges: string;
}

const needs: readonly { readonly what: string; readonly anyOf: readonly string[]; readonly withoutSuper: RegExp }[] = [
  // MariaDB has taken one after the other out of SUPER (MDEV-29596, MDEV-29668).
  {
    what: 'set read_only',
    anyOf: ['SUPER', 'READ_ONLY ADMIN', 'SYSTEM_VARIABLES_ADMIN'],
    withoutSuper: /^MariaDB (?:10\.1[1-9]|1[1-9])\./,
  },
  {
    what: "execute what is left in a dead master's binary log",
    anyOf: ['SUPER', 'BINLOG REPLAY', 'REPLICATION_APPLIER', 'BINLOG_ADMIN'],
    withoutSuper: /^MariaDB 1[1-9]\./,
  },
  {
    what: 'end sessions of others',
    anyOf: ['SUPER', 'CONNECTION ADMIN', 'CONNECTION_ADMIN'],
    withoutSuper: /^MariaDB 1[1-9]\./,
  },
];

/**
 * @param version as dialects are named: `MariaDB 10.11.6`
 * @param grants lines of SHOW GRANTS
 * @returns empty as well where a role is granted: what that brings is not in these lines
 */
export function missingPrivileges(version: string, grants: readonly string[]): readonly MissingPrivilege[] {
  const lists = grants.flatMap((grant) => /^GRANT (.+?) ON \*\.\* TO /i.exec(grant)?.[1]?.toUpperCase() ?? []);
  const held = new Set(lists.flatMap((list) => list.split(',').map((privilege) => privilege.trim())));
  const hasRole = grants.some((grant) => /^GRANT (?!.* ON ).* TO /i.test(grant));
  if (hasRole || held.has('ALL PRIVILEGES')) return [];
  const wanted = needs.map(({ what, anyOf, withoutSuper }) => ({
    what,
    anyOf: withoutSuper.test(version) ? anyOf.filter((one) => one !== 'SUPER') : anyOf,
  }));
  return wanted
    .filter(({ anyOf }) => !anyOf.some((privilege) => held.has(privilege)))
    .map(({ what, anyOf }) => ({ what, privileges: anyOf.join(' or ') }));
}
