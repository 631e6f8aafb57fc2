// What the user of MHA may do, as far as SHOW GRANTS tells: nothing is tried out, because a try would change something.

export interface MissingPrivilege {
  /** What it may not do. */
  readonly what: string;
  /** What to grant. */
  readonly privileges: string;
}

const needs: readonly { readonly what: string; readonly anyOf: readonly string[] }[] = [
  { what: 'set read_only', anyOf: ['SUPER', 'READ_ONLY ADMIN', 'SYSTEM_VARIABLES_ADMIN'] },
  { what: 'execute what is left in a dead master\'s binary log', anyOf: ['SUPER', 'BINLOG REPLAY', 'BINLOG_ADMIN', 'REPLICATION_APPLIER'] },
  { what: 'end sessions of others', anyOf: ['SUPER', 'CONNECTION ADMIN', 'CONNECTION_ADMIN'] },
];

/** @param grants lines of SHOW GRANTS. Empty as well where a role is granted: what that brings is not in these lines */
export function missingPrivileges(grants: readonly string[]): readonly MissingPrivilege[] {
  const lists = grants.flatMap((grant) => /^GRANT (.+?) ON \*\.\* TO /i.exec(grant)?.[1]?.toUpperCase() ?? []);
  const held = new Set(lists.flatMap((list) => list.split(',').map((privilege) => privilege.trim())));
  const hasRole = grants.some((grant) => /^GRANT (?!.* ON ).* TO /i.test(grant));
  if (hasRole || held.has('ALL PRIVILEGES')) return [];
  return needs.filter(({ anyOf }) => !anyOf.some((privilege) => held.has(privilege))).map(({ what, anyOf }) => ({ what, privileges: anyOf.join(' or ') }));
}
