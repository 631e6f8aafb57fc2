import { setTimeout as sleep } from 'node:timers/promises';
import type { NeutronApi, NeutronFloatingIp, NeutronPort, OpenStackTarget } from '../../context/OpenStack.ts';
import { Failure } from '../../errors/errors.ts';
import { asFailure } from '../../errors/message.ts';
import { isPage } from './answers.ts';
import { jsonHttp, type HttpAnswer } from './jsonHttp.ts';
import { logIn, type Session } from './keystone.ts';
import { isPassing, isPassingStatus, neutronFailure } from './failures.ts';
import { openstackLogin, type OpenStackLogin } from './settings.ts';

/** Pauses before a request is sent again that may work in a moment, in ms. All requests may be sent twice. */
const pausesMs = [250, 500, 1000, 2000, 4000];
/** With less time left, in ms, an attempt gets all of it. */
const shortestHalfMs = 2_000;
/** No object has this revision: Neutron looks at everything else, and then refuses. */
const noRevision = -1;
/** For documentation only (RFC 5737): no host has it. */
const nobodysAddress = '192.0.2.1';

interface Request {
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  readonly body?: object;
  /** Only if the object has this revision. */
  readonly revision?: number;
  /** As in "did not change port X". */
  readonly what: string;
}

/** See OpenStackConnector. @throws Failure `config` when the login is not whole; else as NeutronApi */
export async function connectNeutron(
  target: OpenStackTarget,
  limit: () => number,
  env: NodeJS.ProcessEnv,
): Promise<NeutronApi> {
  const login = await openstackLogin(target, env);
  const client = new Client(login, limit);
  await client.begin();
  return neutronApi(client);
}

class Client {
  readonly #login: OpenStackLogin;
  readonly #limit: () => number;
  #session: Promise<Session> | undefined;
  #networkUrl = '';

  constructor(login: OpenStackLogin, limit: () => number) {
    this.#login = login;
    this.#limit = limit;
  }

  async begin(): Promise<void> {
    await this.#again((left) => this.#open(left));
  }

  /** Any answer but those that may be another one in a moment. @throws Failure */
  send(request: Request): Promise<HttpAnswer> {
    return this.#again(
      async (left) => {
        const answer = await this.#once(request, left());
        if (answer.status !== 401) return answer;
        // The token has expired or was revoked.
        this.#session = undefined;
        return this.#once(request, left());
      },
      (answer) => (isPassingStatus(answer.status) ? this.failure(answer, request) : undefined),
    );
  }

  /** What the service says of a success. @throws Failure */
  async json<T>(request: Request): Promise<T> {
    const answer = await this.send(request);
    if (answer.status !== 200 || answer.json === undefined) throw this.failure(answer, request);
    return answer.json as T;
  }

  /** The same; null when the object has another revision. */
  async ifUnchanged<T>(request: Request): Promise<T | null> {
    const answer = await this.send(request);
    if (answer.status === 412) return null;
    if (answer.status !== 200) throw this.failure(answer, request);
    return answer.json as T;
  }

  failure(answer: HttpAnswer, { what }: Request): Error {
    return neutronFailure(answer, this.#networkUrl, what);
  }

  #open(left: () => number): Promise<Session> {
    this.#session ??= logIn(this.#login, left()).catch((error: unknown) => {
      this.#session = undefined;
      throw error;
    });
    return this.#session;
  }

  async #once({ method, path, body, revision }: Request, timeoutMs: number): Promise<HttpAnswer> {
    const end = performance.now() + timeoutMs;
    const { token, networkUrl } = await this.#open(() => timeoutMs);
    this.#networkUrl = networkUrl;
    const headers = {
      'x-auth-token': token,
      ...(revision === undefined ? {} : { 'if-match': `revision_number=${revision}` }),
    };
    const request = { method, url: `${networkUrl}/v2.0/${path}`, headers, ...(body === undefined ? {} : { body }) };
    return jsonHttp(request, `Neutron at ${networkUrl}`, this.#login, end - performance.now());
  }

  /**
   * Until the operation's time is over. One attempt gets half of what is left of it: a request that nobody answers
   * leaves time for another.
   */
  async #again<T>(
    attempt: (left: () => number) => Promise<T>,
    passing: (result: T) => Error | undefined = () => undefined,
  ): Promise<T> {
    const end = performance.now() + this.#limit();
    const left = (): number => end - performance.now();
    for (let tries = 0; ; tries += 1) {
      let trouble: Error;
      const ends = performance.now() + (left() > shortestHalfMs ? left() / 2 : left());
      try {
        const result = await attempt(() => ends - performance.now());
        const problem = passing(result);
        if (problem === undefined) return result;
        trouble = problem;
      } catch (error) {
        if (!isPassing(error)) throw error;
        trouble = asFailure(error);
      }
      const pause = pausesMs[tries] ?? 4000;
      if (pause >= left()) throw trouble;
      await sleep(pause);
    }
  }
}

/** What is read of each object. A network can have thousands of ports, and a whole one has a thousand characters. */
const portFields = [
  'id',
  'network_id',
  'mac_address',
  'fixed_ips',
  'allowed_address_pairs',
  'port_security_enabled',
  'revision_number',
];
const floatingIpFields = [
  'id',
  'floating_ip_address',
  'floating_network_id',
  'port_id',
  'fixed_ip_address',
  'revision_number',
];

interface Page<T> {
  readonly [kind: string]: readonly T[] | undefined;
}

function neutronApi(client: Client): NeutronApi {
  /** All of them: Neutron gives as many at a time as its operator lets it, and says where the next ones are. */
  async function list<T>(
    kind: string,
    filter: readonly (readonly [string, string])[],
    fields: readonly string[],
  ): Promise<readonly T[]> {
    const all: T[] = [];
    const asked = new Set<string>();
    const query = [...filter, ...fields.map((field) => ['fields', field] as const)].map(
      ([name, value]): [string, string] => [name, value],
    );
    for (
      let next: string | undefined = `?${new URLSearchParams(query).toString()}`;
      next !== undefined && !asked.has(next);
    ) {
      asked.add(next);
      const page: Page<T> = await client.json<Page<T>>({ method: 'GET', path: `${kind}${next}`, what: `list ${kind}` });
      if (!isPage(kind, page)) throw new Failure('address', `Neutron was to list ${kind}, and gave something else`);
      all.push(...(page[kind] ?? []));
      next = nextPage(page[`${kind}_links`]);
    }
    return all;
  }
  const pairsRequest = (port: NeutronPort, pairs: NeutronPort['allowed_address_pairs'], revision: number): Request => ({
    method: 'PUT',
    path: `ports/${port.id}`,
    body: { port: { allowed_address_pairs: pairs } },
    revision,
    what: `change the allowed address pairs of port ${port.id}`,
  });
  const associateRequest = (floatingIp: NeutronFloatingIp, port: string | null, address: string | null): Request => ({
    method: 'PUT',
    path: `floatingips/${floatingIp.id}`,
    // Without fixed_ip_address a port with two addresses is refused.
    body: { floatingip: port === null ? { port_id: null } : { port_id: port, fixed_ip_address: address } },
    what:
      port === null
        ? `take the floating IP ${floatingIp.floating_ip_address} away`
        : `lead the floating IP ${floatingIp.floating_ip_address} to ${address ?? ''} of port ${port}`,
  });
  /**
   * A Neutron that does not look at the condition would do what is only to be judged; it has not got this extension (it
   * came with Ocata, 2017).
   */
  async function mustKnowConditions(revision: unknown): Promise<void> {
    const request: Request = {
      method: 'GET',
      path: 'extensions/revision-if-match',
      what: 'say whether it has the extension revision-if-match',
    };
    const answer = typeof revision === 'number' ? await client.send(request) : undefined;
    if (answer === undefined || answer.status === 404)
      throw new Failure('address', 'Neutron does not bind changes to a revision (extension revision-if-match)', {
        hint:
          'whether this login may make them cannot be tried out, and changes that somebody else makes at the ' +
          'same moment could be lost: a newer Neutron is needed',
      });
    if (answer.status !== 200) throw client.failure(answer, request);
  }
  /** @param putBack what makes it as it was, should the request be carried out against all expectation */
  async function tryOut(request: Request, revision: unknown, putBack: Request): Promise<void> {
    await mustKnowConditions(revision);
    const answer = await client.send(request);
    if (answer.status === 412) return;
    if (answer.status !== 200) throw client.failure(answer, request);
    await client.json(putBack);
    throw new Failure(
      'address',
      `Neutron was to ${request.what} only at a revision that it never has, but did; that has been put back`,
      { hint: 'what stands before Neutron must let the header If-Match through' },
    );
  }
  return {
    ports: (filter) => list('ports', filter, portFields),
    floatingIps: (filter) => list('floatingips', filter, floatingIpFields),
    async gateways(networkId) {
      const inside = await Promise.all(
        [
          'network:router_interface',
          'network:ha_router_replicated_interface',
          'network:router_interface_distributed',
        ].map((owner) =>
          list<{ device_id: string }>(
            'ports',
            [
              ['network_id', networkId],
              ['device_owner', owner],
            ],
            ['id', 'device_id'],
          ),
        ),
      );
      const ids = [...new Set(inside.flat().map(({ device_id: id }) => id))];
      const routers =
        ids.length === 0
          ? []
          : await list<{ external_gateway_info: { network_id: string } | null }>(
              'routers',
              ids.map((id) => ['id', id]),
              ['id', 'external_gateway_info'],
            );
      return routers.flatMap(({ external_gateway_info: gateway }) => (gateway === null ? [] : [gateway.network_id]));
    },
    async associate(floatingIp, port, address) {
      return (await client.json<{ floatingip: NeutronFloatingIp }>(associateRequest(floatingIp, port.id, address)))
        .floatingip;
    },
    async detach(floatingIp) {
      return (
        (await client.ifUnchanged({
          ...associateRequest(floatingIp, null, null),
          revision: floatingIp.revision_number,
        })) !== null
      );
    },
    setAddressPairs: async (port, pairs) =>
      (await client.ifUnchanged<{ port: NeutronPort }>(pairsRequest(port, pairs, port.revision_number)))?.port ?? null,
    // The condition that each of our changes depends on, and that never holds here. A change of nothing would be let
    // through.
    tryAddressPairs(port) {
      const attempt = pairsRequest(port, [...port.allowed_address_pairs, { ip_address: nobodysAddress }], noRevision);
      const { revision: _, ...putBack } = pairsRequest(port, port.allowed_address_pairs, noRevision);
      return tryOut(attempt, port.revision_number, putBack);
    },
    tryAssociate(floatingIp) {
      const same = associateRequest(floatingIp, floatingIp.port_id, floatingIp.fixed_ip_address);
      return tryOut({ ...same, revision: noRevision }, floatingIp.revision_number, same);
    },
  };
}

/** Its query alone: the address in it may be one that only the cloud's own hosts know. */
function nextPage(links: unknown): string | undefined {
  const next = (links as readonly { rel: string; href: string }[] | undefined)?.find(({ rel }) => rel === 'next');
  return next === undefined ? undefined : /\?.*$/.exec(next.href)?.[0];
}
