// What must be right on the database hosts: MySQL with what our user may do there, SSH, and what the provider needs.
import type { HostSettings } from '../../config/options.ts';
import { type ApplicationConfig, type ApplicationServer, hostsOf } from '../../mha/applicationConfig.ts';
import { missingPrivileges } from '../../mysql/privileges.ts';
import type { Finding } from '../../vip/Provider.ts';
import type { Run } from '../run/openRun.ts';
import { endOf } from '../../mha/masterEnd.ts';
import { isOpenMaster, serverName, writableOf, type ServerState, type Survey } from '../survey/surveyCluster.ts';
import { whyNoAnswer } from '../survey/noAnswer.ts';
import { lateness } from '../switch/lateReplica.ts';
import { describeServer } from '../switch/summary.ts';
import { checkNetworkFiles } from './checkNetworkFiles.ts';
import { checkNode } from './checkNode.ts';
import { checkReadOnlySetting } from './checkReadOnlySetting.ts';
import { checkSources } from './checkSources.ts';
import { at, failed, found, ok, thrown, warning, type Body, type CheckLine } from './CheckLine.ts';

type Lines = readonly Body[];

/** All hosts at once, in the application file's order. */
export async function checkHosts(
  run: Run,
  app: ApplicationConfig,
  settings: readonly HostSettings[],
  survey: Survey,
): Promise<readonly CheckLine[]> {
  const hosts = hostsOf(app);
  const lines = await Promise.all(
    hosts.map(async (host) => {
      const states = survey.servers.filter(({ server }) => server.hostname === host);
      const perServer = await Promise.all(states.map((state) => checkServer(run, app, state, survey)));
      return at(host, [
        ...perServer.flat(),
        ...(await checkHost(
          run,
          states.map(({ server }) => server),
          settings.find((one) => one.host === host),
        )),
        ...(await checkFiles(run, states, survey)),
      ]);
    }),
  );
  return lines.flat();
}

async function checkServer(run: Run, app: ApplicationConfig, state: ServerState, survey: Survey): Promise<Lines> {
  const { server, failure } = state;
  if (failure !== null) return [failed(failure.kind, whyNoAnswer(failure), failure.hint)];
  const [privileges, sources] = await Promise.all([
    checkPrivileges(run, server),
    run
      .openReplica(endOf(server))
      .then(checkSources)
      .catch((error: unknown) => [thrown(error)]),
  ]);
  return [privileges, replicationLine(app, state, survey), ...sources];
}

/** Asks what a planned switch asks, and reads what it would need to change something. */
async function checkPrivileges(run: Run, server: ApplicationServer): Promise<Body> {
  try {
    const end = endOf(server);
    const opened = await run.openServer(end);
    await Promise.all([opened.clientSessions(), opened.binlogPosition()]);
    const missing = missingPrivileges(opened.version, await opened.grants());
    const what = `${opened.version} at port ${server.port}`;
    if (missing.length === 0) return ok(`${what}: ${server.user} may set read_only and end sessions`);
    return failed(
      'mysql',
      `${what}: ${server.user} may not ${missing.map(({ what: action }) => action).join(', nor ')}`,
      `grant it ${missing.map(({ privileges }) => privileges).join(' and ')}`,
    );
  } catch (error) {
    return thrown(error);
  }
}

/** Pure. */
export function replicationLine(app: ApplicationConfig, state: ServerState, survey: Survey): Body {
  const { readOnly, replication } = state;
  const name = (server: ApplicationServer): string => serverName(server, app);
  const text = describeServer(state, name);
  if (replication === null && readOnly === true) return apart(text, survey, name);
  if (replication === null) return ok(text);
  if (!replication.running) return failed('mysql', text, 'fix the replication (SHOW SLAVE STATUS there)');
  if (readOnly === false && !isOpenMaster(survey, state))
    return warning(text, 'set read_only=1 there, and in its configuration file');
  const late = lateness(replication);
  return late === null ? ok(text) : warning(`${text}; ${late.text}`, late.hint);
}

/** A server that is read-only and no replica: the one that takes the writes says what it must become. */
function apart(text: string, survey: Survey, name: (server: ApplicationServer) => string): Body {
  const writers = writableOf(survey).map(({ server }) => name(server));
  const what = `${text}: neither master nor replica`;
  if (writers.length > 0) return failed('refused', what, `make it a replica of ${writers.join(' or ')}`);
  return failed('refused', what, 'see below which server must be the master; if it is another, make this its replica');
}

async function checkHost(
  run: Run,
  servers: readonly ApplicationServer[],
  settings: HostSettings | undefined,
): Promise<Lines> {
  const [first] = servers;
  if (first === undefined) return [];
  const host = run.host(endOf(first));
  // The address never goes to a host whose servers may not be master.
  const neverMaster = servers.every(({ noMaster }) => noMaster);
  let node: Lines;
  try {
    node = await checkNode(await host.shell(), first, false);
  } catch (error) {
    return [thrown(error)];
  }
  try {
    const findings = await run.provider.check(host);
    const isReady = findings.every(({ severity }) => severity === 'note');
    return [
      ok(isReady ? sshLine(settings) : 'SSH works'),
      ...node,
      ...findings.map((finding) => findingLine(finding, neverMaster)),
    ];
  } catch (error) {
    return [ok('SSH works'), ...node, thrown(error, neverMaster)];
  }
}

/** What the host and its servers do when they start again. A host without SSH has been told of already. */
async function checkFiles(run: Run, states: readonly ServerState[], survey: Survey): Promise<Lines> {
  const [first] = states;
  if (first === undefined) return [];
  const shell = await run
    .host(endOf(first.server))
    .shell()
    .catch(() => null);
  if (shell === null) return [];
  const [network, ...settings] = await Promise.all(
    [
      checkNetworkFiles(shell, survey.address),
      ...states.filter(({ failure }) => failure === null).map(({ server }) => checkReadOnlySetting(run, server)),
    ].map((lines) => lines.catch((error: unknown) => [thrown(error, true)])),
  );
  return [...settings.flat(), ...(network ?? [])];
}

function findingLine(finding: Finding, neverMaster: boolean): Body {
  if (neverMaster && finding.severity !== 'note')
    return warning(`${finding.text} (no_master=1: only by hand)`, finding.hint);
  return found(finding);
}

function sshLine(settings: HostSettings | undefined): string {
  const { vip_type: type = 'none', cluster_interface: device } = settings?.options ?? {};
  if (type === 'none') return 'SSH works';
  const line = `SSH works, and what vip_type = ${type} needs is there`;
  return device === undefined ? line : `${line}, ${device} too`;
}
