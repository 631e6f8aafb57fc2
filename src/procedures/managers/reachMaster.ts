// One manager's own look at a master that another manager cannot reach: a login and a statement, as MHA's ping.
import type { HostSettings } from '../../config/options.ts';
import type { SqlConnection, SqlTarget, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import { unknownBecause } from '../../errors/unknown.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import { sqlErrorOf } from '../../mysql/serverErrors.ts';
import { sqlTarget } from '../run/targets.ts';
import type { Question, Reach } from './agreement.ts';

/** For all of it, in ms. */
const lookMs = 3000;

/** What a host that is dead, or a server that has ended, leads to. */
const deadCodes: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ETIMEDOUT',
  'EPIPE',
  'PROTOCOL_CONNECTION_LOST',
]);
/** A server that cannot write any more: disk full, engine, lock. As the layer's masterha_secondary_check has them. */
const cannotWrite: ReadonlySet<number> = new Set([1021, 1026, 1030, 1114, 1180, 1205, 1598]);
const waitsForLock = /^Waiting for (?:.* )?lock$/i;

const insertPing =
  'INSERT INTO infra.chk_masterha VALUES (1, UNIX_TIMESTAMP()) ON DUPLICATE KEY UPDATE val = UNIX_TIMESTAMP()';

type Connect = Pick<Tools, 'connect' | 'clock'>;

/** Never rejects. */
export async function reachMaster(
  { host, port, ping }: Question,
  app: Pick<ApplicationConfig, 'servers'> | null,
  settings: Pick<HostSettings, 'options'>,
  tools: Connect,
): Promise<Reach> {
  const server = app?.servers.find((one) => one.hostname === host && one.port === port);
  if (server === undefined) {
    const unknown = `${host}:${port} is no server of this cluster here: the managers' configurations differ`;
    return { reaches: { unknown }, said: unknown };
  }
  const target = sqlTarget(endOf(server), settings);
  const endsAt = tools.clock.monotonic() + lookMs;
  const leftMs = (): number => Math.max(1, endsAt - tools.clock.monotonic());
  try {
    // Clients wait for the answer, and to begin a login takes a busy machine a tenth of a second.
    await tools.connect.listens(target, lookMs);
    const connection = await tools.connect.mysql(target, leftMs());
    try {
      return await pinged(connection, target, ping, leftMs(), tools);
    } finally {
      void connection.close().catch(() => undefined);
    }
  } catch (error) {
    return meaningOf(error, host);
  }
}

async function pinged(
  connection: SqlConnection,
  target: SqlTarget,
  ping: string,
  limitMs: number,
  tools: Connect,
): Promise<Reach> {
  const { label, port } = target;
  if (ping !== 'INSERT') {
    await connection.query('SELECT 1', [], limitMs);
    return { reaches: true, said: `it reaches ${label}:${port}` };
  }
  const written = new AbortController();
  const insert = connection.query(insertPing, [], limitMs + lookMs).finally(() => written.abort());
  try {
    return await Promise.race([
      insert.then(() => ({ reaches: true, said: `${label}:${port} takes writes from it` })),
      whatHoldsIt(target, limitMs, tools, written.signal),
    ]);
  } catch (error) {
    if (error instanceof Failure && error.kind === 'deadline') return silenceOf(target);
    if (cannotWrite.has(sqlErrorOf(error)?.errno ?? 0))
      return { reaches: false, said: `${label}:${port} cannot write: ${errorLine(error)}` };
    throw error;
  }
}

function silenceOf({ label, port }: SqlTarget): Reach {
  return { reaches: false, said: `${label}:${port} takes no write within ${lookMs / 1000} s` };
}

/**
 * A statement that waits for a lock which somebody holds, for instance a backup, is no sign of death. It is looked for
 * while it waits: a server drops the statement of a client that has gone.
 * @param written when the statement has ended: never settles then
 */
async function whatHoldsIt(
  target: SqlTarget,
  limitMs: number,
  { connect, clock }: Connect,
  written: AbortSignal,
): Promise<Reach> {
  try {
    await clock.sleep(limitMs, written);
  } catch {
    return new Promise(() => undefined);
  }
  try {
    const connection = await connect.mysql(target, lookMs / 2);
    const rows = await connection.query('SHOW PROCESSLIST', [], lookMs / 2);
    void connection.close().catch(() => undefined);
    const states = rows.filter((row) => /\binfra\b/.test(String(row['Info']))).map((row) => String(row['State']));
    const state = states.find((one) => waitsForLock.test(one));
    if (state === undefined) return silenceOf(target);
    return { reaches: true, said: `on ${target.label}:${target.port} somebody holds a lock (${state})` };
  } catch {
    return silenceOf(target);
  }
}

/** A server that refuses lives; one that nothing came from does not, as far as is seen from here; else nobody knows. */
function meaningOf(error: unknown, host: string): Reach {
  const said = errorLine(error);
  if (sqlErrorOf(error) !== null) return { reaches: true, said: `${host} answers it: ${said}` };
  if (error instanceof Failure && error.kind === 'deadline') return { reaches: false, said };
  const code = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined)?.code : undefined;
  return { reaches: deadCodes.has(code ?? '') ? false : unknownBecause(error), said };
}
