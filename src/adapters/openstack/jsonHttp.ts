// One HTTP request with JSON both ways. What the services of a cloud answer besides JSON (a proxy's HTML, nothing at
// all) is an answer too.
import { request as overTls } from 'node:https';
import { request as overTcp, type IncomingMessage } from 'node:http';
import { Failure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';
import { inSeconds } from '../processes/childProcess.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface HttpAnswer {
  readonly status: number;
  readonly reason: string;
  header(name: string): string | undefined;
  /** Undefined when it is no JSON. */
  readonly json: unknown;
}

/** PEM text of the certificates to trust, in place of the system's; `verify: false` trusts any. */
export interface Trust {
  readonly ca?: string | undefined;
  readonly verify?: boolean | undefined;
}

/** No answer of these services is so long; more is not read. In bytes. */
const longest = 8 * 1024 * 1024;

/**
 * @param who for messages: the service and its URL
 * @throws Failure `deadline` after `timeoutMs`, `address` when there is no connection or no whole answer (`cause`:
 *   Node's error)
 */
export async function jsonHttp(
  { method, url, headers, body }: HttpRequest,
  who: string,
  trust: Trust,
  timeoutMs: number,
): Promise<HttpAnswer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const given = {
    accept: 'application/json',
    ...(text === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
    ...headers,
  };
  const deadline = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)));
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      // A connection of its own for each: one that the server has closed meanwhile would fail a request that is well.
      const options = { method, headers: given, agent: false as const, signal: deadline };
      const outgoing = url.startsWith('https:')
        ? overTls(url, {
            ...options,
            ...(trust.ca === undefined ? {} : { ca: trust.ca }),
            rejectUnauthorized: trust.verify !== false,
          })
        : overTcp(url, options);
      outgoing.once('response', resolve).once('error', reject).end(text);
    });
    return {
      status: response.statusCode ?? 0,
      reason: response.statusMessage ?? '',
      header: (name) => headerOf(response, name),
      json: await bodyOf(response),
    };
  } catch (error) {
    if (deadline.aborted)
      throw new Failure('deadline', `${who} did not answer within ${inSeconds(timeoutMs)}`, { cause: error });
    throw noAnswer(who, error);
  }
}

function headerOf(response: IncomingMessage, name: string): string | undefined {
  const value = response.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

async function bodyOf(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longest) throw new Error(`the answer is longer than ${longest} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function noAnswer(who: string, error: unknown): Failure {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ECONNRESET')
    return new Failure('address', `${who} closed the connection without an answer`, { cause: error });
  // What Node adds behind a semicolon is for those who run node.
  if (/CERT|SIGNED|SIGNATURE|ERR_TLS|ISSUER/.test(code)) {
    return new Failure('address', `${who}: its certificate is not accepted: ${errorText(error).split(';')[0] ?? ''}`, {
      hint: "name the authority's certificates in openstack_ca_file (or cacert in clouds.yaml, OS_CACERT)",
      cause: error,
    });
  }
  if (/EPROTO|ERR_SSL|HPE_/.test(code))
    return new Failure('address', `${who} speaks another protocol: ${errorText(error)}`, {
      hint: 'is it http:// or https:// ?',
      cause: error,
    });
  return new Failure('address', `${who} cannot be reached: ${errorText(error)}`, { cause: error });
}
