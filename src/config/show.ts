// What `mha-helper config` prints: every option in force, and where it comes from.
import { ifAny } from '../errors/message.ts';
import { optionNames, options, type HostSettings, type OptionName } from './options.ts';
import { showValue } from './showValue.ts';

/**
 * A block of lines for each host, an empty line between; without a newline at the end. Values as they are written in a
 * file.
 */
export function showSettings(hosts: readonly HostSettings[]): string {
  return hosts.map((host) => [`${host.host} (cluster ${host.cluster})`, ...showHost(host)].join('\n')).join('\n\n');
}

function showHost(host: HostSettings): string[] {
  const rows = optionNames
    .filter((name) => concerns(host, name))
    .map((name) => [name, showValue(name, host.options[name]), showOrigin(host, name)] as const);
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const valueWidth = Math.min(40, Math.max(...rows.map(([, value]) => value.length)));
  return rows.map(([name, value, origin]) => `  ${name.padEnd(nameWidth)} = ${value.padEnd(valueWidth)}  ${origin}`);
}

/** For programs. */
export interface ShownHost {
  readonly host: string;
  readonly cluster: string;
  readonly file: string;
  readonly options: Readonly<Record<string, ShownOption>>;
}

export interface ShownOption {
  /** As it is written in a file; null: not set. A password is not shown. */
  readonly value: string | null;
  readonly from: 'default' | '[default]' | 'host section';
  /** Line in the file; null for a default. */
  readonly line: number | null;
}

export function shownHost(host: HostSettings): ShownHost {
  const shown = optionNames
    .filter((name) => concerns(host, name))
    .map((name) => [name, shownOption(host, name)] as const);
  return { host: host.host, cluster: host.cluster, file: host.file, options: Object.fromEntries(shown) };
}

function shownOption(host: HostSettings, name: OptionName): ShownOption {
  const value = host.options[name];
  return {
    value: value === undefined ? null : showValue(name, value),
    from: originOf(host, name),
    line: host.lines?.[name] ?? null,
  };
}

/** Options of other providers are of no interest, unless somebody has set them. */
function concerns(host: HostSettings, name: OptionName): boolean {
  const { provider } = options[name];
  return provider === undefined || provider === host.options.vip_type || host.origins[name] !== 'default';
}

function showOrigin(host: HostSettings, name: OptionName): string {
  const line = host.lines?.[name];
  if (host.origins[name] === 'default') return options[name].default === undefined ? 'not set' : 'default';
  return `${originOf(host, name)}, ${host.file}${ifAny(':', line?.toString())}`;
}

function originOf(host: HostSettings, name: OptionName): ShownOption['from'] {
  const origin = host.origins[name];
  return origin === 'default' || origin === 'host section' ? origin : '[default]';
}
