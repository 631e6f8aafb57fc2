// A hook that MHA's layer has started before MHA calls for it: at the first failed ping, or beside the call before. It
// loads what it needs and logs in, then it waits for one word. Until then it changes nothing, writes nothing and says
// nothing. Every look of the run comes after the word, but for one (askBeforehand.ts).
import { loadHostSettings } from '../../config/load.ts';
import type { EarlyConnections, ShellTarget, SqlTarget, Tools } from '../../context/Context.ts';
import { loadApplicationConfig } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { HardRequest, HostEnd, MasterEnd, OnlineRequest } from '../../mha/request.ts';
import { askBeforehand, type Beforehand, type SettingsOfBoth } from './askBeforehand.ts';
import { shellTarget, sqlTarget } from '../run/targets.ts';
import { callersCluster } from '../run/withRun.ts';
import { quiet } from '../survey/clusterTls.ts';

/** How long the word is waited for, in ms: the other replicas may have much to recover. */
const patienceMs = 60_000;

/** Connections for the run, and what the network was asked already. */
export type Early = EarlyConnections & Pick<Beforehand, 'elsewhere'>;

/** @returns null: MHA has not called for it, and nothing was done */
export async function untilCalled(request: HardRequest | OnlineRequest, tools: Tools): Promise<Early | null> {
  let isSoon: () => void = () => undefined;
  const soon = new Promise<void>((resolve) => (isSoon = resolve));
  const called = tools.connect.word(patienceMs, isSoon);
  // What is wrong with the configuration is said by the run itself.
  const known = await factsOf(request, tools).catch(() => null);
  const { now, later } = known?.targets ?? { now: nothing, later: nothing };
  const early = await tools.connect.openEarly(now);
  void soon.then(() => early.open(later));
  const beforehand = known?.asks == null ? null : askBeforehand(known.asks, known.settings, soon, tools);
  const both: Early = {
    ...early,
    elsewhere: () => beforehand?.elsewhere() ?? Promise.resolve(null),
    async close() {
      await Promise.all([early.close(), beforehand?.close().catch(() => undefined)]);
    },
  };
  if (await called) return both;
  await both.close();
  return null;
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
  /** Null: nothing is asked beforehand. */
  readonly asks: Extract<HardRequest, { command: 'start' }> | null;
}

async function factsOf(request: HardRequest | OnlineRequest, tools: Tools): Promise<Facts | null> {
  const { orig, sshOptions } = request;
  const { places, files } = tools;
  const cluster = await callersCluster(tools);
  const asked = hostsOf(request);
  const names = request.command === 'start' ? [request.new.host, orig.host] : [orig.host];
  const [settings, ofOrig] = await loadHostSettings(places.configDirectory, names, files, quiet, cluster);
  if (settings === undefined) return null;
  const isMetal = settings.options.vip_type === 'metal';
  const both = { next: settings, orig: isMetal && ofOrig?.options.vip_type === 'metal' ? ofOrig : null };
  const ssh = isMetal ? asked.map((end) => shellTarget(end, sshOptions)) : [];
  if (request.command !== 'start') {
    return { targets: { now: { mysql: [], ssh }, later: nothing }, settings: both, asks: null };
  }
  const servers = [request.new, ...(await others(orig, request.new, tools))];
  const mysql = servers.map((end) => sqlTarget(end, settings));
  const isPlanned = 'origIsNewSlave' in request;
  // `stop` ends all sessions on the old master, whoever has them.
  const later = isPlanned && ofOrig !== undefined ? [sqlTarget(request.orig, ofOrig)] : [];
  const targets = { now: { mysql, ssh }, later: { mysql: later, ssh: [] } };
  return { targets, settings: both, asks: isMetal && !isPlanned ? request : null };
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
