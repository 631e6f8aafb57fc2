// A failover that somebody else has left while the new master was being opened, or later: whether clients may write
// there, and what each replica that does not follow it yet is to be told.
import { loadHostSettings } from '../../config/load.ts';
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import { unknownBecause, type Unknown } from '../../errors/unknown.ts';
import { hostsOf, type ApplicationConfig, type ApplicationServer } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import { changeSource, type Begin } from '../../mysql/sourceSettings.ts';
import { splitPosition } from '../../mysql/splitPosition.ts';
import type { Run } from '../run/openRun.ts';
import { lookAtCluster, survey, type Survey } from '../survey/surveyCluster.ts';
import type { FailoverRecord } from './failoverRecord.ts';
import type { LookAtNewMaster } from './takeover.ts';

/** So long a look counts, in ms: the monitor asks twice a second. */
const againMs = 20_000;
const connectMs = 3_000;

export interface Found {
  readonly look: LookAtNewMaster;
  /** For a person: one text for each replica that does not follow the new master. */
  readonly replicas: readonly string[];
}

/** One for each cluster. */
export class NewMasterLooks {
  #last: { readonly record: string; readonly at: number; readonly found: Promise<Found> } | null = null;

  /** Never rejects. */
  at(record: FailoverRecord, app: ApplicationConfig, tools: Tools): Promise<Found> {
    const text = JSON.stringify(record);
    const now = tools.clock.monotonic();
    if (this.#last === null || this.#last.record !== text || now - this.#last.at > againMs)
      this.#last = { record: text, at: now, found: lookAtNewMaster(record, app, tools) };
    return this.#last.found;
  }
}

export async function lookAtNewMaster(record: FailoverRecord, app: ApplicationConfig, tools: Tools): Promise<Found> {
  try {
    const quiet = { info: () => undefined, warn: () => undefined };
    const { configDirectory } = tools.places;
    const settings = await loadHostSettings(configDirectory, hostsOf(app), tools.files, quiet, app.name);
    return await lookAtCluster(app, settings, { ...tools, log: quiet }, async (run) => {
      const seen = await survey(run, app, 'servers and address', { connectMs });
      return { look: lookOf(seen, record.to), replicas: await replicaTexts(run, app, seen, record) };
    });
  } catch (error) {
    const unknown = unknownBecause(error);
    return { look: { isReadOnly: unknown, hasAddress: unknown }, replicas: [] };
  }
}

function lookOf({ servers, address, holdings }: Survey, to: string | null): LookAtNewMaster {
  const server = servers.find((one) => one.server.hostname === to);
  const isReadOnly = server?.readOnly ?? { unknown: server?.failure?.message ?? 'it is no server of this cluster' };
  return { isReadOnly, hasAddress: address === null ? false : holds(holdings.find(({ host }) => host === to)?.holds) };
}

function holds(seen: Survey['holdings'][number]['holds'] | undefined): boolean | Unknown {
  if (seen === undefined) return { unknown: 'its host was not asked' };
  return seen instanceof Failure ? unknownBecause(seen) : seen !== false && seen !== 'rest';
}

async function replicaTexts(
  run: Run,
  app: ApplicationConfig,
  { servers }: Survey,
  record: FailoverRecord,
): Promise<readonly string[]> {
  const { from, to } = record;
  const master = app.servers.find(({ hostname }) => hostname === to);
  const others = servers.filter(
    ({ server, source }) => server !== master && server.hostname !== from && source !== master,
  );
  if (master === undefined) return [];
  return Promise.all(others.map(({ server, alive }) => replicaText(run, server, alive, master, record)));
}

async function replicaText(
  run: Run,
  server: ApplicationServer,
  alive: boolean,
  master: ApplicationServer,
  { position }: FailoverRecord,
): Promise<string> {
  const { hostname } = server;
  if (!alive) return `${hostname}: does not answer`;
  try {
    const replica = await run.openReplica(endOf(server));
    const { follows = null } = (await replica.sourceSettings()) ?? {};
    if (follows === null) return `${hostname}: it does not replicate`;
    const begin = beginAt(follows, position);
    if (begin === null) return `${hostname}: where ${master.hostname} was when it was opened is not known: rebuild it`;
    const source = {
      host: master.ip ?? master.hostname,
      port: master.port,
      user: server.replUser ?? '...',
      password: '...',
    };
    const { sql, values } = changeSource(replica.dialect, source, begin, new Map());
    const text = values.reduce<string>((rest, value) => rest.replace('?', quoted(value)), sql);
    return begin.kind === 'file'
      ? `${hostname}, if it has all that ${master.hostname} had then: ${text}`
      : `${hostname}: ${text}`;
  } catch (error) {
    return `${hostname}: how it replicates is not known (${errorLine(error)})`;
  }
}

/** By GTID the servers themselves find out what is missing. */
function beginAt(follows: Begin['kind'], position: string | null): Begin | null {
  if (follows !== 'file') return { kind: follows };
  if (position === null) return null;
  const [file, number] = splitPosition(position);
  return { kind: 'file', file, position: number };
}

function quoted(value: string | number | null): string {
  return typeof value === 'number' ? String(value) : `'${value ?? ''}'`;
}
