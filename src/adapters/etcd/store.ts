// The store on etcd, by its own API (gRPC), as etcdctl uses it. Why not its JSON gateway nor another client:
// docs/decisions/0012-etcd-by-grpc.md.
import { readFileSync } from 'node:fs';
import type { Store, StoreChange, StoreCondition, StoreTarget, StoreTls } from '../../context/Store.ts';
import { StoreFailure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';
import { firstOfStream, openEndpoint, unary, type TlsMaterial } from './endpoint.ts';
import { below, bytes, entryOf } from './entries.ts';
import { isUnknownLease } from './failures.ts';
import type { ServiceError } from './grpc.ts';
import { Members, type Repetition } from './members.ts';
import { compareTarget, equal, methods, type Compare, type Method, type RequestOp } from './messages.ts';
import { watchPrefix } from './watch.ts';

/** Connects when it is first asked. @throws StoreFailure for a file of the target that cannot be read */
export function openStore(target: StoreTarget): Store {
  const tls = tlsMaterial(target.tls ?? {});
  const members = new Members(
    target.endpoints.map((url) => openEndpoint(url, url.startsWith('https:') ? tls : undefined)),
    target.login,
  );
  const ask = <Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    repetition: Repetition,
    timeoutMs: number,
  ): Promise<Response> =>
    members.call(repetition, timeoutMs, (member, token, ms) => unary(member, method, request, token, ms));

  return {
    async get(key, timeoutMs) {
      const { kvs } = await ask(methods.range, { key: bytes(key) }, 'harmless', timeoutMs);
      return kvs[0] === undefined ? null : entryOf(kvs[0]);
    },
    async list(prefix, timeoutMs) {
      const { kvs, header } = await ask(methods.range, below(prefix), 'harmless', timeoutMs);
      return { entries: kvs.map(entryOf), revision: Number(header.revision) };
    },
    async transact({ when, change, read = [] }, timeoutMs) {
      const reads = read.map((key): RequestOp => ({ requestRange: { key: bytes(key) } }));
      const request = { compare: when.map(compareOf), success: [...change.map(changeOf), ...reads], failure: reads };
      const { succeeded, responses, header } = await ask(methods.txn, request, 'once', timeoutMs);
      const answers = succeeded ? responses.slice(change.length) : responses;
      return {
        done: succeeded,
        read: answers.map(({ responseRange }) => {
          const found = responseRange?.kvs[0];
          return found === undefined ? null : entryOf(found);
        }),
        revision: Number(header.revision),
      };
    },
    async grantLease(ttlSeconds, timeoutMs) {
      // One that was granted without our hearing of it ends by itself, and no key is on it.
      const { id, ttl } = await ask(methods.leaseGrant, { ttl: ttlSeconds }, 'harmless', timeoutMs);
      return { id, ttlSeconds: Number(ttl) };
    },
    async renewLease(id, timeoutMs) {
      const { ttl } = await members.call('harmless', timeoutMs, (member, token, ms) =>
        firstOfStream(member, methods.leaseKeepAlive, { id }, token, ms),
      );
      return Number(ttl) > 0 ? Number(ttl) : null;
    },
    async revokeLease(id, timeoutMs) {
      try {
        await ask(methods.leaseRevoke, { id }, 'harmless', timeoutMs);
        return true;
      } catch (error) {
        if (error instanceof StoreFailure && isAboutNoLease(error)) return false;
        throw error;
      }
    },
    async leaseLeft(id, timeoutMs) {
      const { ttl } = await ask(methods.leaseTimeToLive, { id }, 'harmless', timeoutMs);
      return Number(ttl) >= 0 ? Number(ttl) : null;
    },
    watch: (prefix, fromRevision, watcher) => watchPrefix(members, below(prefix), fromRevision, watcher),
    close: () => members.close(),
  };
}

function compareOf(condition: StoreCondition): Compare {
  const key = bytes(condition.key);
  if ('createRevision' in condition)
    return { result: equal, target: compareTarget.createRevision, key, createRevision: condition.createRevision };
  if ('changeRevision' in condition)
    return { result: equal, target: compareTarget.modRevision, key, modRevision: condition.changeRevision };
  return { result: equal, target: compareTarget.value, key, value: bytes(condition.value) };
}

function changeOf(change: StoreChange): RequestOp {
  if ('remove' in change) return { requestDeleteRange: { key: bytes(change.remove) } };
  return { requestPut: { key: bytes(change.put), value: bytes(change.value), lease: change.lease ?? '0' } };
}

function isAboutNoLease({ cause }: StoreFailure): boolean {
  return cause instanceof Error && 'details' in cause && isUnknownLease(cause as ServiceError);
}

function tlsMaterial({ caFile, certFile, keyFile }: StoreTls): TlsMaterial {
  return { ca: pem(caFile), cert: pem(certFile), key: pem(keyFile) };
}

function pem(path: string | undefined): Buffer | null {
  if (path === undefined) return null;
  try {
    return readFileSync(path);
  } catch (error) {
    throw new StoreFailure(`${path} cannot be read: ${errorText(error)}`, 'no', { cause: error });
  }
}
