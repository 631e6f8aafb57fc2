// What the store cannot fence is fenced on the database servers: before a new leader starts its masterha_manager, it
// ends the sessions of the old one there, and whatever has MHA's locks.
import type { SqlConnection, SqlRow, SqlTarget, SqlTls, Tools } from '../../context/Context.ts';
import { SqlError } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import { killSessions } from '../../mysql/killSessions.ts';
import { queryError } from '../../mysql/serverErrors.ts';

/** Limit for each connection and each statement, in ms. */
const answerMs = 3000;
/** A session that was killed is gone when what it was at has been undone. */
const goneMs = 3000;
const pauseMs = 100;

const locks = ['MHA_Master_High_Availability_Failover', 'MHA_Master_High_Availability_Monitor'] as const;

export interface Fenced {
  /** Sessions that were ended: one line each. */
  readonly ended: readonly string[];
  /** Servers that did not answer at all: nobody is known to have reached them either. */
  readonly silent: readonly string[];
  /** Servers that answer, and on which the old leader may still be at work. */
  readonly failed: readonly string[];
}

/**
 * @param old names and addresses of those whose sessions end; none: nobody is known
 * @param own what is from here is ours
 */
export async function fenceOldLeader(
  { servers }: Pick<ApplicationConfig, 'servers'>,
  old: readonly string[],
  own: ReadonlySet<string>,
  tls: SqlTls | undefined,
  tools: Pick<Tools, 'clock' | 'connect'>,
): Promise<Fenced> {
  const theirs = new Set(old.filter((one) => !own.has(one)));
  const all = await Promise.all(servers.map((server) => fenceOn(server, theirs, own, tls, tools)));
  return {
    ended: all.flatMap(({ ended }) => ended),
    silent: all.flatMap(({ silent }) => silent),
    failed: all.flatMap(({ failed }) => failed),
  };
}

/** As servers show the sessions of this host. @param names of namesOf() */
export function ownNames(names: readonly string[]): ReadonlySet<string> {
  return new Set([...names, 'localhost', '127.0.0.1', '::1']);
}

/** Failovers that another host is at, one line each. */
export async function failoverLockHolders(
  { servers }: Pick<ApplicationConfig, 'servers'>,
  own: ReadonlySet<string>,
  tls: SqlTls | undefined,
  { connect }: Pick<Tools, 'connect'>,
): Promise<readonly string[]> {
  const all = servers.map(async (server): Promise<readonly string[]> => {
    const { hostname: label } = server;
    let connection: SqlConnection | undefined;
    try {
      connection = await connect.mysql(targetOf(server, tls), answerMs);
      const [held] = await connection.query(`SELECT IS_USED_LOCK('${locks[0]}') AS id`, [], answerMs);
      const rows = held?.['id'] == null ? [] : await connection.query('SHOW PROCESSLIST', [], answerMs);
      const holder = rows.find((row) => Number(row['Id']) === Number(held?.['id']));
      if (holder === undefined || isOf(clientOf(holder), own)) return [];
      return [`session ${String(holder['Id'])} from ${clientOf(holder)} on ${label} has MHA's lock`];
    } catch {
      // One that does not answer nobody fails over to; one that refuses is told by the fence.
      return [];
    } finally {
      await connection?.close().catch(() => undefined);
    }
  });
  return (await Promise.all(all)).flat();
}

function targetOf({ hostname, ip, port, user, password }: ApplicationServer, tls: SqlTls | undefined): SqlTarget {
  return { label: hostname, host: ip ?? hostname, port, user, password, ...(tls === undefined ? {} : { tls }) };
}

async function fenceOn(
  server: ApplicationServer,
  theirs: ReadonlySet<string>,
  own: ReadonlySet<string>,
  tls: SqlTls | undefined,
  { clock, connect }: Pick<Tools, 'clock' | 'connect'>,
): Promise<Fenced> {
  const { hostname: label, user } = server;
  let connection: SqlConnection;
  try {
    connection = await connect.mysql(targetOf(server, tls), answerMs);
  } catch (error) {
    const refused = error instanceof Error && error.cause instanceof SqlError;
    const why = errorLine(error);
    const text = why.startsWith(`${label}: `) ? why : `${label}: ${why}`;
    return refused ? { ended: [], silent: [], failed: [text] } : { ended: [], silent: [text], failed: [] };
  }
  const ended: string[] = [];
  try {
    const endsAt = clock.monotonic() + goneMs;
    const killed = new Set<number>();
    for (;;) {
      const left = await foreignSessions(connection, user, theirs, own);
      if (left.length === 0) return { ended, silent: [], failed: [] };
      const fresh = left.filter(({ id }) => !killed.has(id));
      await killSessions(
        fresh.map(({ id }) => id),
        (sql) =>
          connection.query(sql, [], answerMs).catch((error: unknown) => {
            throw queryError(label, sql, error);
          }),
      );
      for (const { id, text } of fresh) {
        killed.add(id);
        ended.push(`${label}: ${text}`);
      }
      if (clock.monotonic() >= endsAt) {
        const texts = left.map(({ text }) => text).join('; ');
        return { ended, silent: [], failed: [`${label}: does not end although it was killed: ${texts}`] };
      }
      await clock.sleep(pauseMs);
    }
  } catch (error) {
    return { ended, silent: [], failed: [`${label}: ${errorLine(error)}`] };
  } finally {
    await connection.close().catch(() => undefined);
  }
}

async function foreignSessions(
  connection: SqlConnection,
  user: string,
  theirs: ReadonlySet<string>,
  own: ReadonlySet<string>,
): Promise<readonly { readonly id: number; readonly text: string }[]> {
  const names = locks.map((name, index) => `IS_USED_LOCK('${name}') AS lock${index}`).join(', ');
  const [held = {}] = await connection.query(`SELECT ${names}`, [], answerMs);
  const holders = new Set(Object.values(held).flatMap((id) => (id === null ? [] : [Number(id)])));
  const rows = await connection.query('SHOW PROCESSLIST', [], answerMs);
  return rows.flatMap((row) => {
    const id = Number(row['Id']);
    const client = clientOf(row);
    const isTheirs = row['User'] === user && isOf(client, theirs);
    if (id === connection.threadId || (!isTheirs && (!holders.has(id) || isOf(client, own)))) return [];
    return [{ id, text: `session ${id} of ${String(row['User'])} from ${client}` }];
  });
}

/** Without its port. */
function clientOf(row: SqlRow): string {
  return String(row['Host'] ?? '').replace(/:\d+$/, '');
}

function isOf(client: string, names: ReadonlySet<string>): boolean {
  return names.has(client) || [...names].some((name) => /^[a-z]/i.test(name) && client.startsWith(`${name}.`));
}
