// What stops a call to etcd, in words, and whether the change that it asked for may have been made.
import { status, type ServiceError } from './grpc.ts';
import { StoreFailure } from '../../errors/errors.ts';
import { oneLine } from '../../errors/message.ts';

/**
 * With these etcd says that it refuses. Not UNAVAILABLE: a member that has lost its leader, or waited too long for the
 * others, says so of a change that they may still make.
 */
const refusals: ReadonlySet<number> = new Set([
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.PERMISSION_DENIED,
  status.RESOURCE_EXHAUSTED,
  status.FAILED_PRECONDITION,
  status.OUT_OF_RANGE,
  status.UNAUTHENTICATED,
]);

/** gRPC's own codes look alike, whoever gives them: only etcd's texts begin so. */
const fromEtcd = /^etcdserver: /;
const notConnected = /^No connection established/;

/** The server itself has refused: another endpoint would do the same. */
export function isRefusal({ code, details }: ServiceError): boolean {
  return refusals.has(code) && fromEtcd.test(details);
}

/** The token of the login is too old, unknown since etcd was started anew, or of another set of accounts. */
export function wantsNewLogin({ code, details }: ServiceError): boolean {
  return (
    (code === status.UNAUTHENTICATED && details === 'etcdserver: invalid auth token') ||
    details === 'etcdserver: revision of auth store is old'
  );
}

export function isUnknownLease({ details }: ServiceError): boolean {
  return details === 'etcdserver: requested lease not found';
}

/**
 * @param endpoint as it is configured
 * @param made where it is known already: a login changes nothing
 */
export function callFailure(
  endpoint: string,
  error: ServiceError,
  timeoutMs: number,
  made: 'no' | 'unknown' = isRefusal(error) || notConnected.test(error.details) ? 'no' : 'unknown',
): StoreFailure {
  if (error.code === status.DEADLINE_EXCEEDED) return noAnswer(endpoint, timeoutMs, made, error);
  const text = plain(error.details);
  const hint = hints.find(([pattern]) => pattern.test(text))?.[1];
  return new StoreFailure(`etcd at ${endpoint}: ${text}`, made, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

export function noAnswer(endpoint: string, timeoutMs: number, made: 'no' | 'unknown', cause?: unknown): StoreFailure {
  return new StoreFailure(`etcd at ${endpoint}: no answer within ${Math.ceil(timeoutMs) / 1000} s`, made, {
    kind: 'deadline',
    cause,
    hint: 'is etcd running there, has it a majority of its members, and is a firewall in between?',
  });
}

/** gRPC wraps what the network said in words of its own, with the time of day, and OpenSSL in places of its source. */
function plain(details: string): string {
  const inner = /^No connection established\. Last error: (.*?)(?: ?\(\d{4}-\S+\))?\. Resolution note: .*$/s.exec(
    details,
  );
  const text = inner?.[1] ?? details;
  const alert = /tls alert [a-z ]+/.exec(text)?.[0];
  if (alert !== undefined) return `it refuses the encrypted connection: ${alert}`;
  return oneLine(text.replace(/^Error: /, '').replace(/; if the root CA .*$/, '')) || 'no connection';
}

const hints: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED/, 'is etcd running there, and does it listen on that address and port?'],
  [/EHOSTUNREACH|ENETUNREACH/, 'is the host up, and is there a route to it?'],
  [/ENOTFOUND|Name resolution failed/, 'the name cannot be resolved'],
  [/certificate has expired/, "renew the server's certificate"],
  [/self-signed|unable to (?:get local issuer|verify)/i, 'the file of authorities must hold the one that signed it'],
  [/altnames|does not match certificate/, 'its certificate is for another name or address than the endpoint'],
  [
    /tls alert (?:bad certificate|certificate|unknown ca)/,
    'the client certificate is missing or expired, or of an authority that etcd does not trust',
  ],
  [/user name is empty/, 'etcd wants a login: give user and password, or a client certificate whose CN is the user'],
  [/authentication failed/, 'user or password is wrong'],
  [/permission denied/, 'the role of this user needs readwrite on the whole prefix'],
  [/database space exceeded/, 'etcd has used up its quota: compact and defragment it, then disarm the alarm'],
];
