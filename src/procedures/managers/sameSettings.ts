// Whether the managers' own configuration files say the same of a cluster: whoever leads does as its own file says.
import type { HostSettings, OptionName } from '../../config/options.ts';
import { isSecret, showValue } from '../../config/showValue.ts';
import type { ClusterKeys } from './keys.ts';
import { lastTold } from './sharedState.ts';
import type { StoreView } from './StoreView.ts';

/** Option -> value for each host, of all that is set: `db10 cluster_interface` -> `eth10`. */
export type ToldSettings = Readonly<Record<string, string>>;

/** Each manager has its own. */
const ownOfEach: ReadonlySet<string> = new Set(['ha_manager', 'ha_user', 'ha_ca_file', 'ha_cert_file', 'ha_key_file']);

/** Nothing of a secret is in them, nor what follows the program of a command. */
export function toldSettings(hosts: readonly Pick<HostSettings, 'host' | 'options' | 'origins'>[]): ToldSettings {
  return Object.fromEntries(
    hosts.flatMap(({ host, options, origins }) =>
      (Object.keys(origins) as OptionName[])
        .filter((name) => origins[name] !== 'default' && !isSecret(name) && !ownOfEach.has(name))
        .map((name) => [`${host} ${name}`, told(name, showValue(name, options[name]))]),
    ),
  );
}

function told(name: string, value: string): string {
  if (!name.endsWith('_command')) return value;
  const [program = '', ...rest] = value.split(' ');
  return rest.length === 0 ? program : `${program} and ${rest.join(' ').length} characters`;
}

/** `smtp_host (here mail, there post)`; where they do not differ for all hosts, `run_timeout of db11 (...)`. */
export function differentOptions(own: ToldSettings, theirs: ToldSettings): readonly string[] {
  const keys = [...new Set([...Object.keys(own), ...Object.keys(theirs)])];
  const hostOf = (key: string): string => key.slice(0, key.indexOf(' '));
  const all = new Set(keys.map(hostOf)).size;
  const hosts = new Map<string, string[]>();
  for (const key of keys.filter((one) => own[one] !== theirs[one])) {
    const value = (one: string | undefined): string => one ?? 'not set';
    const what = `${key.slice(key.indexOf(' ') + 1)}\n (here ${value(own[key])}, there ${value(theirs[key])})`;
    hosts.set(what, [...(hosts.get(what) ?? []), hostOf(key)]);
  }
  return [...hosts]
    .map(([what, where]) => what.replace('\n', where.length === all ? '' : ` of ${where.sort().join(', ')}`))
    .sort();
}

/** Null: they are the same, or nobody has told. @param own null: this one cannot be read */
export function otherSettings(
  own: ToldSettings | null,
  keys: Pick<ClusterKeys, 'state'>,
  view: Pick<StoreView, 'last'>,
): string | null {
  const theirs = lastTold(keys, view)?.settings ?? null;
  if (own === null || theirs === null) return null;
  const different = differentOptions(own, theirs);
  return different.length === 0 ? null : settingsText(different);
}

export function settingsText(different: readonly string[]): string {
  return `the configuration of this manager is not that of the last leader: ${different.join('; ')}`;
}
