// Every command line of scripts.ts, assignScript.ts, releaseScript.ts and askScript.ts that is run with sudo, as sudo
// gets it: what a rule in sudoers must allow, and no more. They change together.
import type { HostAddresses } from '../hostAddresses.ts';
import { frostPreference } from './frost.ts';
import type { MetalHost } from './host.ts';

/** A program and its arguments. */
export type CommandLine = readonly string[];

type Place = Pick<MetalHost, 'ip' | 'arping' | 'ss' | 'cidr' | 'settings'>;

/**
 * The commands of each program stand together, those of ip first.
 * @param announces false where arping is only asked with
 * @param probesFrom as in MetalTools
 */
export function privilegedCommands(
  { ip, arping, ss, cidr, settings }: Place,
  announces: boolean,
  probesFrom: 'none' | 'own',
): readonly CommandLine[] {
  const { address, prefix, family } = cidr;
  const device = settings.cluster_interface ?? '';
  const version = `-${family}`;
  const commands: CommandLine[] = [
    [ip, 'addr', 'add', `${address}/${prefix}`, 'dev', device],
    [ip, 'addr', 'del', `${address}/${prefix}`, 'dev', device],
    [ip, version, 'route', 'del', 'local', address, 'dev', device, 'table', 'local'],
    [ip, version, 'route', 'replace', 'local', address, 'dev', device, 'table', 'local'],
    [ip, version, 'route', 'replace', 'local', address, 'dev', device, 'table', 'local', 'proto', 'kernel'],
    [ip, version, 'neigh', 'del', address, 'dev', device],
  ];
  if (arping !== null && family === 4) {
    const iputils = arping.kind === 'iputils';
    const silent = iputils ? '-D' : '-0';
    const ask = iputils
      ? ['-c', '1', '-w', '1', '-I', device, address]
      : ['-c', '1', '-w', '0.5', '-i', device, address];
    const tell = iputils
      ? ['-U', '-c', '1', '-I', device, address]
      : ['-U', '-c', '1', '-S', address, '-i', device, address];
    if (announces && settings.requires_arping) commands.push([arping.path, ...tell]);
    commands.push([arping.path, ...(probesFrom === 'none' ? [silent] : []), ...ask]);
  }
  if (ss !== null) {
    const source = family === 6 ? `[${address}]` : address;
    commands.push([ss, '-K', 'state', 'connected', 'exclude', 'time-wait', 'src', source]);
  }
  return commands;
}

/** What a frozen state is made and ended with, besides those: see frost.ts. None where the resets are not possible. */
export function frostCommands({ ip, ss, cidr }: Pick<Place, 'ip' | 'ss' | 'cidr'>): readonly CommandLine[] {
  if (ss === null) return [];
  const { address, family } = cidr;
  const version = `-${family}`;
  const whole = `${address}/${family === 6 ? 128 : 32}`;
  const rule = ['from', whole, 'blackhole', 'pref', frostPreference];
  const copy = [
    [ip, 'addr', 'add', whole, 'dev', 'lo', 'scope', 'host'],
    [ip, '-4', 'route', 'del', 'local', address, 'dev', 'lo', 'table', 'local'],
    [ip, 'addr', 'del', whole, 'dev', 'lo'],
  ];
  return [[ip, version, 'rule', 'add', ...rule], [ip, version, 'rule', 'del', ...rule], ...(family === 4 ? copy : [])];
}

/**
 * What keeps the other addresses of the interface, where the kernel would delete them with the writer address: see
 * guard() and put_back() of the release.
 */
export function guardCommands({ ip, cidr, settings }: Place, found: HostAddresses): readonly CommandLine[] {
  if (cidr.family !== 4) return [];
  const device = settings.cluster_interface ?? '';
  const others = found.on(device).filter(({ address }) => !address.includes(':') && address !== cidr.address);
  return others.flatMap(({ address, prefix }) => [
    [ip, 'addr', 'add', `${address}/32`, 'dev', device],
    [ip, 'addr', 'add', `${address}/${prefix}`, 'brd', '+', 'dev', device],
    [ip, 'addr', 'del', `${address}/32`, 'dev', device],
  ]);
}
