// The two files of a cluster are easily taken for one another: MHA's and mha-helper's own.
import { ConfigFailure } from '../config/problems.ts';
import { parseConfigTiny } from './configTiny.ts';

/** @throws ConfigFailure for a file of mha-helper's own: [default] and a section for each host, and no [serverN] */
export function refuseOwnConfiguration(path: string, text: string): void {
  const names = [...parseConfigTiny(text).blocks.keys()].map((name) => name.toLowerCase());
  if (!names.includes('default') || names.some((name) => /^server(?: default|\d+)$/.test(name))) return;
  const what = `${path} is mha-helper's own configuration, and MHA's is needed here`;
  throw new ConfigFailure(what, [what], {
    hint: 'for instance /etc/mha/test_cluster.conf, with [server1], [server2], ...',
  });
}
