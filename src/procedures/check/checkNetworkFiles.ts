// The writer address must not be in the network configuration of a host: a host that comes back would take it without
// being the master.
import { isIP } from 'node:net';
import type { Shell } from '../../context/Context.ts';
import { ok, warning, type Body } from './CheckLine.ts';
import type { HostFile } from './files/hostFiles.ts';
import { placesOf, readNetworkFiles } from './files/networkFiles.ts';

/** So many are named, and the others counted. */
const named = 3;

/** @param address the writer address; null or words where it is none that a host could be configured with */
export async function checkNetworkFiles(shell: Shell, address: string | null): Promise<readonly Body[]> {
  if (address === null || isIP(address) === 0) return [];
  return networkLines(await readNetworkFiles(shell), address);
}

export function networkLines(files: readonly HostFile[], address: string): readonly Body[] {
  const places = placesOf(files, address).map(
    ({ path, line }) => `${path}:${line} gives this host the writer address ${address} when it starts, master or not`,
  );
  const found = places.map((text) => warning(text, 'take it out there; the hooks put it where it belongs'));
  const hidden = [...new Set(files.filter(({ text }) => text === null).map(({ path }) => path))];
  if (files.length === 0)
    return [ok('there is no configuration of ifupdown, netplan, NetworkManager, networkd or ifcfg')];
  if (hidden.length === 0 && found.length === 0)
    return [ok(`the writer address is not in the network configuration (${files.length} files)`)];
  if (hidden.length === 0) return found;
  const more = hidden.length > named ? ` and ${hidden.length - named} more` : '';
  const which = `${hidden.slice(0, named).join(', ')}${more}`;
  return [
    ...found,
    warning(
      `it is not known whether the host takes the writer address ${address} when it starts: ` +
        `the SSH user may not read ${which}`,
      `look there for ${address}, or let the SSH user read it`,
    ),
  ];
}
