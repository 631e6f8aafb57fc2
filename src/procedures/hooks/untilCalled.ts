// A hook that MHA's layer has started at the first failed ping, seconds before MHA calls for it: it loads what it needs
// and logs in, then it waits for one word. Until then it changes nothing, writes nothing and says nothing, and what it
// saw is not used: every look of the run comes after the word.
import { loadHostSettings } from '../../config/load.ts';
import type { EarlyConnections, ShellTarget, SqlTarget, Tools } from '../../context/Context.ts';
import type { HardRequest } from '../../mha/request.ts';
import { shellTarget, sqlTarget } from '../run/targets.ts';
import { callersCluster } from '../run/withRun.ts';
import { quiet } from '../survey/clusterTls.ts';

/** How long the word is waited for, in ms: the other replicas may have much to recover. */
const patienceMs = 60_000;

/** @returns connections for the run; null: MHA has not called for it, and nothing was done */
export async function untilCalled(request: HardRequest, tools: Tools): Promise<EarlyConnections | null> {
  const called = tools.connect.word(patienceMs);
  // What is wrong with the configuration is said by the run itself.
  const targets = await targetsOf(request, tools).catch(() => ({ mysql: [], ssh: [] }));
  const early = await tools.connect.openEarly(targets);
  if (await called) return early;
  await early.close();
  return null;
}

interface Targets {
  readonly mysql: readonly SqlTarget[];
  readonly ssh: readonly ShellTarget[];
}

/** The dead master's server is asked anew in any case. */
async function targetsOf(request: HardRequest, tools: Tools): Promise<Targets> {
  const end = request.command === 'start' ? request.new : request.orig;
  const { places, files } = tools;
  const cluster = await callersCluster(tools);
  const [settings] = await loadHostSettings(places.configDirectory, [end.host], files, quiet, cluster);
  if (settings === undefined) return { mysql: [], ssh: [] };
  return {
    mysql: request.command === 'start' ? [sqlTarget(request.new, settings)] : [],
    ssh: settings.options.vip_type === 'metal' ? [shellTarget(end, request.sshOptions)] : [],
  };
}
