// Files that hold secrets, and whether others than their owner and group can read them.
import type { Files } from '../context/Context.ts';
import type { HostSettings } from './options.ts';
import { problemLine, type Problem } from './problems.ts';

/** Each has a second option, NAME_file, for a file of its own. */
export const secretNames = [
  'smtp_password',
  'openstack_application_credential_secret',
  'openstack_password',
  'ha_password',
] as const;

/** A host's own one does not take the place of the other in [default]: which is meant cannot be told. */
export function secretTwice(hosts: readonly HostSettings[]): readonly Problem[] {
  return secretNames.flatMap((name) => {
    const both = hosts.filter(({ options }) => options[name] !== undefined && options[`${name}_file`] !== undefined);
    if (both[0] === undefined) return [];
    const hostNames = both.map(({ host }) => host).join(', ');
    const line = both[0].lines?.[`${name}_file`];
    return [{ line, text: `${name} and ${name}_file are both set for ${hostNames}: keep one` }];
  });
}

/** A systemd credential has a name without a slash; its directory is the unit's own, so nobody else can read it. */
export function isCredential(name: string): boolean {
  return !name.includes('/');
}

/** Each file once, in the order of the hosts. Credentials are not among them. */
export function filesWithSecrets(hosts: readonly HostSettings[]): readonly string[] {
  const files = hosts.flatMap(({ file, options }) =>
    secretNames
      .flatMap((name) => [
        ...(options[name] === undefined ? [] : [file]),
        ...[options[`${name}_file`] ?? ''].filter((path) => path !== '' && !isCredential(path)),
      ])
      .concat(options.mysql_key_file ?? [], options.ha_key_file ?? []),
  );
  return [...new Set(files)];
}

/**
 * What is wrong with such files, one line each. A file that is not there is no concern of this: whoever needs it says
 * so.
 */
export async function openSecrets(paths: readonly string[], files: Pick<Files, 'mode'>): Promise<readonly string[]> {
  const modes = await Promise.all(paths.map(async (path) => ({ path, mode: await files.mode(path) })));
  return modes.flatMap(({ path, mode }) =>
    mode === null || (mode & 0o007) === 0
      ? []
      : [problemLine(path, { text: `it holds a secret, and every user can read or change it (mode ${octal(mode)})` })],
  );
}

/** What to do about it. */
export const openSecretHint = 'chmod o= it';

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
