import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openstackLogin } from '../../../../src/adapters/openstack/settings.ts';
import type { OpenStackTarget } from '../../../../src/context/OpenStack.ts';

const clouds = `
clouds:
  plain:
    auth: {auth_url: 'https://keystone.example.com/identity', username: mha, password: "p@$$ w\\"o'r",
           project_name: databases, user_domain_name: staff, project_id: 7f3}
    region_name: north
    interface: internal
    cacert: CA
  split:
    auth_type: v3applicationcredential
    auth: {auth_url: 'https://k:5000/v3', application_credential_id: abc}
    verify: false
  token:
    auth_type: v3token
    auth: {auth_url: 'https://k:5000/v3', token: secret-token}
`;

describe('the login at OpenStack', () => {
  let directory = '';
  let file = '';
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'clouds-'));
    file = join(directory, 'clouds.yaml');
    writeFileSync(join(directory, 'ca.pem'), 'CERTIFICATES');
    writeFileSync(file, clouds.replace('CA\n', `${join(directory, 'ca.pem')}\n`));
    writeFileSync(join(directory, 'secure.yaml'), 'clouds: {split: {auth: {application_credential_secret: hidden}}}');
    writeFileSync(join(directory, 'broken.yaml'), 'clouds:\n  a: {password: geheim\n b: [');
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  const login = (target: OpenStackTarget, env: NodeJS.ProcessEnv = {}) => openstackLogin(target, env);
  const said = (target: OpenStackTarget, env: NodeJS.ProcessEnv = {}): Promise<string> =>
    login(target, env).then(
      () => assert.fail('accepted'),
      (error: Error & { hint?: string }) => `${error.message} -- ${error.hint ?? ''}`,
    );

  test('a cloud with a password: scope, domains, region, interface, certificates', async () => {
    assert.deepEqual(await login({ cloud: 'plain', cloudsFile: file }), {
      authUrl: 'https://keystone.example.com/identity/v3',
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'mha', domain: { name: 'staff' }, password: 'p@$$ w"o\'r' } },
        },
        scope: { project: { id: '7f3' } },
      },
      who: 'mha in project databases',
      region: 'north',
      interface: 'internal',
      ca: 'CERTIFICATES',
      verify: true,
    });
  });

  test('an application credential whose secret is in secure.yaml; its scope is its own', async () => {
    const { auth, verify } = await login({ cloudsFile: file }, { OS_CLOUD: 'split', OS_USERNAME: 'not looked at' });
    assert.deepEqual(auth, {
      identity: { methods: ['application_credential'], application_credential: { id: 'abc', secret: 'hidden' } },
    });
    assert.equal(verify, false);
  });

  test('OS_* variables, and the files they name', async () => {
    const env = {
      OS_AUTH_URL: 'http://k:5000/v3/',
      OS_USERNAME: 'u',
      OS_PASSWORD: 'p',
      OS_PROJECT_NAME: 'x',
      OS_REGION_NAME: 'r',
      OS_ENDPOINT_TYPE: 'adminURL',
    };
    const { authUrl, auth, interface: face } = await login({}, env);
    assert.equal(authUrl, 'http://k:5000/v3');
    assert.equal(face, 'admin');
    assert.deepEqual(auth, {
      identity: { methods: ['password'], password: { user: { name: 'u', domain: { id: 'default' }, password: 'p' } } },
      scope: { project: { name: 'x', domain: { id: 'default' } } },
    });
    assert.equal((await login({}, { OS_CLOUD: 'plain', OS_CLIENT_CONFIG_FILE: file })).region, 'north');
  });

  test('an option goes before the cloud, and a login is not mixed from two places', async () => {
    const own = {
      cloud: 'plain',
      cloudsFile: file,
      region: 'south',
      applicationCredentialId: 'id',
      applicationCredentialSecret: 's',
    };
    const { auth, region, who } = await login(own);
    assert.deepEqual(auth, {
      identity: { methods: ['application_credential'], application_credential: { id: 'id', secret: 's' } },
    });
    assert.equal(region, 'south');
    assert.equal(who, 'the application credential id');
    assert.match(await said({ cloud: 'plain', cloudsFile: file, username: 'other' }), /the password is not set/);
  });

  test('an option overrides what the cloud or OS_* say by id; named certificates are looked at', async () => {
    const scope = async (target: OpenStackTarget, env: NodeJS.ProcessEnv): Promise<unknown> =>
      (await login(target, env)).auth;
    const env = {
      OS_AUTH_URL: 'http://k',
      OS_USERNAME: 'u',
      OS_PASSWORD: 'p',
      OS_PROJECT_ID: '7f3',
      OS_USER_DOMAIN_ID: 'd1',
      OS_PROJECT_DOMAIN_ID: 'd2',
    };
    assert.deepEqual(await scope({ project: 'mine', domain: 'ours' }, env), {
      identity: { methods: ['password'], password: { user: { name: 'u', domain: { name: 'ours' }, password: 'p' } } },
      scope: { project: { name: 'mine', domain: { name: 'ours' } } },
    });
    assert.match(JSON.stringify(await scope({}, env)), /"domain":\{"id":"d1"\}.*"scope":\{"project":\{"id":"7f3"\}\}/);
    assert.match(
      JSON.stringify(await scope({ cloud: 'plain', cloudsFile: file, project: 'mine' }, {})),
      /"scope":\{"project":\{"name":"mine"/,
    );
    const split = { cloud: 'split', cloudsFile: file };
    assert.deepEqual(
      [(await login({ ...split, caFile: join(directory, 'ca.pem') })).verify, (await login(split)).verify],
      [true, false],
    );
  });

  test('a warning of the YAML parser, which quotes the line, is not printed', async () => {
    const warned = join(directory, 'warned.yaml');
    writeFileSync(
      warned,
      "clouds: {a: {auth: {auth_url: 'http://k', username: u, project_name: x, password: !unknown geheim}}}",
    );
    const said: string[] = [];
    const note = ({ message }: Error): void => {
      said.push(message);
    };
    process.on('warning', note);
    await login({ cloud: 'a', cloudsFile: warned });
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    process.off('warning', note);
    assert.deepEqual(said, []);
  });

  test('what is missing or wrong is named, without a secret', async () => {
    assert.match(await said({}), /no URL of Keystone is set -- .*openstack_auth_url/);
    assert.match(
      await said({ cloud: 'gone', cloudsFile: file }),
      /clouds\.yaml: there is no cloud 'gone' \(there are: plain, split, token\)/,
    );
    assert.match(
      await said({ cloud: 'plain', cloudsFile: '/no/clouds.yaml' }),
      /the cloud 'plain' is named, but there is no \/no\/clouds\.yaml/,
    );
    assert.match(await said({ cloud: 'token', cloudsFile: file }), /auth_type v3token is not supported/);
    assert.match(await said({ authUrl: 'http://k', username: 'u', password: 'p' }), /the project is not set/);
    assert.match(
      await said({ authUrl: 'http://k', applicationCredentialId: 'u' }),
      /the secret of the application credential is not set/,
    );
    assert.match(
      await said({ authUrl: 'http://k', username: 'u', password: 'p', project: 'x', caFile: '/no.pem' }),
      /\/no\.pem cannot be read \(ENOENT\)/,
    );
    const broken = await said({ cloud: 'a', cloudsFile: join(directory, 'broken.yaml') });
    assert.match(broken, /broken\.yaml: this is not YAML \(line 3\)/);
    assert.doesNotMatch(broken, /geheim/);
  });
});
