// Is a dead master of an earlier failover back? It is when it replicates from the others, or others replicate from it.
import type { Connectors, DaemonTools, SqlRow, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { firstError } from '../../mha/managerLog.ts';
import { withoutServers } from '../../mha/withoutServers.ts';
import { trialFile } from './places.ts';
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';

/** Limit for each connection and each statement, in ms. */
const answerMs = 3000;

/** masterha_check_repl connects to every host by MySQL and SSH. */
const checkMs = 120_000;

/**
 * Those of the returned servers with which MHA would start: all or none. Asked of MHA itself, while the manager goes on without them:
 * a server that is in the way must not cost the protection that there is.
 */
export async function accepted(returned: readonly string[], app: ApplicationConfig, absent: readonly string[], tools: Tools, daemon: DaemonTools): Promise<readonly string[]> {
  if (returned.length === 0) return [];
  const away = app.servers.filter(({ hostname }) => absent.includes(hostname) && !returned.includes(hostname)).map(({ id }) => id);
  const file = trialFile(tools.places, app.file);
  await daemon.files.replace(file, withoutServers(await tools.files.read(app.file), away));
  const { code, stdout, stderr } = await tools.connect.local.run(['masterha_check_repl', `--conf=${file}`], checkMs);
  if (code === 0) return returned;
  throw new Failure('refused', `${returned.join(', ')} replicates again, but MHA would not start with it: ${firstError(`${stdout}${stderr}`)}`);
}

/** `hostname` of those of the absent servers that take part in the replication. */
export async function returnedServers(app: ApplicationConfig, absent: readonly string[], tools: Pick<Tools, 'connect'>): Promise<readonly string[]> {
  const missing = app.servers.filter(({ hostname }) => absent.includes(hostname));
  if (missing.length === 0) return [];
  const sources = await Promise.all(app.servers.map(async (server) => ({ server, source: await sourceOf(server, tools.connect) })));
  const names = new Map(await Promise.all(app.servers.map(async (server) => [server, await namesOf(server, tools.connect)] as const)));
  const members = sources.filter(({ server }) => !missing.includes(server));
  return missing.filter((server) => {
    const own = sources.find((entry) => entry.server === server)?.source;
    if (own === undefined) return false;
    if (own !== null) return members.some((member) => names.get(member.server)?.has(own) === true);
    return members.some(({ source }) => source != null && names.get(server)?.has(source) === true);
  }).map(({ hostname }) => hostname);
}

/** The server it replicates from, with both threads running; null: it answers and does not replicate; undefined: it does not answer. */
async function sourceOf(server: ApplicationServer, connect: Connectors): Promise<string | null | undefined> {
  try {
    const target = { label: server.hostname, host: server.ip ?? server.hostname, port: server.port, user: server.user, password: server.password };
    const connection = await connect.mysql(target, answerMs);
    try {
      const [row] = await connection.query('SHOW SLAVE STATUS', [], answerMs);
      return row !== undefined && replicates(row) ? String(row['Master_Host']) : null;
    } finally {
      await connection.close();
    }
  } catch {
    return undefined;
  }
}

function replicates(row: SqlRow): boolean {
  return row['Slave_IO_Running'] === 'Yes' && row['Slave_SQL_Running'] === 'Yes';
}

/** Name and addresses under which replicas may know it. */
async function namesOf(server: ApplicationServer, connect: Connectors): Promise<ReadonlySet<string>> {
  const { code, stdout } = await connect.local.run(['getent', 'ahosts', server.ip ?? server.hostname], answerMs);
  const addresses = code === 0 ? stdout.split('\n').map((line) => line.split(' ')[0] ?? '').filter((address) => address !== '') : [];
  return new Set([server.hostname, ...(server.ip === undefined ? [] : [server.ip]), ...addresses]);
}
