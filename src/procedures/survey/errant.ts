// Replicas that have transactions which the master lacks: written there by hand, or by an old master that was taken in
// again. Where it is certain, such a server is no candidate.
import { isUnknown, unknownBecause, type Unknown } from '../../errors/unknown.ts';
import type { ApplicationServer } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { ReplicaServer } from '../../mysql/ReplicaServer.ts';
import type { Run } from '../run/openRun.ts';
import { ownBinlogWrites } from './ownBinlog.ts';
import { mastersOf, type Survey } from './surveyCluster.ts';

export interface Errant extends Extra {
  readonly server: ApplicationServer;
  readonly master: ApplicationServer;
}

interface Extra {
  /** GTIDs. */
  readonly extra: string | Unknown;
  /** False: it is likely. */
  readonly isCertain: boolean;
  /** It follows by GTID: as the master it would give them to the others. Else it would keep them for itself. */
  readonly byGtid: boolean;
}

/** By file and position those of MariaDB only: nothing is known of MySQL's. Never rejects. */
export async function errantReplicas(run: Run, seen: Survey): Promise<readonly Errant[]> {
  const [master, ...more] = mastersOf(seen);
  if (master === undefined || more.length > 0) return [];
  const replicas = seen.servers.filter(({ source }) => source === master).map(({ server }) => server);
  const found = await Promise.all(
    replicas.map(async (server) => ({ server, master, ...(await errantOf(run, server, master).catch(notKnown)) })),
  );
  return found.filter(({ extra }) => extra !== '');
}

function notKnown(error: unknown): Extra {
  return { extra: unknownBecause(error), isCertain: false, byGtid: false };
}

async function errantOf(run: Run, server: ApplicationServer, master: ApplicationServer): Promise<Extra> {
  const replica = await run.openReplica(endOf(server));
  if ((await replica.sourceSettings())?.follows === 'file') return byPosition(run, replica, master);
  // The replica first: what it has got by then, the master has.
  const own = await replica.gtids();
  const source: ReplicaServer = await run.openReplica(endOf(master));
  return { extra: await source.lacksOf(own), isCertain: true, byGtid: true };
}

async function byPosition(run: Run, replica: ReplicaServer, master: ApplicationServer): Promise<Extra> {
  const none: Extra = { extra: '', isCertain: false, byGtid: false };
  if (replica.dialect.family !== 'mariadb') return none;
  const found = await ownBinlogWrites(replica, await run.openReplica(endOf(master)));
  if (isUnknown(found)) return { ...none, extra: found };
  const isCertain = found.certain.length > 0;
  return { ...none, extra: (isCertain ? found.certain : found.likely).join(', '), isCertain };
}

/** `db10 has transactions that db11 lacks (0-10-5..6)`. */
export function errantText({ server, master, extra, isCertain }: Errant): string {
  if (typeof extra !== 'string') {
    const what = `it is not known whether ${server.hostname} has transactions that ${master.hostname} lacks`;
    return `${what} (${extra.unknown})`;
  }
  const has = isCertain ? 'has' : 'probably has';
  return `${server.hostname} ${has} transactions that ${master.hostname} lacks (${extra})`;
}

/** What comes of it when such a server is made the master. */
export function consequence({ byGtid }: Pick<Errant, 'byGtid'>): string {
  return byGtid ? 'made the master it would bring them back' : 'made the master it alone would have them';
}

/** What to do where it is only likely. */
export function lookBy(hostname: string): string {
  return `see what it has written (mysqlbinlog --server-id=... of its binary logs), and compare ${hostname}'s tables`;
}

/** What keeps a server from being a candidate. */
export function excludes({ extra, isCertain }: Errant): boolean {
  return typeof extra === 'string' && isCertain;
}
