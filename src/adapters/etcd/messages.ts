// The part of etcd's API (version 3) that is used: numbers and types of the fields as
// https://etcd.io/docs/v3.4/dev-guide/api_reference_v3/ has them. Names do not travel.
import { protobuf } from './grpc.ts';

type Fields = Readonly<Record<string, string>>;

/** `name: 'type number'`, with `repeated` in front where there can be several. */
const messages: Readonly<Record<string, Fields>> = {
  Header: { revision: 'int64 3' },
  KeyValue: { key: 'bytes 1', createRevision: 'int64 2', modRevision: 'int64 3', value: 'bytes 5', lease: 'int64 6' },
  RangeRequest: { key: 'bytes 1', rangeEnd: 'bytes 2' },
  RangeResponse: { header: 'Header 1', kvs: 'repeated KeyValue 2' },
  PutRequest: { key: 'bytes 1', value: 'bytes 2', lease: 'int64 3' },
  DeleteRangeRequest: { key: 'bytes 1' },
  RequestOp: { requestRange: 'RangeRequest 1', requestPut: 'PutRequest 2', requestDeleteRange: 'DeleteRangeRequest 3' },
  ResponseOp: { responseRange: 'RangeResponse 1' },
  Compare: {
    result: 'int32 1',
    target: 'int32 2',
    key: 'bytes 3',
    createRevision: 'int64 5',
    modRevision: 'int64 6',
    value: 'bytes 7',
  },
  TxnRequest: { compare: 'repeated Compare 1', success: 'repeated RequestOp 2', failure: 'repeated RequestOp 3' },
  TxnResponse: { header: 'Header 1', succeeded: 'bool 2', responses: 'repeated ResponseOp 3' },
  LeaseGrantRequest: { ttl: 'int64 1' },
  LeaseGrantResponse: { id: 'int64 2', ttl: 'int64 3' },
  LeaseRequest: { id: 'int64 1' },
  LeaseRevokeResponse: { header: 'Header 1' },
  LeaseResponse: { id: 'int64 2', ttl: 'int64 3' },
  WatchCreateRequest: { key: 'bytes 1', rangeEnd: 'bytes 2', startRevision: 'int64 3' },
  WatchRequest: { createRequest: 'WatchCreateRequest 1' },
  Event: { type: 'int32 1', kv: 'KeyValue 2' },
  WatchResponse: {
    canceled: 'bool 4',
    compactRevision: 'int64 5',
    cancelReason: 'string 6',
    events: 'repeated Event 11',
  },
  AuthenticateRequest: { name: 'string 1', password: 'string 2' },
  AuthenticateResponse: { token: 'string 2' },
};

/** A whole number of 64 bits, in digits. */
export type Int64 = string;

export interface KeyValue {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly createRevision: Int64;
  readonly modRevision: Int64;
  readonly lease: Int64;
}

export interface RangeRequest {
  readonly key: Buffer;
  readonly rangeEnd?: Buffer;
}

export interface RangeResponse {
  readonly header: { readonly revision: Int64 };
  readonly kvs: readonly KeyValue[];
}

export type RequestOp =
  | { readonly requestRange: RangeRequest }
  | { readonly requestPut: { readonly key: Buffer; readonly value: Buffer; readonly lease: Int64 } }
  | { readonly requestDeleteRange: { readonly key: Buffer } };

/** As numbers: etcd's enumerations. */
export const equal = 0;
export const compareTarget = { createRevision: 1, modRevision: 2, value: 3 } as const;
export const eventType = { put: 0, delete: 1 } as const;

/** Only the field that `target` names is there: each of them is a member of one `oneof`. */
export interface Compare {
  readonly result: number;
  readonly target: number;
  readonly key: Buffer;
  readonly createRevision?: number;
  readonly modRevision?: number;
  readonly value?: Buffer;
}

export interface TxnRequest {
  readonly compare: readonly Compare[];
  readonly success: readonly RequestOp[];
  readonly failure: readonly RequestOp[];
}

export interface TxnResponse {
  readonly header: { readonly revision: Int64 };
  readonly succeeded: boolean;
  readonly responses: readonly { readonly responseRange: RangeResponse | null }[];
}

export interface LeaseResponse {
  readonly id: Int64;
  /** Seconds. */
  readonly ttl: Int64;
}

export interface WatchResponse {
  readonly canceled: boolean;
  readonly compactRevision: Int64;
  readonly cancelReason: string;
  readonly events: readonly { readonly type: number; readonly kv: KeyValue }[];
}

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries(messages).map(([name, fields]) => [
      name,
      { fields: Object.fromEntries(Object.entries(fields).map(([field, text]) => [field, parsed(text)])) },
    ]),
  ),
});

function parsed(text: string): { type: string; id: number; rule?: string } {
  const [id = '', type = '', rule] = text.split(' ').reverse();
  return { type, id: Number(id), ...(rule === undefined ? {} : { rule }) };
}

/** One method of etcd's, with how its messages are written. */
export interface Method<Request, Response> {
  readonly path: string;
  readonly serialize: (request: Request) => Buffer;
  readonly deserialize: (bytes: Buffer) => Response;
}

function method<Request extends object, Response>(
  path: string,
  request: string,
  response: string,
): Method<Request, Response> {
  const [requestType, responseType] = [root.lookupType(request), root.lookupType(response)];
  return {
    path: `/etcdserverpb.${path}`,
    serialize: (message) => Buffer.from(requestType.encode(requestType.fromObject(message)).finish()),
    deserialize: (bytes) =>
      whole(
        responseType.toObject(responseType.decode(bytes), { longs: String, defaults: true, arrays: true }),
      ) as Response,
  };
}

/** What etcd always says. @throws Error where it is not there: then nothing is known */
function whole(answer: { readonly header?: unknown; readonly events?: readonly { readonly kv: unknown }[] }): object {
  if (answer.header === null) throw new Error('an answer without a header');
  if (answer.events?.some(({ kv }) => kv === null) === true) throw new Error('an event without its key');
  return answer;
}

export const methods = {
  range: method<RangeRequest, RangeResponse>('KV/Range', 'RangeRequest', 'RangeResponse'),
  txn: method<TxnRequest, TxnResponse>('KV/Txn', 'TxnRequest', 'TxnResponse'),
  leaseGrant: method<{ ttl: number }, LeaseResponse>('Lease/LeaseGrant', 'LeaseGrantRequest', 'LeaseGrantResponse'),
  leaseRevoke: method<{ id: Int64 }, object>('Lease/LeaseRevoke', 'LeaseRequest', 'LeaseRevokeResponse'),
  leaseKeepAlive: method<{ id: Int64 }, LeaseResponse>('Lease/LeaseKeepAlive', 'LeaseRequest', 'LeaseResponse'),
  leaseTimeToLive: method<{ id: Int64 }, LeaseResponse>('Lease/LeaseTimeToLive', 'LeaseRequest', 'LeaseResponse'),
  watch: method<{ createRequest: RangeRequest & { startRevision: number } }, WatchResponse>(
    'Watch/Watch',
    'WatchRequest',
    'WatchResponse',
  ),
  authenticate: method<{ name: string; password: string }, { token: string }>(
    'Auth/Authenticate',
    'AuthenticateRequest',
    'AuthenticateResponse',
  ),
} as const;
