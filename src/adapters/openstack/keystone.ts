import { ifAny } from '../../errors/message.ts';
import { Failure } from '../../errors/errors.ts';
import { listOf, orNull, shaped, text } from '../../errors/shape.ts';
import { jsonHttp } from './jsonHttp.ts';
import { keystoneFailure } from './failures.ts';
import type { OpenStackLogin } from './settings.ts';

export interface Session {
  readonly token: string;
  /** Of the network service, without a slash or a version at the end. */
  readonly networkUrl: string;
}

interface Catalogued {
  readonly type: string;
  readonly endpoints: readonly { readonly interface: string; readonly region: string | null; readonly url: string }[];
}

const isEndpoint = shaped({ interface: text, region: orNull(text), url: text });
const isLogin = shaped({
  token: shaped({ catalog: orNull(listOf(shaped({ type: text, endpoints: listOf(isEndpoint) }))) }),
});

/** A token, and where the network service is. @throws Failure `address` or `deadline` */
export async function logIn(login: OpenStackLogin, timeoutMs: number): Promise<Session> {
  const { authUrl, auth, who } = login;
  const answer = await jsonHttp(
    { method: 'POST', url: `${authUrl}/auth/tokens`, body: { auth } },
    `Keystone at ${authUrl}`,
    login,
    timeoutMs,
  );
  const token = answer.header('x-subject-token');
  if (answer.status !== 201 || token === undefined) throw keystoneFailure(answer, authUrl, who);
  if (!isLogin(answer.json))
    throw new Failure('address', `Keystone at ${authUrl} gives a token, and no catalogue of services that is one`);
  const { catalog } = (answer.json as { token: { catalog?: readonly Catalogued[] | null } }).token;
  return { token, networkUrl: networkUrl(catalog ?? [], login) };
}

function networkUrl(catalogue: readonly Catalogued[], { authUrl, region, interface: face }: OpenStackLogin): string {
  const all = catalogue
    .filter(({ type }) => type === 'network')
    .flatMap(({ endpoints }) => endpoints)
    .filter((one) => one.interface === face);
  const found = all.filter((one) => region === undefined || one.region === region);
  const [first] = found;
  if (first === undefined) {
    throw new Failure(
      'address',
      `the catalogue of Keystone at ${authUrl} has no ${face} endpoint of the network ` +
        `service${ifAny(' in region ', region)} (${listed(all)})`,
      { hint: 'see openstack_region and openstack_interface' },
    );
  }
  if (new Set(found.map(({ url }) => url)).size > 1) {
    throw new Failure(
      'address',
      `the catalogue of Keystone at ${authUrl} has the network service in more than one region (${listed(found)})`,
      { hint: 'name one in openstack_region' },
    );
  }
  return first.url.replace(/\/+$/, '').replace(/\/v2\.0$/, '');
}

function listed(endpoints: readonly { readonly region: string | null }[]): string {
  const regions = [...new Set(endpoints.map(({ region }) => region ?? 'without a name'))];
  return regions.length === 0 ? 'there is none in any region' : `there are: ${regions.join(', ')}`;
}
