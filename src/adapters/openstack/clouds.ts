// One cloud of clouds.yaml, with what secure.yaml beside it adds.
import { ifAny } from '../../errors/message.ts';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { YAMLParseError } from 'yaml';
import { Failure } from '../../errors/errors.ts';

/** What clouds.yaml, the OS_* variables and the helper's options may say; names as in clouds.yaml. */
export const settingNames = [
  'auth_url',
  'auth_type',
  'username',
  'user_id',
  'password',
  'project_name',
  'project_id',
  'user_domain_name',
  'user_domain_id',
  'project_domain_name',
  'project_domain_id',
  'application_credential_id',
  'application_credential_name',
  'application_credential_secret',
  'region_name',
  'interface',
  'cacert',
] as const;
export type SettingName = (typeof settingNames)[number];
export type OpenStackSettings = Readonly<Partial<Record<SettingName, string>>> & {
  readonly verify?: boolean | undefined;
};

type Tree = Readonly<Record<string, unknown>>;

/** @param paths the first one that is there counts @throws Failure `config` */
export async function cloudSettings(cloud: string, paths: readonly string[]): Promise<OpenStackSettings> {
  for (const path of paths) {
    const clouds = await cloudsOf(path);
    if (clouds === undefined) continue;
    const found = treeOf(clouds[cloud]);
    if (found === undefined) {
      throw new Failure(
        'config',
        `${path}: there is no cloud '${cloud}' (there are: ${Object.keys(clouds).join(', ') || 'none'})`,
        { hint: 'see openstack_cloud or OS_CLOUD' },
      );
    }
    const secret = treeOf((await cloudsOf(join(dirname(path), 'secure.yaml')))?.[cloud]) ?? {};
    return flat(path, { ...found, ...secret, auth: { ...treeOf(found['auth']), ...treeOf(secret['auth']) } });
  }
  throw new Failure('config', `OpenStack: the cloud '${cloud}' is named, but there is no ${paths.join(', no ')}`, {
    hint: 'see openstack_cloud, openstack_clouds_file, OS_CLOUD',
  });
}

function flat(path: string, cloud: Tree): OpenStackSettings {
  const { auth, verify, endpoint_type: face, ...rest } = cloud;
  const settings = { interface: face, ...rest, ...treeOf(auth) };
  const texts = Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' && !unset.has(value) ? [[name, value]] : [],
    ),
  );
  if (verify === undefined || (typeof verify === 'string' && unset.has(verify))) return texts;
  const checked = typeof verify === 'string' ? switches.get(verify.toLowerCase()) : undefined;
  if (checked === undefined) throw new Failure('config', `${path}: verify must be true or false`);
  return { ...texts, verify: checked };
}

/** Nothing, as YAML writes it. */
const unset: ReadonlySet<string> = new Set(['', '~', 'null']);

const switches: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['no', false],
  ['off', false],
]);

async function cloudsOf(path: string): Promise<Tree | undefined> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOENT') return undefined;
    throw new Failure('config', `${path} cannot be read (${code})`, { cause });
  }
  const { parse } = await import('yaml');
  let content: unknown;
  try {
    // The parser's own messages, warnings too, quote the line, and that may hold a password. failsafe: all values are
    // texts as they are written; as a number, a password of digits would lose the zero that it begins with.
    content = parse(text, { logLevel: 'error', schema: 'failsafe' });
  } catch (error) {
    const line = (error as YAMLParseError).linePos?.[0].line;
    throw new Failure('config', `${path}: this is not YAML${ifAny(' (line ', line?.toString(), ')')}`);
  }
  return treeOf(treeOf(content)?.['clouds']) ?? {};
}

function treeOf(value: unknown): Tree | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : undefined;
}
