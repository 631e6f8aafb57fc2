// The writer address as an address of a network interface of the host, added and removed with the ip command.
import type { Budget } from '../../context/budget.ts';
import type { Clock } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import { metalHost, type Answer, type MetalHost } from './host.ts';
import { checkMetal } from './check.ts';
import type { HostAddresses } from '../hostAddresses.ts';
import { patienceMs, type Elsewhere, type LeftToDo, type Patience, type Provider, type VipHost } from '../Provider.ts';
import { announceTargets } from './announceTargets.ts';
import { assignScript } from './assignScript.ts';
import { askScript } from './askScript.ts';
import { guardCommands, privilegedCommands } from './privileged.ts';
import { addScript, listScript, ndiscNotifyScript, releaseScript, reviveScript } from './scripts.ts';

export interface MetalTools {
  readonly clock: Clock;
  readonly budget: Budget;
  /** For what went less well than it could, but leaves nothing to do. */
  readonly warn: (line: string) => void;
  /**
   * False where nobody listens to announcements: a cloud's network knows by itself where an address is. Default true.
   */
  readonly announces?: boolean;
  /**
   * Whose address the network is asked from who has the writer address. `own`: a network that lets a host use no other
   * one drops the rest. Default `none`.
   */
  readonly probesFrom?: 'none' | 'own';
}

/**
 * IPv6: how long the kernel may take to find out that nobody else has the address (RFC 4862: 1 s and a random delay of
 * up to 1 s).
 */
const duplicateDetectionMs = 5_000;

/** @param address the cluster's writer address */
export function metal(address: string, tools: MetalTools): Provider {
  const hosts = new Map<string, Promise<MetalHost>>();
  const on = (host: VipHost): Promise<MetalHost> => {
    const known = hosts.get(host.name) ?? metalHost(host, tools.budget);
    hosts.set(host.name, known);
    return known;
  };
  const addresses = async (host: MetalHost): Promise<HostAddresses> =>
    (await host.script(listScript, [host.ip])).addresses();

  async function holds(vipHost: VipHost): Promise<boolean> {
    const host = await on(vipHost);
    // What was just seen at the first look may only say no: then whoever asks acts, and reads back what came of it.
    const first = host.takeFirstAddresses();
    if (first !== null && first.find(address).length === 0) return false;
    return (await addresses(host)).find(address).length > 0;
  }

  async function release(vipHost: VipHost): Promise<LeftToDo> {
    const host = await on(vipHost);
    const held = (await addresses(host)).find(address);
    if (held.length === 0) return [];
    const pairs = held.flatMap(({ prefix, interface: name }) => [`${address}/${prefix}`, name]);
    const answer = await host.script(releaseScript, [
      host.ip,
      host.ss ?? '',
      String(host.cidr.family),
      address,
      ...pairs,
    ]);
    if (answer.addresses().find(address).length > 0) {
      throw new Failure(
        'address',
        `${host.name}: the writer address ${address} is still there after "ip addr del": ` +
          `${answer.get('error') ?? 'it came back'}`,
        { hint: `${host.rightsHint}; or does another program (keepalived, NetworkManager) put it back?` },
      );
    }
    const lost = answer.get('lost');
    if (lost !== undefined) {
      throw new Failure('address', `${host.name}: the kernel took ${lost} away together with the writer address`, {
        hint:
          `on that host run "ip addr add ${lost} dev ${pairs[1] ?? ''}" as root, at once; set the sysctl ` +
          'net.ipv4.conf.all.promote_secondaries=1',
      });
    }
    if (host.ss === null || answer.has('ss') || answer.has('sockets')) {
      const why = whyNotReset(host.ss, answer);
      tools.warn(
        `${host.name}: clients that were connected to ${address} may wait for an answer for minutes: their ` +
          `connections could not be reset, because ${why}`,
      );
    }
    return [];
  }

  async function assign(vipHost: VipHost): Promise<LeftToDo> {
    const host = await on(vipHost);
    const name = host.settings.cluster_interface ?? '';
    const before = host.takeFirstAddresses() ?? (await addresses(host));
    if (!before.interfaces.has(name)) throw noInterface(host, name, before);
    const [held] = before.find(address);
    if (held !== undefined)
      await host.script(reviveScript, [host.ip, String(host.cidr.family), address, held.interface]);
    return host.cidr.family === 6
      ? assign6(host, name, held === undefined)
      : assign4(host, name, held === undefined, announceTargets(host.cidr, before.on(name)));
  }

  async function assign4(
    host: MetalHost,
    name: string,
    isMissing: boolean,
    targets: readonly string[],
  ): Promise<LeftToDo> {
    const { arping } = host;
    const announce = host.settings.requires_arping && tools.announces !== false;
    const announcer = announce && arping !== null ? [arping.path, arping.kind] : ['', ''];
    const answer = await host.script(assignScript, [
      host.ip,
      address,
      String(host.cidr.prefix),
      name,
      ...announcer,
      isMissing ? 'add' : 'keep',
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
      const answer = await host.script(addScript, [host.ip, `${address}/${host.cidr.prefix}`, name]);
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

  async function answersElsewhere(vipHost: VipHost, patience: Patience): Promise<Elsewhere> {
    try {
      const host = await on(vipHost);
      const { arping, cidr, settings } = host;
      const asked = await host.script(askScript, [
        host.ip,
        String(cidr.family),
        address,
        settings.cluster_interface ?? '',
        String(patienceMs[patience] / 100),
        arping?.path ?? '',
        arping?.kind ?? '',
        tools.probesFrom ?? 'none',
      ]);
      return verdict(host.name, [asked.get('arping'), asked.get('kernel')]);
    } catch (error) {
      return { kind: 'unknown', why: errorLine(error) };
    }
  }

  return {
    address,
    worksWithoutHost: false,
    asksNetwork: tools.announces !== false,
    holds,
    release,
    assign,
    answersElsewhere,
    prepare: async (host) => {
      await on(host);
    },
    byHand: (host, what) => `on ${host.name} run "${commandByHand(host, what, tools.announces !== false)}" as root`,
    check: async (host) =>
      checkMetal(await on(host), address, await addresses(await on(host)), tools.announces !== false, tools.probesFrom),
    async sudoCommands(vipHost) {
      const host = await on(vipHost);
      if (!host.settings.requires_sudo) return [];
      const commands = privilegedCommands(host, tools.announces !== false, tools.probesFrom ?? 'none');
      return [...commands, ...guardCommands(host, await addresses(host))];
    },
  };
}

/** @param answers what each way of asking said: `yes TEXT`, `no`, `unknown WHY` */
function verdict(asker: string, answers: readonly (string | undefined)[]): Elsewhere {
  const said = answers.filter((answer) => answer !== undefined);
  const yes = said.find((answer) => answer.startsWith('yes'));
  if (yes !== undefined) {
    const hardware = /(?:[0-9a-f]{2}:){5}[0-9a-f]{2}/i.exec(yes)?.[0].toLowerCase() ?? 'unknown';
    return { kind: 'somebody', who: `the host with the hardware address ${hardware}` };
  }
  if (said.includes('no')) return { kind: 'nobody' };
  const reasons = said.map((answer) => answer.replace(/^unknown /, ''));
  return { kind: 'unknown', why: `${asker} could not ask the network: ${reasons.join('; ') || 'no answer'}` };
}

function commandByHand({ settings: { options } }: VipHost, what: 'assign' | 'release', announces: boolean): string {
  const { writer_vip_cidr: cidr, cluster_interface: name = '' } = options;
  if (cidr === undefined) return '';
  const announce =
    what === 'assign' && announces && cidr.family === 4 ? ` && arping -U -c 3 -I ${name} ${cidr.address}` : '';
  return `ip addr ${what === 'assign' ? 'add' : 'del'} ${cidr.address}/${cidr.prefix} dev ${name}${announce}`;
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

function whyNotReset(ss: string | null, answer: Answer): string {
  if (ss === null) return 'ss is not installed there';
  if (answer.has('ss')) return `the SSH user may not run ${ss} with sudo`;
  return `ss could not close ${answer.get('sockets') ?? ''} sockets`;
}
