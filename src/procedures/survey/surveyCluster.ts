// Asks every server and every host of a cluster how it is, at this moment and all at once. Changes nothing.
import type { Tools } from '../../context/Context.ts';
import type { HostSettings } from '../../config/options.ts';
import { Failure, SqlError } from '../../errors/errors.ts';
import { asFailure } from '../../errors/message.ts';
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import type { Replication } from '../../mysql/Server.ts';
import { noJournal } from '../../steps/journal.ts';
import { heldBy } from '../../steps/writerAddressSteps.ts';
import { Run } from '../run/openRun.ts';
import { portFrom } from '../run/portFrom.ts';
import { endOf } from '../../mha/masterEnd.ts';

/** How long resolving a name may take, in ms. */
const resolveMs = 5_000;

export interface ServerState {
  readonly server: ApplicationServer;
  /** Null when the server could not be asked: then `failure` says why. */
  readonly readOnly: boolean | null;
  readonly replication: Replication | null;
  /** The server that it replicates from, where the application file has it. */
  readonly source: ApplicationServer | null;
  readonly failure: Failure | null;
  /** MySQL is there, even if it refused to answer. */
  readonly alive: boolean;
}

/** This manager is refused, and its host says too that nobody listens there: it takes no writes, for certain. */
export function isDown({ failure }: Pick<ServerState, 'failure'>): boolean {
  return (failure?.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
}

export interface Holding {
  readonly host: string;
  /**
   * `partly`: clients may be led there, but not all of them, or the address is not on the host itself. `rest`: only on
   * the host, without effect.
   */
  readonly holds: boolean | 'partly' | 'rest' | Failure;
}

export interface Survey {
  readonly servers: readonly ServerState[];
  /** The writer address; null where none is managed. */
  readonly address: string | null;
  /** Empty when `address` is null, or when it was not asked for. */
  readonly holdings: readonly Holding[];
}

type What = 'servers' | 'servers and address';

/** Never rejects for a server or host that does not answer. @param settings of the servers' hosts, in their order */
export function surveyCluster(
  app: ApplicationConfig,
  settings: readonly HostSettings[],
  what: What,
  tools: Tools,
): Promise<Survey> {
  return lookAtCluster(app, settings, tools, (run) => survey(run, app, what));
}

/** Gives `body` connections to all servers and hosts, made when they are first used. Nothing is recorded. */
export async function lookAtCluster<T>(
  app: ApplicationConfig,
  settings: readonly HostSettings[],
  tools: Tools,
  body: (run: Run) => Promise<T>,
): Promise<T> {
  const byHost = new Map(settings.map((one) => [one.host, one]));
  const request = {
    procedure: 'look at the cluster',
    orig: endOf(app.servers[0]),
    next: null,
    sshOptions: app.sshOptions,
    record: 'none' as const,
  };
  const run = new Run(tools, request, byHost, noJournal, new Map(), []);
  try {
    return await body(run);
  } finally {
    await run.close();
  }
}

/**
 * The survey, over the connections of a run.
 * @param how connectMs: how long a server gets to connect; without it as long as its settings say
 */
export async function survey(
  run: Run,
  app: ApplicationConfig,
  what: What,
  { connectMs, resolve = resolver(run.tools) }: { readonly connectMs?: number; readonly resolve?: Resolve } = {},
): Promise<Survey> {
  const hosts = new Map(app.servers.map((server) => [server.hostname, server]));
  const [servers, holdings] = await Promise.all([
    Promise.all(app.servers.map((server) => askServer(run, server, app, resolve, connectMs))),
    what === 'servers' || run.provider.address === null
      ? []
      : Promise.all([...hosts.values()].map((server) => askHost(run, server))),
  ]);
  return { servers, address: run.provider.address, holdings };
}

async function askServer(
  run: Run,
  server: ApplicationServer,
  app: ApplicationConfig,
  resolve: Resolve,
  connectMs?: number,
): Promise<ServerState> {
  try {
    const connection = await run.openServer(endOf(server), connectMs);
    const [{ readOnly }, replication] = [await connection.readOnly(), await connection.replication()];
    const source = replication === null ? null : await sourceOf(replication, app, resolve);
    return { server, readOnly, replication, source, failure: null, alive: true };
  } catch (error) {
    const [failure, alive] = await confirmed(run, server, asFailure(error));
    return { server, readOnly: null, replication: null, source: null, failure, alive };
  }
}

/**
 * A refusal may be a firewall's, of this manager alone: the server's own host says whether it listens.
 * @returns the failure, refused (isDown) only where that is confirmed; and whether MySQL is there
 */
async function confirmed(run: Run, server: ApplicationServer, failure: Failure): Promise<readonly [Failure, boolean]> {
  if (!isDown({ failure })) return [failure, failure.cause instanceof SqlError];
  const end = endOf(server);
  const port = await portFrom(run, run.host(end), end.ip, end.port);
  if (port === 'refused') return [failure, false];
  const [isThere, why] =
    port === 'open'
      ? [true, 'but it listens on its host: does a firewall reject this manager there?']
      : [false, `and its host does not say whether it runs (${port.unknown})`];
  return [new Failure('mysql', `${failure.message}, ${why}`), isThere];
}

async function askHost(run: Run, server: ApplicationServer): Promise<Holding> {
  try {
    const held = await heldBy(run.provider, run.host(endOf(server)));
    return { host: server.hostname, holds: held === 'held' || (held === 'nothing' ? false : held) };
  } catch (error) {
    return { host: server.hostname, holds: asFailure(error) };
  }
}

export type Resolve = (name: string) => Promise<readonly string[]>;

/** Addresses of a name as this machine sees them, the name itself included; each is asked for once. */
export function resolver(tools: Pick<Tools, 'connect'>): Resolve {
  const known = new Map<string, Promise<readonly string[]>>();
  const ask = async (name: string): Promise<readonly string[]> => {
    const { stdout } = await tools.connect.local
      .run(['getent', 'ahosts', name], resolveMs)
      .catch(() => ({ stdout: '' }));
    return [
      name.toLowerCase(),
      ...stdout
        .split('\n')
        .map((line) => line.split(/\s/)[0] ?? '')
        .filter((address) => address !== ''),
    ];
  };
  return (name) => {
    const found = known.get(name) ?? ask(name);
    known.set(name, found);
    return found;
  };
}

async function sourceOf(
  { sourceHost, sourcePort }: Replication,
  app: ApplicationConfig,
  resolve: Resolve,
): Promise<ApplicationServer | null> {
  const addresses = new Set(await resolve(sourceHost));
  for (const server of app.servers.filter(({ port }) => port === sourcePort)) {
    const own = [...(await resolve(server.hostname)), ...(server.ip === undefined ? [] : [server.ip])];
    if (own.some((address) => addresses.has(address))) return server;
  }
  return null;
}

/**
 * The servers that others replicate from and that are no replicas themselves, as far as the others can tell; where each
 * of them is a replica (a pair of masters, a ring), those that are not read-only. One in a cluster that is well.
 */
export function mastersOf({ servers }: Pick<Survey, 'servers'>): readonly ApplicationServer[] {
  const named = new Set(servers.flatMap((state) => (state.source === null || isLeftOver(state) ? [] : [state.source])));
  const sources = servers.filter(({ server }) => named.has(server));
  const apart = sources.filter(({ replication }) => replication === null);
  const masters = apart.length > 0 ? apart : sources.filter(({ readOnly }) => readOnly !== true);
  return masters.map(({ server }) => server);
}

/** What it replicated from when it became the master: with skip_reset_slave MHA leaves that as it was, stopped. */
function isLeftOver({ readOnly, replication }: ServerState): boolean {
  return readOnly === false && replication?.running === false;
}

/** The servers that take writes: one in a cluster that is well. */
export function writableOf({ servers }: Pick<Survey, 'servers'>): readonly ServerState[] {
  return servers.filter(({ readOnly }) => readOnly === false);
}

/** Takes writes as the master, whatever it replicates from itself. */
export function isOpenMaster(survey: Pick<Survey, 'servers'>, { server, readOnly, replication }: ServerState): boolean {
  return readOnly === false && (replication === null || mastersOf(survey).includes(server));
}

/** Hosts whose servers are read-only, each of them. */
export function closedHosts({ servers }: Survey): readonly string[] {
  const open = new Set(servers.filter(({ readOnly }) => readOnly !== true).map(({ server }) => server.hostname));
  return [...new Set(servers.map(({ server }) => server.hostname))].filter((host) => !open.has(host));
}

/** What was found on one host; undefined where it was not asked. */
export function holdingOf({ holdings }: Pick<Survey, 'holdings'>, hostname: string): Holding['holds'] | undefined {
  return holdings.find(({ host }) => host === hostname)?.holds;
}

/** Hosts that have the address. */
export function holdersOf({ holdings }: Survey): readonly string[] {
  return holdings.filter(({ holds }) => holds === true).map(({ host }) => host);
}

/** Hosts that could not be asked. */
export function unknownOf({ holdings }: Survey): readonly string[] {
  return holdings.filter(({ holds }) => typeof holds === 'object').map(({ host }) => host);
}

/**
 * The service that leads clients to the address, or the way to every host, is out of reach: nothing is known of any
 * host.
 */
export function isUnknownEverywhere(survey: Survey): boolean {
  return survey.holdings.length > 0 && unknownOf(survey).length === survey.holdings.length;
}

/** Hosts that clients may be led to, although something is missing there. */
export function partlyOn({ holdings }: Survey): readonly string[] {
  return holdings.filter(({ holds }) => holds === 'partly').map(({ host }) => host);
}

/** `db10`, or `db10:3307` where the host has more than one server. */
export function serverName(server: ApplicationServer, app: ApplicationConfig): string {
  return app.servers.filter(({ hostname }) => hostname === server.hostname).length > 1
    ? `${server.hostname}:${server.port}`
    : server.hostname;
}
