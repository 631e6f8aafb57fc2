// Events that run on a replica: read_only does not hold back one whose definer has SUPER, and what it writes there the
// master does not have.
import { isUnknown, unknownBecause, type Unknown } from '../../errors/unknown.ts';
import type { ApplicationServer } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { Run } from '../run/openRun.ts';
import type { Survey } from './surveyCluster.ts';

/** So many are named. */
const most = 5;

/** The events of one server that run there. */
export interface RunningEvents {
  readonly server: ApplicationServer;
  readonly names: readonly string[] | Unknown;
}

/** Of the servers that are read-only replicas, and whose events mha-helper moves. Never rejects. */
export async function eventsOnReplicas(run: Run, seen: Survey): Promise<readonly RunningEvents[]> {
  const replicas = seen.servers.filter(
    ({ server, readOnly, replication }) =>
      readOnly === true && replication !== null && run.settings(endOf(server)).options.move_events,
  );
  return Promise.all(
    replicas.map(async ({ server }) => ({ server, names: await runningOn(run, server).catch(unknownBecause) })),
  );
}

async function runningOn(run: Run, server: ApplicationServer): Promise<readonly string[]> {
  const connection = await run.openServer(endOf(server));
  if ((await connection.eventScheduler()) !== 'ON') return [];
  const enabled = (await connection.scheduledEvents()).filter(({ status }) => status === 'enabled');
  return enabled.map(({ schema, name }) => `${schema}.${name}`);
}

/** @param name of the server. @returns null where none runs */
export function eventsText(name: string, names: RunningEvents['names']): string | null {
  if (isUnknown(names)) return `it is not known whether events run on ${name}, a replica (${names.unknown})`;
  if (names.length === 0) return null;
  const shown = `${names.slice(0, most).join(', ')}${names.length > most ? ', ...' : ''}`;
  return `events run on ${name}, a replica: ${shown}`;
}
