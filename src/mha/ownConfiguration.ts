// The two files of a cluster are easily taken for one another: MHA's and mha-helper's own.
import { ConfigFailure } from '../config/problems.ts';
import { parseConfigTiny } from './configTiny.ts';

/** A file of mha-helper's own has [default] and a section for each host, and no [serverN]. */
export function isOwnConfiguration(text: string): boolean {
  const names = [...parseConfigTiny(text).blocks.keys()].map((name) => name.toLowerCase());
  return names.includes('default') && !names.some((name) => /^server(?: default|\d+)$/.test(name));
}

/** @throws ConfigFailure for a file of mha-helper's own */
export function refuseOwnConfiguration(path: string, text: string): void {
  if (isOwnConfiguration(text))
    throw ownConfiguration(path, 'for instance /etc/mha/test_cluster.conf, with [server1], [server2], ...');
}

/** @param hint where MHA's configuration is */
export function ownConfiguration(path: string, hint: string): ConfigFailure {
  const what = `${path} is mha-helper's own configuration, and MHA's is needed here`;
  return new ConfigFailure(what, [what], { hint });
}
