// Would a failover and a switch of this cluster work? Everything that they need is checked, all of it told at once.
// Changes nothing.
import type { Tools } from '../../context/Context.ts';
import type { HostSettings } from '../../config/options.ts';
import { asFailure } from '../../errors/message.ts';
import { loadApplicationConfig, type ApplicationConfig } from '../../mha/applicationConfig.ts';
import { wayToOpen } from '../survey/closedMaster.ts';
import { errantReplicas } from '../survey/errant.ts';
import { lookAtCluster, serverName, survey } from '../survey/surveyCluster.ts';
import { allSettings, missingPrograms } from '../switch/preflight.ts';
import { checkAddress } from './checkAddress.ts';
import { errantLines, orderLines } from './checkDivergence.ts';
import { checkByMha } from './checkByMha.ts';
import { checkHosts } from './checkHosts.ts';
import { checkDelay, tooLate } from './checkDelay.ts';
import { checkSecondary } from './checkSecondary.ts';
import { semiSyncLines } from './checkSemiSync.ts';
import { lookAtServers, serverLines, type SeenServer } from './checkServerHealth.ts';
import { checkPlaces } from './checkPlaces.ts';
import { checkMaster } from './checkMaster.ts';
import { checkCopies } from './checkNode.ts';
import { checkManager } from './checkManager.ts';
import { checkManagers } from './checkManagers.ts';
import { at, ok, thrown, warning, type Body, type CheckLine } from './CheckLine.ts';

/**
 * @param conf path of MHA's application file.
 * @param quick without masterha_check_repl. Never rejects for what it finds
 */
export async function runCheck(conf: string, quick: boolean, tools: Tools): Promise<readonly CheckLine[]> {
  const here = tools.places.hostname;
  const warned: string[] = [];
  // What would be a line of the log anywhere else is a line of the result here.
  const noting: Tools = { ...tools, log: { info: () => undefined, warn: (line) => void warned.push(line) } };
  const notes = (): readonly CheckLine[] =>
    at(
      here,
      [...new Set(warned.splice(0))].map((line) => warning(line)),
    );
  let app: ApplicationConfig;
  try {
    app = await loadApplicationConfig(conf, tools.files);
  } catch (error) {
    return at(here, [thrown(error)]);
  }
  const problems: unknown[] = [];
  const settings = await allSettings(app, noting, (error) => {
    problems.push(error);
    return null;
  });
  const configuration = at(here, [
    ok(`${conf}: ${app.servers.length} servers`),
    ...app.warnings.map((line) => warning(line)),
    ...checkDelay(app),
    ...checkPlaces(app, settings[0]?.options.vip_type),
    ...(settings[0] === undefined
      ? problems.map((problem) => thrown(problem))
      : [ok(`${settings[0].file}: all of them have a section`)]),
  ]);
  const [manager, managers, cluster, copies, mha] = await Promise.all([
    checkManager(app, settings, noting),
    checkManagers(app, settings, noting),
    settings.length === 0
      ? []
      : currentState(app, settings, noting).catch((error: unknown) => at('cluster', [thrown(asFailure(error))])),
    checkCopies(app, noting),
    quick ? [] : byMha(app, noting),
  ]);
  return [...configuration, ...manager, ...at(here, managers), ...notes(), ...cluster, ...copies, ...mha];
}

function currentState(
  app: ApplicationConfig,
  settings: readonly HostSettings[],
  tools: Tools,
): Promise<readonly CheckLine[]> {
  return lookAtCluster(app, settings, tools, async (run) => {
    const seen = await survey(run, app, 'servers and address');
    const [servers, open, hosts, address, secondary, errant, orders] = await Promise.all([
      lookAtServers(run, seen),
      wayToOpen(app, seen, settings[0]?.cluster ?? '', tools),
      checkHosts(run, app, settings, seen),
      checkAddress(run, app, seen),
      checkSecondary(run, app, seen),
      errantReplicas(run, seen),
      orderLines(settings, tools),
    ]);
    const name = ({ state }: SeenServer): string => serverName(state.server, app);
    const cluster = [
      ...checkMaster(app, seen, open),
      ...errantLines(app, errant),
      ...address,
      ...tooLate(app, servers),
      ...semiSyncLines(servers, name),
      ...secondary,
      ...orders,
    ];
    const ofServers = servers.flatMap((one) => at(one.state.server.hostname, named(serverLines(one), one, name(one))));
    return [...hosts, ...ofServers, ...at('cluster', cluster)];
  });
}

/** A host that has more than one server. */
function named(lines: readonly Body[], { state }: SeenServer, name: string): readonly Body[] {
  return name === state.server.hostname ? lines : lines.map((line) => ({ ...line, text: `${name}: ${line.text}` }));
}

async function byMha(app: ApplicationConfig, tools: Tools): Promise<readonly CheckLine[]> {
  // That it is missing is said where the programs are checked.
  if ((await missingPrograms(['masterha_check_repl'], tools)).length > 0) return [];
  return at('cluster', [await checkByMha(app, tools)]);
}
