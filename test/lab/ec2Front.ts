// Stands before moto, and corrects what moto does not do as EC2 does: an address that is assigned with
// AllowReassignment leaves the interface that had it, and the filter by address finds every address, not first ones
// only; the filter by an interface's place in an instance; a dry run of a route's change changes nothing. It can also
// answer as EC2 does when it throttles, not at all, not after a change was made, or with what was true a while ago,
// which cannot be brought about for real. Alone: node ec2Front.ts PORT PORT_OF_MOTO
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { Ec2Query } from './ec2Query.ts';

/** `loses the answer`: what was asked for is done. `is late`: as it answered the last time. */
export type Misbehaviour = 'throttles' | 'fails' | 'hangs' | 'passes' | 'loses the answer' | 'is late';

export interface Ec2Front {
  readonly port: number;
  /** What happens to the next requests for this operation, one after the other; then they are passed on again. */
  misbehave(operation: string, ...how: readonly Misbehaviour[]): void;
  /** Everything is passed on again, and forgotten. */
  behave(): void;
  /** Operations asked for since the last call. */
  operations(): readonly string[];
  /** `ACCESS KEY/REGION` of those who have asked since the last call, each once, in order. */
  signers(): readonly string[];
  end(): Promise<void>;
}

const dryRunsMotoWouldDo = new Set(['CreateRoute', 'ReplaceRoute', 'DeleteRoute']);

export async function ec2Front(motoPort: number, port = 0): Promise<Ec2Front> {
  const moto = new Ec2Query(`http://127.0.0.1:${motoPort}`);
  const queues = new Map<string, Misbehaviour[]>();
  let operations: string[] = [];
  let signers: string[] = [];
  /** The last answer to each request. */
  const answered = new Map<string, string>();
  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });

  /** Nobody while moto looks at rights: we have none. */
  const interfacesWith = (address: string): Promise<readonly string[]> => moto.interfacesWith(address).catch(() => []);

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const asked = new URLSearchParams(body.toString());
    const operation = asked.get('Action') ?? '';
    const dryRun = asked.get('DryRun') === 'true';
    operations.push(dryRun ? `${operation} (dry run)` : operation);
    const [, key, region] = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(incoming.headers.authorization ?? '') ?? [];
    if (key !== undefined) signers.push(`${key}/${region ?? ''}`);
    const how = queues.get(operation)?.shift();
    if (how === 'hangs') return;
    if (how === 'throttles') {
      refuse(response, 503, 'RequestLimitExceeded', 'Request limit exceeded.');
      return;
    }
    if (how === 'fails') {
      refuse(response, 400, 'InvalidParameterValue', 'scripted');
      return;
    }
    const question = body.toString();
    const earlier = answered.get(question);
    if (how === 'is late' && earlier !== undefined) {
      response.writeHead(200, { 'content-type': 'text/xml' }).end(earlier);
      return;
    }
    const address = asked.get('PrivateIpAddress.1');
    const others = operation === 'AssignPrivateIpAddresses' && address !== null ? await interfacesWith(address) : [];
    const wanted =
      asked.get('Filter.1.Name') === 'addresses.private-ip-address'
        ? await interfacesWith(asked.get('Filter.1.Value.1') ?? '')
        : [];
    if (asked.get('Filter.2.Name') === 'attachment.device-index') {
      const ids = await moto.interfacesOf(asked.get('Filter.1.Value.1') ?? '', asked.get('Filter.2.Value.1') ?? '');
      response
        .writeHead(200, { 'content-type': 'text/xml' })
        .end(
          await moto.ask('DescribeNetworkInterfaces', {
            'Filter.1.Name': 'network-interface-id',
            'Filter.1.Value.1': ids[0] ?? 'none',
          }),
        );
      return;
    }
    if (wanted.length > 0) {
      response
        .writeHead(200, { 'content-type': 'text/xml' })
        .end(
          await moto.ask(
            'DescribeNetworkInterfaces',
            Object.fromEntries(wanted.map((id, n) => [`NetworkInterfaceId.${n + 1}`, id])),
          ),
        );
      return;
    }
    const onward = request(
      { port: motoPort, host: '127.0.0.1', method: incoming.method, path: incoming.url, headers: incoming.headers },
      (reply) => {
        const pieces: Buffer[] = [];
        reply
          .on('data', (piece: Buffer) => pieces.push(piece))
          .on('end', () => {
            void (async () => {
              const isDone = reply.statusCode === 200;
              if (isDone)
                for (const id of others)
                  if (id !== asked.get('NetworkInterfaceId'))
                    await moto.ask('UnassignPrivateIpAddresses', {
                      NetworkInterfaceId: id,
                      'PrivateIpAddress.1': address ?? '',
                    });
              if (isDone) answered.set(question, Buffer.concat(pieces).toString());
              if (how === 'loses the answer') {
                incoming.socket.destroy();
                return;
              }
              response.writeHead(reply.statusCode ?? 500, reply.headers).end(Buffer.concat(pieces));
            })();
          });
      },
    );
    onward.once('error', () => response.destroy());
    if (dryRun && dryRunsMotoWouldDo.has(operation)) {
      onward.destroy();
      refuse(response, 412, 'DryRunOperation', 'Request would have succeeded, but DryRun flag is set.');
      return;
    }
    onward.end(body);
  }

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    misbehave: (operation, ...how) => {
      queues.set(operation, [...how]);
    },
    behave() {
      queues.clear();
      operations = [];
      signers = [];
    },
    operations() {
      const past = operations;
      operations = [];
      return past;
    },
    signers() {
      const past = [...new Set(signers)];
      signers = [];
      return past;
    },
    async end() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response
    .writeHead(status, { 'content-type': 'text/xml' })
    .end(
      '<?xml version="1.0"?><Response><Errors>' +
        `<Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>0</RequestID></Response>`,
    );
}

if (import.meta.main) {
  const [port, motoPort] = process.argv.slice(2).map(Number);
  await ec2Front(motoPort ?? 0, port ?? 0);
}
