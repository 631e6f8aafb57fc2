// What stops a connection to MySQL, in words. Callers tell a server that refuses (it is alive) from one that does not
// answer by the cause: an SqlError.
import type { QueryError } from 'mysql2';
import type { SqlTarget } from '../../context/Context.ts';
import { Failure, SqlError } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';

/** The number that MySQL's own client gives to a plugin that it cannot load. */
const pluginUnknown = 2059;

function where(target: SqlTarget): string {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  return `${target.label}: cannot connect to MySQL at ${host}:${target.port} as '${target.user}'`;
}

export function deadline(target: SqlTarget, timeoutMs: number): Failure {
  return new Failure('deadline', `${where(target)}: no answer within ${timeoutMs / 1000} s`, {
    hint: 'is the host up, and is a firewall in between?',
  });
}

/** @param besides what else there is to say about it */
export function connectError(target: SqlTarget, error: QueryError, timeoutMs: number, besides = ''): Failure {
  if (error.code === 'ETIMEDOUT') return deadline(target, timeoutMs);
  if (pluginErrors.has(error.code ?? '')) return pluginError(target, error);
  const hint = connectHints.get(error.code ?? '');
  const empty =
    error.code === 'ER_ACCESS_DENIED_ERROR' && target.password === ''
      ? ' (the password arrived empty: MHA drops a password that is just "0")'
      : '';
  const cause = error.sqlState === undefined ? error : new SqlError(error.errno ?? 0, error.message);
  return new Failure('mysql', `${where(target)}: ${errorText(error)}${empty}${besides}`, {
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** @param encrypted what came of the second attempt; a Failure is a deadline that passed */
export function encryptedError(
  target: SqlTarget,
  plain: QueryError,
  encrypted: QueryError | Failure,
  timeoutMs: number,
): Failure {
  if (encrypted instanceof Failure || encrypted.code === 'ETIMEDOUT')
    return connectError(target, plain, timeoutMs, '; with encryption there is no answer');
  // What the server says of the encrypted login tells more than that it wants one.
  if (encrypted.sqlState !== undefined || pluginErrors.has(encrypted.code ?? ''))
    return connectError(target, encrypted, timeoutMs);
  const offered = encrypted.code !== 'HANDSHAKE_NO_SSL_SUPPORT';
  return connectError(target, plain, timeoutMs, offered ? `; with encryption: ${errorText(encrypted)}` : '');
}

/** The number that MySQL's own client gives to an encryption that does not come about. */
const tlsFailed = 2026;

/** Where a connection may only be an encrypted one. A server whose certificate is refused lives. */
export function encryptionRefused(target: SqlTarget, error: QueryError, timeoutMs: number): Failure {
  const { code } = error;
  const isLost = (error as NodeJS.ErrnoException).syscall !== undefined;
  if (isLost || (code !== 'HANDSHAKE_NO_SSL_SUPPORT' && code !== 'HANDSHAKE_SSL_ERROR'))
    return connectError(target, error, timeoutMs);
  const mode = target.tls?.mode ?? '';
  const why =
    code === 'HANDSHAKE_NO_SSL_SUPPORT'
      ? `the server has no encryption, and mysql_tls is ${mode}`
      : `its certificate is refused: ${errorText(error)}`;
  const hint =
    code === 'HANDSHAKE_NO_SSL_SUPPORT'
      ? 'give it ssl_cert and ssl_key'
      : `the certificate must be signed by ${target.tls?.caFile ?? 'the authority'}, be valid now, and have ` +
        `${target.host} among its names (subjectAltName)`;
  return new Failure('mysql', `${where(target)}: ${why}`, { cause: new SqlError(tlsFailed, why), hint });
}

/** What mysql2 says when a server asks for a login that it cannot do, or that fails on our side. */
const pluginErrors: ReadonlySet<string> = new Set(['AUTH_SWITCH_PLUGIN_ERROR', 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED']);

function pluginError(target: SqlTarget, error: QueryError): Failure {
  const plugin = pluginOf(error);
  const why =
    plugin === undefined
      ? `the login fails on this side: ${errorText(error)}`
      : `the account logs in by the plugin ${plugin}, which mha-helper cannot do`;
  return new Failure('mysql', `${where(target)}: ${why}`, {
    cause: new SqlError(pluginUnknown, why),
    ...(plugin === undefined
      ? {}
      : { hint: 'give it mysql_native_password, caching_sha2_password, sha256_password or ed25519' }),
  });
}

const connectHints: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'is mysqld running there, and does it listen on that address and port?'],
  ['EHOSTUNREACH', 'is the host up?'],
  ['ENETUNREACH', 'is there a route to it?'],
  ['ENOTFOUND', 'the name cannot be resolved'],
  [
    'ER_ACCESS_DENIED_ERROR',
    "check user and password in MHA's configuration, and that the account may connect from this host",
  ],
  ['ER_HOST_NOT_PRIVILEGED', 'allow this host for the account of MHA'],
  ['ER_CON_COUNT_ERROR', "max_connections is used up there; the SUPER user's reserved connection is taken too"],
  ['ER_HOST_IS_BLOCKED', 'run mysqladmin flush-hosts there'],
  ['ER_MUST_CHANGE_PASSWORD_LOGIN', "give the account a new password (ALTER USER), and MHA's configuration too"],
]);

/** The plugin that the server wants for the login; undefined where the error does not tell. */
function pluginOf({ code, message }: QueryError): string | undefined {
  if (code === 'MYSQL_CLEAR_PASSWORD_NOT_ENABLED') return 'mysql_clear_password';
  const unknown = /unknown plugin (\S*)\. /.exec(message)?.[1];
  return unknown === '' ? 'mysql_old_password' : unknown;
}
