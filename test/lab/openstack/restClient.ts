// Keystone and Neutron asked directly, without the program under test: to fill the databases, and to see the truth.

export type Json = Readonly<Record<string, unknown>>;

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly project: string;
}

export interface RestClient {
  readonly token: string;
  readonly userId: string;
  /**
   * @param path with the port, for instance `:9696/v2.0/ports`
   * @throws Error with the answer when it is not a success
   */
  call(method: string, path: string, body?: Json): Promise<Json>;
}

/** @param base `http://` and the address */
export async function restClient(base: string, { user, password, project }: Login): Promise<RestClient> {
  const domain = { id: 'default' };
  const auth = {
    identity: { methods: ['password'], password: { user: { name: user, password, domain } } },
    scope: { project: { name: project, domain } },
  };
  const answer = await fetch(`${base}:5000/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ auth }),
  });
  if (answer.status !== 201) throw new Error(`login of ${user}: ${answer.status} ${await answer.text()}`);
  const token = answer.headers.get('x-subject-token') ?? '';
  const {
    token: {
      user: { id: userId },
    },
  } = (await answer.json()) as { token: { user: { id: string } } };
  return {
    token,
    userId,
    async call(method, path, body) {
      const headers = { 'content-type': 'application/json', 'x-auth-token': token };
      const response = await fetch(`${base}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return text === '' ? {} : (JSON.parse(text) as Json);
    },
  };
}
