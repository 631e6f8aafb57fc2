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

/** Options of other providers are of no interest, unless somebody has set them. */
function concerns(host: HostSettings, name: OptionName): boolean {
  const { provider } = options[name];
  return provider === undefined || provider === host.options.vip_type || host.origins[name] !== 'default';
}

function showOrigin(host: HostSettings, name: OptionName): string {
  const line = host.lines?.[name];
  if (host.origins[name] === 'default') return options[name].default === undefined ? 'not set' : 'default';
  const section = host.origins[name] === 'host section' ? 'host section' : '[default]';
  return `${section}, ${host.file}${ifAny(':', line?.toString())}`;
}
