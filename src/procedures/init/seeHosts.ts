// What init sees of the hosts before mha-helper has a file for them. Changes nothing, and never fails: what cannot be
// seen is said.
import { isIP } from 'node:net';
import type { HostSettings } from '../../config/options.ts';
import { readCluster } from '../../config/validate.ts';
import type { Tools } from '../../context/Context.ts';
import { errorLine } from '../../errors/message.ts';
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import { hostAddresses, sameAddress, type HostAddresses } from '../../vip/hostAddresses.ts';
import type { Run } from '../run/openRun.ts';
import { lookAtCluster, mastersOf, resolver, survey } from '../survey/surveyCluster.ts';
import type { Seen, SeenAddress } from './firstFile.ts';

const lookMs = 5_000;

export async function seeHosts(app: ApplicationConfig, tools: Tools): Promise<Seen> {
  const unknown: string[] = [];
  const quiet = { ...tools, log: { info: () => undefined, warn: () => undefined } };
  try {
    return await lookAtCluster(app, settingsFor(app), quiet, async (run) => {
      const seen = await survey(run, app, 'servers');
      for (const { server, failure } of seen.servers)
        if (failure !== null) unknown.push(`${server.hostname}: ${errorLine(failure)}`);
      const [master, ...more] = mastersOf(seen);
      const one = more.length === 0 ? master : undefined;
      const hosts = await Promise.all(app.servers.map((server) => lookAtHost(run, server, quiet, unknown)));
      const ofMaster = hosts.find(({ server }) => server === one);
      return {
        master: one?.hostname ?? null,
        candidates: ofMaster?.others ?? [],
        interfaces: new Map(
          hosts.flatMap(({ server, own }) => (own === null ? [] : [[server.hostname, own] as const])),
        ),
        unknown,
      };
    });
  } catch (error) {
    return { master: null, candidates: [], interfaces: new Map(), unknown: [...unknown, errorLine(error)] };
  }
}

/** Defaults: there is no file yet. */
function settingsFor(app: ApplicationConfig): readonly HostSettings[] {
  const sections = [...new Set(app.servers.map(({ hostname }) => hostname))].map((host) => `[${host}]\n`);
  return readCluster(`${app.name}.conf`, sections.join('')).cluster?.hosts ?? [];
}

interface SeenHost {
  readonly server: ApplicationServer;
  readonly own: string | null;
  readonly others: readonly SeenAddress[];
}

async function lookAtHost(run: Run, server: ApplicationServer, tools: Tools, unknown: string[]): Promise<SeenHost> {
  try {
    const shell = await run.host(endOf(server)).shell();
    const { stdout } = await shell.run(['ip', '-j', 'addr', 'show'], lookMs);
    const addresses = hostAddresses(server.hostname, stdout);
    const own = await resolver(tools)(server.ip ?? server.hostname);
    return { server, ...sortOut(addresses, own) };
  } catch (error) {
    unknown.push(`${server.hostname}: ${errorLine(error)}`);
    return { server, own: null, others: [] };
  }
}

/** @param own the addresses by which MHA knows the host */
export function sortOut(addresses: HostAddresses, own: readonly string[]): Omit<SeenHost, 'server'> {
  const all = [...addresses.interfaces].flatMap((name) =>
    addresses.on(name).map(({ address, prefix }) => ({ address, cidr: `${address}/${prefix}`, interface: name })),
  );
  const isOwn = ({ address }: { readonly address: string }): boolean => own.some((one) => sameAddress(one, address));
  const known = all.find(isOwn);
  const ownInterface = known?.interface ?? null;
  // Beside its own address, on the same interface and of its family: others are of other networks, containers, tunnels.
  const others = all.filter(
    (one) =>
      one.interface === ownInterface &&
      isIP(one.address) === isIP(known?.address ?? '') &&
      !isOwn(one) &&
      !/^(?:fe80:|127\.|169\.254\.)/i.test(one.address),
  );
  return { own: ownInterface, others: others.map(({ cidr, interface: name }) => ({ cidr, interface: name })) };
}
