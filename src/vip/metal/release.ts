// Taking the writer address from a host: its connections are reset at once, or frozen until another host has it.
import { Failure } from '../../errors/errors.ts';
import type { HostAddresses } from '../hostAddresses.ts';
import type { Frozen } from '../Provider.ts';
import { frostRefusal } from './check.ts';
import { frostOf, type FrostSigns } from './frost.ts';
import type { Answer, MetalHost } from './host.ts';
import type { MetalTools } from './MetalTools.ts';
import { releaseScript, settleScript } from './releaseScript.ts';
import { lookScript } from './scripts.ts';

/** How long a change goes by the look of the step that it belongs to, in ms: it reads back what it did. */
const freshMs = 1_000;

export interface Look {
  readonly held: 'held' | 'frozen' | 'nothing';
  readonly found: HostAddresses;
  readonly atMs: number;
}

export interface Release {
  readonly look: (host: MetalHost) => Promise<Look>;
  /** What was seen on the host is true no more. */
  readonly forget: (host: MetalHost) => void;
  /** What lookScript has told elsewhere. */
  readonly seenAt: (host: MetalHost, answer: Answer, atMs: number) => Look;
  /** Has the end of a frozen state begun on the host. */
  readonly armReset: (host: MetalHost) => void;
  /** The addresses of a host that did not have this one a moment ago; given once. Null: it must be looked at. */
  readonly without: (host: MetalHost) => HostAddresses | null;
  /** @throws Failure `address` when it is still there, or has taken something else with it */
  readonly release: (host: MetalHost) => Promise<void>;
  readonly freeze: (host: MetalHost) => Promise<Taken>;
}

type Taken = Pick<Frozen, 'peers' | 'readBack'>;

/** @param address the cluster's writer address */
export function releasing(address: string, tools: Pick<MetalTools, 'clock' | 'warn'>): Release {
  const looks = new Map<string, Look>();

  async function look(host: MetalHost): Promise<Look> {
    const answer = await host.script(lookScript, [host.ip, String(host.cidr.family), address]);
    return seenAt(host, answer, tools.clock.monotonic());
  }

  function seenAt(host: MetalHost, answer: Answer, atMs: number): Look {
    const found = answer.addresses();
    const seen = { held: frostOf(address, found, signsOf(answer)), found, atMs };
    looks.set(host.name, seen);
    return seen;
  }

  /** What was seen a moment ago serves one change, which reads back what it did. That nothing is there ends it. */
  async function fresh(host: MetalHost): Promise<Look> {
    const last = looks.get(host.name);
    looks.delete(host.name);
    if (last === undefined || last.held === 'nothing') return look(host);
    return tools.clock.monotonic() - last.atMs < freshMs ? last : look(host);
  }

  function without(host: MetalHost): HostAddresses | null {
    const last = looks.get(host.name);
    if (last?.held !== 'nothing') return null;
    looks.delete(host.name);
    return tools.clock.monotonic() - last.atMs < freshMs ? last.found : null;
  }

  function parametersOf(host: MetalHost, mode: string, pairs: readonly string[]): readonly string[] {
    return [host.ip, host.ss ?? '', String(host.cidr.family), address, mode, ...pairs];
  }

  async function takeAway(host: MetalHost, how: 'release' | 'freeze'): Promise<Taken> {
    const { held, found } = await fresh(host);
    // What was seen before is true no more.
    host.takeFirstLook();
    if (held === 'nothing') return { peers: null };
    // The copy of a frozen state is not a place of the address.
    const places = held === 'frozen' ? [] : found.find(address);
    // Where lo is a place of it, it cannot be the place of a copy.
    const canFreeze = how === 'freeze' && held === 'held' && places.every((place) => place.interface !== 'lo');
    const mode = canFreeze ? 'freeze' : endOf(held);
    const pairs = places.flatMap(({ prefix, interface: name }) => [`${address}/${prefix}`, name]);
    const settleParameters = (stays: 'stays' | 'gone') => [host.ip, String(host.cidr.family), address, stays];
    if (mode === 'freeze') host.arm(settleScript, settleParameters('gone'));
    const answer = await host.script(releaseScript, parametersOf(host, mode, pairs));
    refuseLost(host, answer, pairs[1] ?? '');
    if (answer.get('frozen') !== 'yes') {
      seeGone(host, answer);
      return { peers: null };
    }
    const stays = answer.has('error') ? 'stays' : 'gone';
    const readBack = host
      .script(settleScript, settleParameters(stays))
      .then((seen) => seeFrozen(host, seen, answer.get('error')));
    // Nobody goes on where it is known already that it is still there.
    if (stays === 'stays') await readBack;
    readBack.catch(() => undefined);
    return { peers: peersOf(answer.get('peers') ?? ''), readBack };
  }

  function seeFrozen(host: MetalHost, seen: Answer, error: string | undefined): void {
    if (frostOf(address, seen.addresses(), signsOf(seen)) !== 'frozen') throw stillThere(host, error);
  }

  /** And that those who were connected know. */
  function seeGone(host: MetalHost, answer: Answer): void {
    if (answer.addresses().find(address).length > 0) throw stillThere(host, answer.get('error'));
    if (signsOf(answer).hasRule) {
      throw new Failure('address', `${host.name}: what had frozen the connections by ${address} is still there`, {
        hint: `${host.rightsHint}; "ip -${host.cidr.family} rule" there shows it, and it must be deleted`,
      });
    }
    if (host.ss === null || answer.has('ss') || answer.has('sockets')) {
      const why = whyNotReset(host.ss, answer);
      tools.warn(
        `${host.name}: clients that were connected to ${address} may wait for an answer for minutes: their ` +
          `connections could not be reset, because ${why}`,
      );
    }
  }

  function stillThere(host: MetalHost, error = 'it came back'): Failure {
    const what = `${host.name}: the writer address ${address} is still there after "ip addr del": ${error}`;
    return new Failure('address', what, {
      hint: `${host.rightsHint}; or does another program (keepalived, NetworkManager) put it back?`,
    });
  }

  return {
    look,
    seenAt,
    armReset: (host) => host.arm(releaseScript, parametersOf(host, 'thaw', [])),
    forget: ({ name }) => void looks.delete(name),
    without,
    async release(host) {
      await takeAway(host, 'release');
    },
    // check() has asked for the rights before anything was changed.
    freeze: async (host) => takeAway(host, (await frostRefusal(host)) === null ? 'freeze' : 'release'),
  };
}

/** @throws Failure `address` */
function refuseLost(host: MetalHost, answer: Answer, name: string): void {
  const lost = answer.get('lost');
  if (lost === undefined) return;
  throw new Failure('address', `${host.name}: the kernel took ${lost} away together with the writer address`, {
    hint:
      `on that host run "ip addr add ${lost} dev ${name}" as root, at once; set the sysctl ` +
      'net.ipv4.conf.all.promote_secondaries=1',
  });
}

function signsOf(answer: Answer): FrostSigns {
  return { hasRule: answer.has('rule'), local: answer.get('local') ?? '' };
}

/** Of what ss says: two ends for each connection, in any lines. */
function peersOf(said: string): readonly string[] {
  return [...said.matchAll(/\S+:\d+\s+(\S+:\d+)/g)].map(([, peer = '']) => withoutMapping(peer));
}

/** ss shows a client by IPv4 of a server that listens for both as `[::ffff:10.0.0.7]:51234`. */
function withoutMapping(peer: string): string {
  return peer.replace(/^\[(?:::ffff:(?=[\d.]+\]))?(.*)\]/, '$1');
}

/** What takes it away. */
function endOf(held: Look['held']): 'thaw' | 'release' {
  return held === 'frozen' ? 'thaw' : 'release';
}

function whyNotReset(ss: string | null, answer: Answer): string {
  if (ss === null) return 'ss is not installed there';
  if (answer.has('ss')) return `the SSH user may not run ${ss} with sudo`;
  return `ss could not close ${answer.get('sockets') ?? ''} sockets`;
}
