// Where a login at OpenStack comes from: the helper's options, and for what they leave open a cloud of clouds.yaml, or,
// where none is named, the OS_* variables. As OpenStack's own clients read them, but never from the current directory:
// a hook is called from anywhere.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { OpenStackTarget } from '../../context/OpenStack.ts';
import { Failure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';
import { readSecretFile } from '../files/secretFile.ts';
import { cloudSettings, settingNames, type OpenStackSettings, type SettingName } from './clouds.ts';

export interface OpenStackLogin {
  readonly authUrl: string;
  /** The `auth` of a token request. Holds the secret. */
  readonly auth: object;
  /** For messages. */
  readonly who: string;
  readonly region: string | undefined;
  readonly interface: string;
  readonly ca: string | undefined;
  readonly verify: boolean;
}

/** @throws Failure `config` */
export async function openstackLogin(target: OpenStackTarget, env: NodeJS.ProcessEnv): Promise<OpenStackLogin> {
  const cloud = target.cloud ?? env['OS_CLOUD'];
  const below = cloud === undefined ? fromEnvironment(env) : await cloudSettings(cloud, cloudsFiles(target, env));
  const settings = over(fromTarget(target), below);
  const source =
    cloud === undefined
      ? 'the options openstack_... or the variables OS_...'
      : `the options openstack_... or the cloud '${cloud}' of clouds.yaml`;
  const authUrl = settings.auth_url;
  if (authUrl === undefined || !/^https?:\/\//.test(authUrl)) {
    throw new Failure(
      'config',
      'OpenStack: ' + (authUrl === undefined ? 'no URL of Keystone is set' : `${authUrl} is no URL of Keystone`),
      { hint: `give it in ${source}: openstack_auth_url, auth_url or OS_AUTH_URL` },
    );
  }
  const face = (settings.interface ?? 'public').replace(/URL$/, '');
  if (!['public', 'internal', 'admin'].includes(face))
    throw new Failure('config', `OpenStack: the interface is ${face}; must be public, internal or admin`);
  return {
    authUrl: authUrl.replace(/\/+$/, '').replace(/\/v[23](?:\.0)?$/, '') + '/v3',
    ...identityOf(settings, source),
    region: settings.region_name,
    interface: face,
    ca: settings.cacert === undefined ? undefined : readCa(settings.cacert),
    verify: settings.verify !== false,
  };
}

function fromTarget(target: OpenStackTarget): OpenStackSettings {
  return present({
    auth_url: target.authUrl,
    username: target.username,
    password: target.password ?? secretOf(target.passwordFile, 'openstack_password_file'),
    project_name: target.project,
    user_domain_name: target.domain,
    project_domain_name: target.domain,
    application_credential_id: target.applicationCredentialId,
    application_credential_secret:
      target.applicationCredentialSecret ??
      secretOf(target.applicationCredentialSecretFile, 'openstack_application_credential_secret_file'),
    region_name: target.region,
    interface: target.interface,
    cacert: target.caFile,
  });
}

function fromEnvironment(env: NodeJS.ProcessEnv): OpenStackSettings {
  const value = (name: string): string | undefined => env[`OS_${name.toUpperCase()}`] || undefined;
  const found = Object.fromEntries(settingNames.map((name) => [name, value(name)]));
  return present({ ...found, interface: value('interface') ?? value('endpoint_type') });
}

/**
 * What a setting of the upper place leaves without a meaning in the lower one: the same thing said by id, or the
 * certificates not to be looked at.
 */
const replaces: Readonly<Partial<Record<SettingName, readonly (keyof OpenStackSettings)[]>>> = {
  project_name: ['project_id'],
  user_domain_name: ['user_domain_id'],
  project_domain_name: ['project_domain_id'],
  cacert: ['verify'],
};

/**
 * A login is one thing: a password of one place is not combined with the user, or the application credential, of
 * another.
 */
function over(upper: OpenStackSettings, lower: OpenStackSettings): OpenStackSettings {
  const own = upper.application_credential_id !== undefined || upper.username !== undefined;
  const foreign = /^(?:auth_type|user|password|application)/;
  const replaced = new Set<string>(Object.keys(upper).flatMap((name) => replaces[name as SettingName] ?? []));
  return {
    ...Object.fromEntries(
      Object.entries(lower).filter(([name]) => !replaced.has(name) && !(own && foreign.test(name))),
    ),
    ...upper,
  };
}

function present(settings: Readonly<Partial<Record<SettingName, string | undefined>>>): OpenStackSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function identityOf(settings: OpenStackSettings, source: string): { auth: object; who: string } {
  const lacks = (what: string): Failure =>
    new Failure('config', `OpenStack: ${what} is not set`, { hint: `give it in ${source}` });
  const domain = (of: 'user' | 'project'): object => {
    const [id, name] = [settings[`${of}_domain_id`], settings[`${of}_domain_name`]];
    return id === undefined && name !== undefined ? { name } : { id: id ?? 'default' };
  };
  const user =
    settings.user_id === undefined ? { name: settings.username, domain: domain('user') } : { id: settings.user_id };
  const {
    application_credential_id: id,
    application_credential_name: name,
    application_credential_secret: secret,
  } = settings;
  if (id !== undefined || name !== undefined) {
    if (secret === undefined) throw lacks('the secret of the application credential');
    if (id === undefined && settings.username === undefined && settings.user_id === undefined)
      throw lacks('the user of the application credential (or its id)');
    // It belongs to one project: a scope of its own would be refused.
    const credential = id === undefined ? { name, secret, user } : { id, secret };
    return {
      auth: { identity: { methods: ['application_credential'], application_credential: credential } },
      who: `the application credential ${id ?? name ?? ''}`,
    };
  }
  if (settings.auth_type !== undefined && !/^(?:v3)?password$/.test(settings.auth_type)) {
    throw new Failure('config', `OpenStack: auth_type ${settings.auth_type} is not supported`, {
      hint: 'password and v3applicationcredential are',
    });
  }
  if (settings.username === undefined && settings.user_id === undefined)
    throw lacks('the user (or an application credential)');
  if (settings.password === undefined) throw lacks('the password');
  const project =
    settings.project_id === undefined
      ? { name: settings.project_name, domain: domain('project') }
      : { id: settings.project_id };
  if (settings.project_id === undefined && settings.project_name === undefined) throw lacks('the project');
  return {
    auth: {
      identity: { methods: ['password'], password: { user: { ...user, password: settings.password } } },
      scope: { project },
    },
    who:
      `${settings.username ?? settings.user_id ?? ''} in project ` +
      `${settings.project_name ?? settings.project_id ?? ''}`,
  };
}

function cloudsFiles({ cloudsFile }: OpenStackTarget, env: NodeJS.ProcessEnv): readonly string[] {
  if (cloudsFile !== undefined) return [cloudsFile];
  const own = env['OS_CLIENT_CONFIG_FILE'];
  const home = env['HOME'] || homedir();
  return [
    ...(own === undefined ? [] : [own]),
    join(home, '.config/openstack/clouds.yaml'),
    '/etc/openstack/clouds.yaml',
  ];
}

function secretOf(name: string | undefined, option: string): string | undefined {
  if (name === undefined) return undefined;
  try {
    return readSecretFile(name);
  } catch (cause) {
    throw new Failure('config', `OpenStack: ${option}: ${errorText(cause)}`, { cause });
  }
}

function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Failure(
      'config',
      `OpenStack: the file of certificates ${path} cannot be read (${(cause as NodeJS.ErrnoException).code ?? ''})`,
      { hint: 'see openstack_ca_file, cacert, OS_CACERT', cause },
    );
  }
}
