// What a server's refusal means, in words. Numbers: MySQL's and MariaDB's error lists.
import { Failure, SqlError } from '../errors/errors.ts';
import { errorText, shortened } from '../errors/message.ts';

const noSuchThread = 1094;
const lockWaitTimeout = 1205;

const hints: ReadonlyMap<number, string> = new Map([
  [
    1227,
    'the MySQL user of MHA needs SUPER, or READ_ONLY ADMIN/SYSTEM_VARIABLES_ADMIN, CONNECTION_ADMIN, PROCESS ' +
      'and REPLICATION CLIENT',
  ],
  [1095, 'the MySQL user of MHA needs SUPER or CONNECTION_ADMIN to terminate sessions of others'],
  [1142, 'the MySQL user of MHA lacks a privilege'],
]);

/** Wraps what a query threw. */
export function queryError(label: string, sql: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const hint = error instanceof SqlError ? hints.get(error.errno) : undefined;
  return new Failure('mysql', `${label}: MySQL refused "${shortened(sql)}": ${errorText(error)}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** True when KILL named a session that has gone already. */
export function isNoSuchThread(error: unknown): boolean {
  return errno(error) === noSuchThread;
}

/** What the server itself said; null: something else went wrong. */
export function sqlErrorOf(error: unknown): SqlError | null {
  if (error instanceof SqlError) return error;
  return error instanceof Failure && error.cause instanceof SqlError ? error.cause : null;
}

/** True for what the server itself answered: the connection is whole. */
export function isRefusal(error: unknown): boolean {
  return errno(error) !== undefined;
}

/** The session that a refusal of KILL names, in whatever language; NaN where it names none. */
export function threadNamedIn(error: unknown): number {
  return Number(/\d+(?=\D*$)/.exec(sqlErrorOf(error)?.message ?? '')?.[0] ?? NaN);
}

/** True when writers kept the server from taking the lock that SET GLOBAL read_only needs. */
export function isLockWaitTimeout(error: unknown): boolean {
  return errno(error) === lockWaitTimeout;
}

/** 1040 and 1203, 1226: all connections of the server or the account are taken. 1053: it is being shut down. */
const passingNumbers: ReadonlySet<number> = new Set([1040, 1203, 1226, 1053]);
const downCodes: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'PROTOCOL_CONNECTION_LOST']);

/**
 * What a failure to connect means. `busy`: the server lives and cannot take us now, or is slow. `down`: nobody listens,
 * which passes where it is just being started. `final`: waiting changes nothing.
 */
export function refusalOf(error: unknown): 'busy' | 'down' | 'final' {
  if (!(error instanceof Failure)) return 'final';
  if (error.kind === 'deadline') return 'busy';
  if (error.cause instanceof SqlError) return passingNumbers.has(error.cause.errno) ? 'busy' : 'final';
  return downCodes.has((error.cause as NodeJS.ErrnoException | undefined)?.code ?? '') ? 'down' : 'final';
}

function errno(error: unknown): number | undefined {
  return error instanceof Failure && error.cause instanceof SqlError ? error.cause.errno : undefined;
}
