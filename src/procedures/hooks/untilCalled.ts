// A hook that MHA's layer has started before MHA calls for it: at the first failed ping, or beside the call before. It
// loads what it needs and logs in, then it waits for one word. Until then it changes nothing, writes nothing and says
// nothing. Every look of the run comes after the word, but for two: where the programs of a host are, and who answers
// for the address (askBeforehand.ts).
import { loadHostSettings } from '../../config/load.ts';
import type { HostSettings } from '../../config/options.ts';
import { Budget } from '../../context/budget.ts';
import type { EarlyConnections, Shell, ShellTarget, SqlTarget, Tools } from '../../context/Context.ts';
import { loadApplicationConfig } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { HardRequest, HostEnd, MasterEnd, OnlineRequest } from '../../mha/request.ts';
import { askBeforehand, type Beforehand, type SettingsOfBoth } from './askBeforehand.ts';
import { preparedShell } from './preparedShell.ts';
import { providerFor } from '../../vip/providerFor.ts';
import { shellTarget, sqlTarget } from '../run/targets.ts';
import { callersCluster } from '../run/withRun.ts';
import { quiet } from '../survey/clusterTls.ts';

/** How long the word is waited for, in ms: the other replicas may have much to recover. */
const patienceMs = 60_000;
/** How long one connection of a rehearsal may take, in ms. */
const rehearsalMs = 5_000;

/** Connections for the run, and what the network was asked already. */
export type Early = EarlyConnections & Pick<Beforehand, 'elsewhere' | 'insisted'>;

/** @returns null: MHA has not called for it, and nothing was done */
export async function untilCalled(request: HardRequest | OnlineRequest, tools: Tools): Promise<Early | null> {
  const isSoon = Promise.withResolvers<void>();
  const silence = new Silence();
  const called = tools.connect.word(patienceMs, (news) => (news === 'soon' ? isSoon.resolve() : silence.heard()));
  // What is wrong with the configuration is said by the run itself.
  const known = await factsOf(request, tools).catch(() => null);
  const { now, later } = known?.targets ?? { now: nothing, later: nothing };
  const early = await tools.connect.openEarly(now, (target, shell) => begun(target.label, shell, known, tools));
  void isSoon.promise.then(() => early.open(later));
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
    elsewhere: () => beforehand?.elsewhere() ?? Promise.resolve(null),
    insisted: () => beforehand?.insisted() ?? Promise.resolve(false),
    async close() {
      await Promise.all([early.close(), beforehand?.close().catch(() => undefined)]);
    },
  };
  if (await called) return both;
  await both.close();
  return null;
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

/** What its provider will want to know of the host. */
function begun(host: string, shell: Shell, known: Facts | null, { clock, connect }: Tools): Shell {
  const settings = known?.hosts.find((one) => one.host === host);
  if (settings === undefined) return shell;
  const limitMs = settings.options.step_timeout * 1000;
  const budget = new Budget(clock, 'what is asked in advance', limitMs);
  const provider = providerFor([settings], { clock, budget, connect, warn: () => undefined });
  const commands = provider.beforehand?.({ settings });
  return commands === undefined ? shell : preparedShell(shell, commands, limitMs, clock);
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
  /** `later`: when the call before is done. A dead master's server is asked anew in any case. */
  readonly targets: { readonly now: Targets; readonly later: Targets };
  readonly settings: SettingsOfBoth;
  readonly hosts: readonly HostSettings[];
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
  const ssh = isMetal ? asked.map((end) => shellTarget(end, sshOptions)) : [];
  if (request.command !== 'start') {
    return { targets: { now: { mysql: [], ssh }, later: nothing }, settings: both, hosts, asks: null };
  }
  const servers = [request.new, ...(await others(orig, request.new, tools))];
  const mysql = servers.map((end) => sqlTarget(end, settings));
  const isPlanned = 'origIsNewSlave' in request;
  // `stop` ends all sessions on the old master, whoever has them.
  const later = isPlanned && ofOrig !== undefined ? [sqlTarget(request.orig, ofOrig)] : [];
  const targets = { now: { mysql, ssh }, later: { mysql: later, ssh: [] } };
  return { targets, settings: both, hosts, asks: isMetal && !isPlanned ? request : null };
}

function hostsOf(request: HardRequest | OnlineRequest): readonly HostEnd[] {
  if (request.command !== 'start') return [request.orig];
  return 'origIsNewSlave' in request ? [request.new, request.orig] : [request.new];
}

/** The other servers of MHA's file, which are asked whether one is the master. */
async function others(orig: HostEnd, next: HostEnd, { connect, files }: Tools): Promise<readonly MasterEnd[]> {
  const conf = (await connect.mhaCaller())?.conf;
  if (conf == null) return [];
  const { servers } = await loadApplicationConfig(conf, files);
  return servers.map(endOf).filter(({ host, port }) => !isOneOf([orig, next], host, port));
}

function isOneOf(ends: readonly HostEnd[], host: string, port: number): boolean {
  return ends.some((end) => end.host === host && end.port === port);
}
