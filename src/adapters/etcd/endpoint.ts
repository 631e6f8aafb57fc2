// One member of etcd: a channel to it, and one call at a time on it. Whether another one is tried is not decided here.
import { Client, Metadata, connectivityState, credentials, status, type ServiceError } from './grpc.ts';
import { callFailure, noAnswer } from './failures.ts';
import type { Method } from './messages.ts';

/** PEM, read from the files. */
export interface TlsMaterial {
  readonly ca: Buffer | null;
  readonly cert: Buffer | null;
  readonly key: Buffer | null;
}

export interface Endpoint {
  /** As it is configured. */
  readonly name: string;
  readonly client: Client;
}

const options = {
  // A proxy or a TXT record of somebody else's must not say where the store is.
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  // We say what may be sent twice.
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 1000,
  'grpc.dns_min_time_between_resolutions_ms': 1000,
  // etcd ends connections that ping more often than each 5 s.
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 3000,
};

/** @param tls undefined: plain, for an endpoint on this machine */
export function openEndpoint(url: string, tls: TlsMaterial | undefined): Endpoint {
  const { host } = new URL(url.replace(/^https?:/, 'tcp:'));
  const secure = tls === undefined ? credentials.createInsecure() : credentials.createSsl(tls.ca, tls.key, tls.cert);
  return { name: url, client: new Client(`dns:${host}`, secure, options) };
}

/**
 * Connects where that is still to be done. Then what fails of the next call has been sent.
 * @throws StoreFailure (nothing was sent) when there is no connection after `timeoutMs`. An attempt that has failed is
 *   not told here: the call tells why.
 */
export async function untilConnected({ name, client }: Endpoint, timeoutMs: number): Promise<void> {
  const channel = client.getChannel();
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    const state = channel.getConnectivityState(true);
    if (state === connectivityState.READY || state === connectivityState.TRANSIENT_FAILURE) return;
    const left = endsAt - performance.now();
    if (left <= 0 || state === connectivityState.SHUTDOWN) throw noAnswer(name, timeoutMs, 'no');
    await new Promise<void>((resolve) => {
      channel.watchConnectivityState(state, Date.now() + left, () => resolve());
    });
  }
}

/** @throws ServiceError of gRPC */
export function unary<Request, Response>(
  { client }: Endpoint,
  { path, serialize, deserialize }: Method<Request, Response>,
  request: Request,
  token: string | undefined,
  timeoutMs: number,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path,
      serialize,
      deserialize,
      request,
      metadata(token),
      until(timeoutMs),
      (error, value) => {
        if (error === null && value !== undefined) resolve(value);
        else reject(error ?? serviceError(status.INTERNAL, 'an answer without a message'));
      },
    );
  });
}

/** The same for a method that is a conversation: one request, and the first answer to it. @throws ServiceError */
export function firstOfStream<Request, Response>(
  { client }: Endpoint,
  { path, serialize, deserialize }: Method<Request, Response>,
  request: Request,
  token: string | undefined,
  timeoutMs: number,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const stream = client.makeBidiStreamRequest(path, serialize, deserialize, metadata(token), until(timeoutMs));
    stream.on('data', (response: Response) => {
      resolve(response);
      stream.cancel();
    });
    stream.on('error', reject);
    stream.on('end', () => reject(serviceError(status.UNAVAILABLE, 'the conversation ended without an answer')));
    stream.write(request);
  });
}

export interface Conversation<Request> {
  readonly say: (request: Request) => void;
  readonly end: () => void;
}

/** Goes on until one side ends it; `ended` is told once, unless it was this side. */
export function converse<Request, Response>(
  { name, client }: Endpoint,
  { path, serialize, deserialize }: Method<Request, Response>,
  token: string | undefined,
  hear: { answer(response: Response): void; ended(why: Error): void },
): Conversation<Request> {
  const stream = client.makeBidiStreamRequest(path, serialize, deserialize, metadata(token), {});
  let isOver = false;
  const over = (error: ServiceError): void => {
    if (isOver) return;
    isOver = true;
    hear.ended(callFailure(name, error, 0));
  };
  stream.on('data', (response: Response) => {
    if (!isOver) hear.answer(response);
  });
  stream.on('error', over);
  stream.on('end', () => over(serviceError(status.UNAVAILABLE, 'the conversation has ended')));
  return {
    say: (request) => void stream.write(request),
    end: () => {
      isOver = true;
      stream.cancel();
    },
  };
}

function metadata(token: string | undefined): Metadata {
  const made = new Metadata();
  if (token !== undefined) made.set('token', token);
  return made;
}

function until(timeoutMs: number): { deadline: number } {
  return { deadline: Date.now() + timeoutMs };
}

function serviceError(code: number, details: string): ServiceError {
  return Object.assign(new Error(details), { code, details, metadata: new Metadata() });
}
