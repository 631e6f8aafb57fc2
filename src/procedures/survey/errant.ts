// Replicas that have transactions which the master lacks: written there by hand, or by an old master that was taken in
// again. Made the master, such a server would bring them back; so it is no candidate.
import { unknownBecause, type Unknown } from '../../errors/unknown.ts';
import type { ApplicationServer } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { ReplicaServer } from '../../mysql/ReplicaServer.ts';
import type { Run } from '../run/openRun.ts';
import { mastersOf, type Survey } from './surveyCluster.ts';

export interface Errant {
  readonly server: ApplicationServer;
  readonly master: ApplicationServer;
  /** GTIDs. */
  readonly extra: string | Unknown;
}

/** Of the replicas that follow by GTID; nothing is known of the others. Never rejects. */
export async function errantReplicas(run: Run, seen: Survey): Promise<readonly Errant[]> {
  const [master, ...more] = mastersOf(seen);
  if (master === undefined || more.length > 0) return [];
  const replicas = seen.servers.filter(({ source }) => source === master).map(({ server }) => server);
  const found = await Promise.all(
    replicas.map(async (server) => ({
      server,
      master,
      extra: await errantOf(run, server, master).catch(unknownBecause),
    })),
  );
  return found.filter(({ extra }) => extra !== '');
}

async function errantOf(run: Run, server: ApplicationServer, master: ApplicationServer): Promise<string> {
  const replica = await run.openReplica(endOf(server));
  if ((await replica.sourceSettings())?.follows === 'file') return '';
  // The replica first: what it has got by then, the master has.
  const own = await replica.gtids();
  const source: ReplicaServer = await run.openReplica(endOf(master));
  return source.lacksOf(own);
}

/** `db10 has transactions that db11 lacks (0-10-5..6)`. */
export function errantText({ server, master, extra }: Errant): string {
  if (typeof extra !== 'string') {
    const what = `it is not known whether ${server.hostname} has transactions that ${master.hostname} lacks`;
    return `${what} (${extra.unknown})`;
  }
  return `${server.hostname} has transactions that ${master.hostname} lacks (${extra})`;
}
