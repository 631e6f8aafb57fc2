// The names MHA's configuration calls the executable by, and the command each stands for. They are those of the Python
// mha_helper's scripts, so that its users need not touch MHA's configuration. Packaging makes its symlinks from this
// table.

export interface EntryName {
  /** Name of the symlink. */
  readonly name: string;
  /** What `mha-helper` would have to be given instead. */
  readonly words: readonly string[];
  /** The Python helper's script had one of these among its arguments; it goes to the front. */
  readonly verbs?: readonly string[];
}

export const entryNames: readonly EntryName[] = [
  { name: 'master_ip_hard_failover_helper', words: ['hard-failover'] },
  { name: 'master_ip_online_failover_helper', words: ['online-failover'] },
  { name: 'master_failover_report', words: ['report'] },
  { name: 'mha_manager_daemon', words: ['monitor'], verbs: ['start', 'stop', 'restart', 'status'] },
  { name: 'mysql_failover', words: ['failover'] },
  { name: 'mysql_online_failover', words: ['failover', '--online'] },
];

/** The words a call by this path begins with; none for `mha-helper` itself and for a name that is not in the table. */
export function wordsOfName(path: string): readonly string[] {
  return entryOf(path)?.words ?? [];
}

/**
 * A whole call as `mha-helper` would have to be given it. A name alone orders nothing: whoever types only
 * `mysql_online_failover` is asked what is meant.
 */
export function wordsOfCall(path: string, args: readonly string[]): readonly string[] {
  const entry = entryOf(path);
  if (args.length === 0) return entry?.words.slice(0, 1) ?? [];
  const verb = args.findLastIndex((argument) => entry?.verbs?.includes(argument) === true);
  const ordered = verb < 0 ? args : [...args.slice(verb, verb + 1), ...args.slice(0, verb), ...args.slice(verb + 1)];
  return [...(entry?.words ?? []), ...ordered];
}

function entryOf(path: string): EntryName | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return entryNames.find((entry) => entry.name === name);
}
