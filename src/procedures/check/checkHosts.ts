// What must be right on the database hosts: MySQL with what our user may do there, SSH, and what the provider needs.
import type { HostSettings } from '../../config/options.ts';
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import { missingPrivileges } from '../../mysql/privileges.ts';
import type { Run } from '../run/openRun.ts';
import { endOf } from '../../mha/masterEnd.ts';
import { serverName, type ServerState, type Survey } from '../survey/surveyCluster.ts';
import { describeServer } from '../switch/summary.ts';
import { checkNode } from './checkNode.ts';
import { at, failed, found, ok, thrown, warning, type CheckLine } from './CheckLine.ts';

type Lines = readonly Omit<CheckLine, 'where'>[];

/** All hosts at once, in the application file's order. */
export async function checkHosts(
  run: Run,
  app: ApplicationConfig,
  settings: readonly HostSettings[],
  survey: Survey,
): Promise<readonly CheckLine[]> {
  const hosts = [...new Set(app.servers.map(({ hostname }) => hostname))];
  const lines = await Promise.all(
    hosts.map(async (host) => {
      const states = survey.servers.filter(({ server }) => server.hostname === host);
      const perServer = await Promise.all(states.map((state) => checkServer(run, app, state)));
      return at(host, [
        ...perServer.flat(),
        ...(await checkHost(
          run,
          states.map(({ server }) => server),
          settings.find((one) => one.host === host),
        )),
      ]);
    }),
  );
  return lines.flat();
}

async function checkServer(run: Run, app: ApplicationConfig, state: ServerState): Promise<Lines> {
  const { server, failure } = state;
  if (failure !== null) return [thrown(failure)];
  return [await checkPrivileges(run, server), replicationLine(app, state)];
}

/** Asks what a planned switch asks, and reads what it would need to change something. */
async function checkPrivileges(run: Run, server: ApplicationServer): Promise<Omit<CheckLine, 'where'>> {
  try {
    const end = endOf(server);
    const opened = await run.openServer(end, run.settings(end).options.connect_timeout * 1000);
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

function replicationLine(app: ApplicationConfig, state: ServerState): Omit<CheckLine, 'where'> {
  const text = describeServer(state, (server) => serverName(server, app));
  if (state.replication === null) {
    return state.readOnly === true
      ? failed(
          'refused',
          `${text}: neither master nor replica`,
          'make it a replica, or set read_only=0 if it is the master',
        )
      : ok(text);
  }
  if (!state.replication.running) return failed('mysql', text, 'mend the replication (SHOW SLAVE STATUS there)');
  return state.readOnly === false ? warning(text, 'set read_only=1 there, and in its configuration file') : ok(text);
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
    const type = settings?.options.vip_type ?? 'none';
    const without =
      type === 'none'
        ? 'SSH works'
        : `SSH works, and what vip_type = ${type} needs is there${settings?.options.cluster_interface === undefined ? '' : `, ${settings.options.cluster_interface} too`}`;
    return findings.length === 0
      ? [ok(without), ...node]
      : [
          ok('SSH works'),
          ...node,
          ...findings.map((finding) =>
            neverMaster ? warning(`${finding.text} (no_master=1: only by hand)`, finding.hint) : found(finding),
          ),
        ];
  } catch (error) {
    return [ok('SSH works'), ...node, thrown(error, neverMaster)];
  }
}
