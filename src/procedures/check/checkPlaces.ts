// Where those servers are that may become the master: the writer address goes from host to host, and clients come by it
// to one port. Pure.
import type { HostSettings } from '../../config/options.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { failed, type Body } from './CheckLine.ts';

/** @param vipType undefined where mha-helper's own file cannot be used: that is said elsewhere */
export function checkPlaces(
  app: ApplicationConfig,
  vipType: HostSettings['options']['vip_type'] | undefined,
): readonly Body[] {
  const able = app.servers.filter(({ noMaster }) => !noMaster);
  return [...onOneHost(app, able), ...onSeveralPorts(app, able, vipType)];
}

function onOneHost({ file }: ApplicationConfig, able: ApplicationConfig['servers'][number][]): readonly Body[] {
  const byHost = Map.groupBy(able, ({ hostname, ip }) => ip ?? hostname.toLowerCase());
  return [...byHost.values()]
    .filter(({ length }) => length > 1)
    .map((servers) => {
      const names = servers.map(({ hostname, port }) => `${hostname}:${port}`).join(' and ');
      return failed(
        'refused',
        `${names} are on one host, and each may become the master: a switch or a failover from one to the other is ` +
          'refused',
        `set no_master=1 for all but one of them in ${file}`,
      );
    });
}

/** A command of the operator's is told the port, and without an address clients are led by something else. */
function onSeveralPorts(
  { file }: ApplicationConfig,
  able: ApplicationConfig['servers'][number][],
  vipType: HostSettings['options']['vip_type'] | undefined,
): readonly Body[] {
  const ports = [...new Set(able.map(({ port }) => port))];
  if (ports.length < 2 || vipType === undefined || vipType === 'none' || vipType === 'command') return [];
  const names = able.map(({ hostname, port }) => `${hostname}:${port}`).join(', ');
  return [
    failed(
      'refused',
      `the servers that may become the master have different ports (${names}): clients come by the writer address to ` +
        'one port, and would reach no server, or one of another cluster',
      `let them have one port, set no_master=1 in ${file}, or lead clients by vip_type = command`,
    ),
  ];
}
