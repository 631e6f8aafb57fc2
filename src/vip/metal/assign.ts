// Giving the writer address to a host, and telling its neighbours.
import { Failure } from '../../errors/errors.ts';
import type { HostAddresses } from '../hostAddresses.ts';
import type { LeftToDo, Usable } from '../Provider.ts';
import { announceTargets } from './announceTargets.ts';
import { assignScript, openScript } from './assignScript.ts';
import type { MetalHost } from './host.ts';
import type { MetalTools } from './MetalTools.ts';
import type { Release } from './release.ts';
import { releaseScript } from './releaseScript.ts';
import { addScript, listScript, ndiscNotifyScript, reviveScript } from './scripts.ts';

/**
 * IPv6: how long the kernel may take to find out that nobody else has the address (RFC 4862: 1 s and a random delay of
 * up to 1 s).
 */
const duplicateDetectionMs = 5_000;

/** How long clients that come go first, in ms: the network is told of the address once more after that. */
const comingMs = 300;

export interface Assign {
  readonly assign: (host: MetalHost, usable?: Usable) => Promise<LeftToDo>;
  /** Has the addition begun on a host that has no copy of the address. */
  readonly armOpen: (host: MetalHost) => void;
}

/** @param address the cluster's writer address */
export function assigning(
  address: string,
  tools: Pick<MetalTools, 'clock' | 'warn' | 'announces'>,
  { forget, without }: Pick<Release, 'forget' | 'without'>,
): Assign {
  const addresses = async (host: MetalHost): Promise<HostAddresses> =>
    (await host.script(listScript, [host.ip])).addresses();

  async function assign(host: MetalHost, usable?: Usable): Promise<LeftToDo> {
    const name = host.settings.cluster_interface ?? '';
    const before = without(host) ?? host.takeFirstLook()?.addresses() ?? (await addresses(host));
    if (!before.interfaces.has(name)) throw noInterface(host, name, before);
    const places = before.find(address);
    const isCopy = name !== 'lo' && places.length > 0 && places.every((place) => place.interface === 'lo');
    forget(host);
    // A copy on lo beside the address itself is what a freeze has left that was cut off; a copy alone is one that
    // another program has made the kernel answer for. Neither gets the local route of an address.
    const held = places.find((place) => place.interface === name) ?? places.find((place) => place.interface !== 'lo');
    if (held !== undefined)
      await host.script(reviveScript, [host.ip, String(host.cidr.family), address, held.interface, host.ss ?? '']);
    if (host.cidr.family === 6) return assign6(host, name, held === undefined);
    const isOpened = places.length === 0 && usable !== undefined && (await opened(host, name, usable));
    const missing = isCopy ? 'thaw' : 'add';
    const change = held === undefined && !isOpened ? missing : 'keep';
    return assign4(host, name, change, announceTargets(host.cidr, before.on(name)));
  }

  /** Null where arping announces nothing. */
  function announcerOf({ arping, settings }: MetalHost): readonly [string, string] | null {
    const announces = settings.requires_arping && tools.announces !== false;
    return announces && arping !== null ? [arping.path, arping.kind] : null;
  }

  /** Null where the address cannot be opened so. */
  function openParameters(host: MetalHost, name: string): readonly string[] | null {
    const announcer = announcerOf(host);
    if (announcer === null || host.cidr.family === 6) return null;
    return [host.ip, address, String(host.cidr.prefix), name, ...announcer];
  }

  /**
   * IPv4: adds the address, so that clients can come while the rest goes on.
   * @returns false: nothing has been added
   */
  async function opened(host: MetalHost, name: string, usable: Usable): Promise<boolean> {
    const parameters = openParameters(host, name);
    if (parameters === null) return false;
    const answer = await host.script(openScript, parameters);
    if (answer.has('error')) return false;
    if (answer.has('announced')) await Promise.race([usable(), tools.clock.sleep(comingMs)]);
    return true;
  }

  async function assign4(
    host: MetalHost,
    name: string,
    change: 'add' | 'keep' | 'thaw',
    targets: readonly string[],
  ): Promise<LeftToDo> {
    const { arping } = host;
    const announce = host.settings.requires_arping && tools.announces !== false;
    const announcer = announcerOf(host) ?? ['', ''];
    const answer = await host.script(assignScript, [
      host.ip,
      address,
      String(host.cidr.prefix),
      name,
      ...announcer,
      change,
      host.ss ?? '',
      ...(announce ? targets : []),
    ]);
    if (answer.addresses().find(address).length === 0) throw notAdded(host, answer.get('error'));
    const complaint = arping === null ? 'arping is not installed there' : answer.get('announce');
    if (!announce || complaint === undefined) return [];
    if (answer.has('kernel')) {
      tools.warn(
        `${host.name}: ${address} was announced by the kernel instead of arping, which some network devices ` +
          `need: ${complaint} -- ${arpingHint(host)}`,
      );
      return [];
    }
    return [
      `tell the network of ${host.name} that ${address} has moved there (run "${arpingByHand(host)}" as ` +
        'root, or clear the ARP entry of routers and clients): ' +
        `arping failed: ${complaint}; the kernel did not announce it either: ` +
        `${answer.get('kernel_error') ?? 'there is no other address in its subnet'}`,
    ];
  }

  async function assign6(host: MetalHost, name: string, isMissing: boolean): Promise<LeftToDo> {
    const notify = (await host.script(ndiscNotifyScript, [name])).get('notify') === '1';
    if (isMissing) {
      const answer = await host.script(addScript, [
        host.ip,
        `${address}/${host.cidr.prefix}`,
        name,
        host.ss ?? '',
        address,
      ]);
      await untilUsable(host, answer.addresses(), answer.get('error'));
    }
    if (notify || !host.settings.requires_arping || tools.announces === false) return [];
    return [
      `neighbours of ${host.name} find out within about 40 s that ${address} has moved there; to have them ` +
        `told at once, set the sysctl net.ipv6.conf.${name}.ndisc_notify=1 on that host`,
    ];
  }

  /** IPv6: waits until the kernel has found out that nobody else has the address. */
  async function untilUsable(host: MetalHost, first: HostAddresses, error: string | undefined): Promise<void> {
    const until = tools.clock.monotonic() + duplicateDetectionMs;
    for (let found = first; ; found = await addresses(host)) {
      const held = found.find(address);
      if (held.some((one) => one.duplicate)) {
        await host.script(releaseScript, [
          host.ip,
          '',
          '6',
          address,
          'release',
          ...held.flatMap((one) => [`${address}/${one.prefix}`, one.interface]),
        ]);
        throw new Failure(
          'refused',
          `${host.name}: another host on the network holds the writer address ${address}; it was not added`,
          { hint: 'find that host (ip neigh) and remove the address there first' },
        );
      }
      if (held.length === 0) throw notAdded(host, error);
      if (held.every((one) => !one.tentative)) return;
      if (tools.clock.monotonic() > until)
        throw new Failure(
          'deadline',
          `${host.name}: the writer address ${address} is still tentative after ${duplicateDetectionMs / 1000} s`,
        );
      await tools.clock.sleep(100);
    }
  }

  function notAdded(host: MetalHost, error: string | undefined): Failure {
    return new Failure(
      'address',
      `${host.name}: the writer address ${address} could not be added: ` +
        `${error ?? 'it is not there after "ip addr add"'}`,
      { hint: host.rightsHint },
    );
  }

  return {
    assign,
    armOpen(host) {
      const parameters = openParameters(host, host.settings.cluster_interface ?? '');
      if (parameters !== null) host.arm(openScript, parameters);
    },
  };
}

function arpingByHand({ arping, settings, cidr }: MetalHost): string {
  const name = settings.cluster_interface ?? '';
  return arping?.kind === 'habets'
    ? `arping -U -c 3 -i ${name} -S ${cidr.address} ${cidr.address}`
    : `arping -U -c 3 -I ${name} ${cidr.address}`;
}

function arpingHint({ arping, settings }: MetalHost): string {
  if (arping === null) return 'install iputils-arping (or arping) there';
  return settings.requires_sudo ? `allow it in sudoers: "NOPASSWD: ${arping.path}"` : `try "${arping.path}" there`;
}

function noInterface(host: MetalHost, name: string, found: HostAddresses): Failure {
  return new Failure(
    'address',
    `${host.name}: there is no network interface '${name}' (there are: ${[...found.interfaces].join(', ')})`,
    { hint: `set cluster_interface for ${host.name} in ${host.file}` },
  );
}
