// Is a dead master of an earlier failover back? It is when it replicates from the others, or others replicate from it.
import { Budget } from '../../context/budget.ts';
import type { Connectors, DaemonTools, SqlTls, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { firstError } from '../../mha/managerLog.ts';
import { withoutServers } from '../../mha/withoutServers.ts';
import { type ApplicationConfig, type ApplicationServer, hostsOf } from '../../mha/applicationConfig.ts';
import { openServer } from '../../mysql/openServer.ts';
import type { Replication } from '../../mysql/Server.ts';
import { loadHostSettings } from '../../config/load.ts';
import { clusterTls } from '../survey/clusterTls.ts';
import { errantReplicas, errantText, excludes } from '../survey/errant.ts';
import { lookAtCluster, survey } from '../survey/surveyCluster.ts';
import { trialFile } from './monitorFiles.ts';

/** Limit for each connection and each statement, in ms. */
const answerMs = 3000;

/** masterha_check_repl connects to every host by MySQL and SSH. */
const checkMs = 120_000;

/**
 * Those of the returned servers with which MHA would start: all or none. Asked of MHA itself, while the manager goes on
 * without them: a server that is in the way must not cost the protection that there is.
 */
export async function accepted(
  returned: readonly string[],
  app: ApplicationConfig,
  absent: readonly string[],
  tools: Tools,
  daemon: DaemonTools,
): Promise<readonly string[]> {
  if (returned.length === 0) return [];
  const away = app.servers
    .filter(({ hostname }) => absent.includes(hostname) && !returned.includes(hostname))
    .map(({ id }) => id);
  const file = trialFile(tools.places, app.file);
  await daemon.files.replace(file, withoutServers(await tools.files.read(app.file), away));
  const { code, stdout, stderr } = await tools.connect.local.run(['masterha_check_repl', `--conf=${file}`], checkMs);
  if (code === 0) return returned;
  throw new Failure(
    'refused',
    `${returned.join(', ')} replicates again, but MHA would not start with it: ${firstError(stdout + stderr)}`,
  );
}

/**
 * The same servers, where none of them has what the master lacks: it would be a candidate from now on.
 * @throws Failure `refused`
 */
export async function withoutErrant(
  returned: readonly string[],
  app: ApplicationConfig,
  tools: Tools,
): Promise<readonly string[]> {
  if (returned.length === 0) return [];
  const hosts = hostsOf(app);
  const quiet = { ...tools, log: { info: () => undefined, warn: () => undefined } };
  const settings = await loadHostSettings(tools.places.configDirectory, hosts, tools.files, quiet.log, app.name);
  const errant = await lookAtCluster(app, settings, quiet, async (run) =>
    errantReplicas(run, await survey(run, app, 'servers')),
  );
  const found = errant.find((one) => excludes(one) && returned.includes(one.server.hostname) && !one.server.noMaster);
  if (found === undefined) return returned;
  throw new Failure('refused', `${errantText(found)}: it is not taken in as a candidate`, {
    hint: `rebuild it from a copy of ${found.master.hostname}, or set no_master=1 for it in ${app.file}`,
  });
}

/** `hostname` of those of the absent servers that take part in the replication. */
export async function returnedServers(
  app: ApplicationConfig,
  absent: readonly string[],
  tools: Pick<Tools, 'clock' | 'connect' | 'files' | 'places'>,
): Promise<readonly string[]> {
  const missing = app.servers.filter(({ hostname }) => absent.includes(hostname));
  if (missing.length === 0) return [];
  const tls = await clusterTls(app, tools);
  const roles = new Map(
    await Promise.all(app.servers.map(async (server) => [server, await replicationOf(server, tls, tools)] as const)),
  );
  const names = new Map(
    await Promise.all(app.servers.map(async (server) => [server, await namesOf(server, tools.connect)] as const)),
  );
  const members = app.servers.filter((server) => !missing.includes(server));
  const isFrom = (replication: Replication | null | undefined, source: ApplicationServer): boolean =>
    replication?.running === true &&
    replication.sourcePort === source.port &&
    names.get(source)?.has(replication.sourceHost) === true;
  return missing
    .filter((server) => {
      const own = roles.get(server);
      if (own === undefined) return false;
      if (own !== null) return members.some((member) => isFrom(own, member));
      // It is the master again only where nobody else is: a replica that still follows a master that was replaced does
      // not make it one.
      return (
        members.some((member) => isFrom(roles.get(member), server)) &&
        members.every((member) => roles.get(member) !== null)
      );
    })
    .map(({ hostname }) => hostname);
}

/** Null: it answers and is no replica; undefined: it does not answer. */
async function replicationOf(
  server: ApplicationServer,
  tls: SqlTls | undefined,
  { clock, connect }: Pick<Tools, 'clock' | 'connect'>,
): Promise<Replication | null | undefined> {
  try {
    const target = {
      label: server.hostname,
      host: server.ip ?? server.hostname,
      port: server.port,
      user: server.user,
      password: server.password,
      tls,
    };
    const connection = await connect.mysql(target, answerMs);
    try {
      const opened = await openServer(
        server.hostname,
        connection,
        new Budget(clock, `look at ${server.hostname}`, 2 * answerMs),
        answerMs,
      );
      return await opened.replication();
    } finally {
      await connection.close();
    }
  } catch {
    return undefined;
  }
}

/** Name and addresses under which replicas may know it. */
async function namesOf(server: ApplicationServer, connect: Connectors): Promise<ReadonlySet<string>> {
  const { code, stdout } = await connect.local.run(['getent', 'ahosts', server.ip ?? server.hostname], answerMs);
  const addresses =
    code === 0
      ? stdout
          .split('\n')
          .map((line) => line.split(' ')[0] ?? '')
          .filter((address) => address !== '')
      : [];
  return new Set([server.hostname, ...(server.ip === undefined ? [] : [server.ip]), ...addresses]);
}
