// A hook that MHA's layer has started before MHA calls for it: at the first failed ping, or beside the call before. It
// loads what it needs and logs in, then it waits for one word. Until then it changes nothing, writes nothing and says
// nothing. Every look that the run goes by comes after the word, but for three: where the programs of a host are, which
// servers MHA's file has, and who answers for the address (askBeforehand.ts).
import { loadHostSettings } from '../../config/load.ts';
import type { HostSettings } from '../../config/options.ts';
import { Budget } from '../../context/budget.ts';
import type { Lock, Shell, ShellTarget, SqlTarget, Tools } from '../../context/Context.ts';
import type { EarlyConnections } from '../../context/EarlyConnections.ts';
import { loadApplicationConfig } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { HardRequest, HostEnd, MasterEnd, OnlineRequest } from '../../mha/request.ts';
import { askBeforehand, type Beforehand, type SettingsOfBoth } from './askBeforehand.ts';
import type { Provider, VipHost } from '../../vip/Provider.ts';
import { PreparedConnection } from './PreparedConnection.ts';
import { PreparedShell } from './PreparedShell.ts';
import { providerFor } from '../../vip/providerFor.ts';
import { runLock, runOwner, takeRunLock } from '../run/runLock.ts';
import { shellTarget, sqlTarget } from '../run/targets.ts';
import { callersCluster } from '../run/withRun.ts';
import { quiet } from '../survey/clusterTls.ts';

/** How long the word is waited for, in ms: the other replicas may have much to recover. */
const patienceMs = 60_000;
/** How long one connection of a rehearsal may take, in ms. */
const rehearsalMs = 5_000;

/** Connections for the run, and what was asked already. */
export type Early = EarlyConnections &
  Pick<Beforehand, 'elsewhere' | 'insisted'> & {
    /** All of MHA's file; null: not known. */
    readonly servers: readonly MasterEnd[] | null;
    readonly lock: (cluster: string) => Promise<Lock | null>;
    /** What was seen since the word is true no more. */
    readonly forget: () => void;
  };

/** @returns null: MHA has not called for it, and nothing was done */
export async function untilCalled(request: HardRequest | OnlineRequest, tools: Tools): Promise<Early | null> {
  const isSoon = Promise.withResolvers<void>();
  const silence = new Silence();
  const called = tools.connect.word(patienceMs, (news) => (news === 'soon' ? isSoon.resolve() : silence.heard()));
  // What is wrong with the configuration is said by the run itself.
  const known = await factsOf(request, tools).catch(() => null);
  const { now, later } = known?.targets ?? { now: nothing, later: nothing };
  const hosts: PreparedShell[] = [];
  const servers: PreparedConnection[] = [];
  const early = await tools.connect.openEarly(now, {
    server(connection) {
      const server = new PreparedConnection(connection, rehearsalMs, tools.clock);
      servers.push(server);
      return server;
    },
    host({ label }, shell) {
      const host = begun(label, shell, request, known, tools);
      if (host !== null) hosts.push(host);
      return host ?? shell;
    },
  });
  // Clients wait from then on.
  const lock = isPlanned(request) && known !== null ? new EarlyLock(request, known.cluster, tools) : null;
  void isSoon.promise.then(() => {
    early.open(later);
    lock?.begin();
  });
  const beforehand =
    known?.asks == null
      ? null
      : askBeforehand(
          known.asks,
          known.settings,
          { released: isSoon.promise, silent: (listener) => silence.listen(listener) },
          tools,
        );
  const both: Early = {
    ...early,
    servers: known?.servers ?? null,
    lock: (cluster) => lock?.take(cluster) ?? Promise.resolve(null),
    forget: () => hosts.forEach((host) => host.forget()),
    elsewhere: () => beforehand?.elsewhere() ?? Promise.resolve(null),
    insisted: () => beforehand?.insisted() ?? Promise.resolve(false),
    async close() {
      await Promise.all([early.close(), lock?.close(), beforehand?.close().catch(() => undefined)]);
    },
  };
  if (await called) {
    for (const server of servers) server.look();
    if (isPlanned(request)) for (const host of hosts) host.look();
    return both;
  }
  await both.close();
  return null;
}

/** The lock of the cluster's runs, taken before the word: a program is started for it. */
class EarlyLock {
  readonly #begin: () => Promise<Lock>;
  readonly #cluster: string;
  #lock: Promise<Lock> | null = null;

  constructor({ orig }: OnlineRequest, cluster: string, tools: Tools) {
    this.#cluster = cluster;
    this.#begin = () => takeRunLock(runLock(tools.places, cluster), runOwner('online start', orig.host, tools), tools);
  }

  begin(): void {
    this.#lock = this.#begin();
    this.#lock.catch(() => undefined);
  }

  /** Once. @returns null where it was not taken: whoever wants it tries again */
  async take(cluster: string): Promise<Lock | null> {
    if (cluster !== this.#cluster) return null;
    const taken = await this.#lock?.catch(() => null);
    this.#lock = null;
    return taken?.kind === 'taken' ? taken : null;
  }

  async close(): Promise<void> {
    const lock = await this.take(this.#cluster);
    if (lock?.kind === 'taken') await lock.release();
  }
}

/** News that may come more than once, and before anybody listens. */
class Silence {
  #isHeard = false;
  #listener: (() => void) | null = null;

  heard(): void {
    this.#isHeard = true;
    this.#listener?.();
  }

  listen(listener: () => void): void {
    this.#listener = listener;
    if (this.#isHeard) listener();
  }
}

/** What its provider will want to know of the host, and what it will do there. Null: nothing. */
function begun(
  name: string,
  shell: Shell,
  request: HardRequest | OnlineRequest,
  known: Facts | null,
  { clock, connect }: Tools,
): PreparedShell | null {
  const settings = known?.hosts.find(({ host }) => host === name);
  const end = hostsOf(request).find(({ host }) => host === name);
  if (settings === undefined || end === undefined) return null;
  const limitMs = settings.options.step_timeout * 1000;
  const budget = new Budget(clock, 'what is asked in advance', limitMs);
  const provider = providerFor([settings], { clock, budget, connect, warn: () => undefined });
  const commands = provider.beforehand?.({ settings });
  if (commands === undefined) return null;
  const prepared = new PreparedShell(shell, commands, limitMs, clock);
  if (isPlanned(request)) {
    const host = { ...end, name, settings, shell: () => Promise.resolve(prepared) };
    void armed(provider, host, name === request.orig.host ? 'release' : 'assign', prepared).catch(() => undefined);
  }
  return prepared;
}

/** In a planned switch it is known which of the two will be done; the run finds it begun. Its look is not this one. */
async function armed(
  provider: Provider,
  host: VipHost,
  what: 'assign' | 'release',
  prepared: PreparedShell,
): Promise<void> {
  await provider.prepare(host);
  await provider.arm?.(host, what);
  prepared.armLooks();
}

/**
 * One that is started long before it may be needed has no connection until then. It makes them once, so that all it
 * takes is loaded.
 * @returns false: it will never be needed
 */
export async function untilWoken(request: HardRequest, tools: Tools): Promise<boolean> {
  const woken = tools.connect.woken();
  void rehearse(request, tools).catch(() => undefined);
  return woken;
}

async function rehearse(request: HardRequest, tools: Tools): Promise<void> {
  const known = await factsOf(request, tools);
  if (known === null) return;
  const { now } = known.targets;
  const early = await tools.connect.openEarly(now);
  await Promise.allSettled([
    ...now.mysql.map((target) => early.mysql(target, rehearsalMs)),
    ...now.ssh.map((target) => early.ssh(target, rehearsalMs)),
  ]);
  await early.close();
}

interface Targets {
  readonly mysql: readonly SqlTarget[];
  readonly ssh: readonly ShellTarget[];
}

const nothing: Targets = { mysql: [], ssh: [] };

interface Facts {
  readonly cluster: string;
  /** `later`: when the call before is done. A dead master's server is asked anew in any case. */
  readonly targets: { readonly now: Targets; readonly later: Targets };
  readonly settings: SettingsOfBoth;
  readonly hosts: readonly HostSettings[];
  readonly servers: readonly MasterEnd[] | null;
  /** Null: nothing is asked beforehand. */
  readonly asks: Extract<HardRequest, { command: 'start' }> | null;
}

async function factsOf(request: HardRequest | OnlineRequest, tools: Tools): Promise<Facts | null> {
  const { orig, sshOptions } = request;
  const { places, files } = tools;
  const cluster = await callersCluster(tools);
  const asked = hostsOf(request);
  const names = request.command === 'start' ? [request.new.host, orig.host] : [orig.host];
  const hosts = await loadHostSettings(places.configDirectory, names, files, quiet, cluster);
  const [settings, ofOrig] = hosts;
  if (settings === undefined) return null;
  const isMetal = settings.options.vip_type === 'metal';
  const both = { next: settings, orig: isMetal && ofOrig?.options.vip_type === 'metal' ? ofOrig : null };
  const facts = { cluster: settings.cluster, settings: both, hosts };
  const ssh = isMetal ? asked.map((end) => shellTarget(end, sshOptions)) : [];
  if (request.command !== 'start') {
    return { ...facts, targets: { now: { mysql: [], ssh }, later: nothing }, servers: null, asks: null };
  }
  const servers = await serversOfMha(tools);
  const others = servers?.filter(({ host, port }) => !isOneOf([orig, request.new], host, port)) ?? [];
  const mysql = [request.new, ...others].map((end) => sqlTarget(end, settings));
  // `stop` ends all sessions on the old master, whoever has them.
  const later = isPlanned(request) && ofOrig !== undefined ? [sqlTarget(request.orig, ofOrig)] : [];
  const targets = { now: { mysql, ssh }, later: { mysql: later, ssh: [] } };
  return { ...facts, targets, servers, asks: isMetal && !isPlanned(request) ? request : null };
}

function hostsOf(request: HardRequest | OnlineRequest): readonly HostEnd[] {
  if (request.command !== 'start') return [request.orig];
  return isPlanned(request) ? [request.new, request.orig] : [request.new];
}

function isPlanned(request: HardRequest | OnlineRequest): request is OnlineRequest {
  return 'origIsNewSlave' in request;
}

/** All of MHA's file: the others are asked whether one is the master. */
async function serversOfMha({ connect, files }: Tools): Promise<readonly MasterEnd[] | null> {
  const conf = (await connect.mhaCaller())?.conf;
  return conf == null ? null : (await loadApplicationConfig(conf, files)).servers.map(endOf);
}

function isOneOf(ends: readonly HostEnd[], host: string, port: number): boolean {
  return ends.some((end) => end.host === host && end.port === port);
}
