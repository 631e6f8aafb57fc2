import type { Files, Log } from '../../../src/context/Context.ts';

/** The example of the Python helper's documentation, word for word. */
export const seedExample = `[default]
requires_sudo               = yes
vip_type                    = metal
writer_vip_cidr             = 192.168.10.155/24
cluster_interface           = eth1
report_email                = me@ovaistariq.net
smtp_host                   = localhost

[db10]
cluster_interface           = eth10

[db11]

[db12]
report_email                = notify@host-db12.com
smtp_host                   = localhost2
requires_sudo               = no
`;

/** Files of one directory; an Error is thrown when its file is read. */
export function filesOf(directory: string, contents: Readonly<Record<string, string | Error>>): Files {
  const refuse = (): never => {
    throw new Error('unexpected write');
  };
  return {
    list: (path) =>
      path === directory ? Promise.resolve(Object.keys(contents).sort()) : Promise.reject(errno('ENOENT')),
    read: (path) => {
      const content = path.startsWith(`${directory}/`) ? contents[path.slice(directory.length + 1)] : undefined;
      return typeof content === 'string' ? Promise.resolve(content) : Promise.reject(content ?? errno('ENOENT'));
    },
    append: refuse,
    tail: refuse,
    writePrivate: refuse,
    replace: refuse,
    mode: () => Promise.resolve(0o600),
    look: () => Promise.resolve(null),
    rename: refuse,
    remove: refuse,
  };
}

export function errno(code: string): Error {
  return Object.assign(new Error(`${code}: something, open '/somewhere'`), { code });
}

export function recordingLog(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    info: (line) => {
      lines.push(`info ${line}`);
    },
    warn: (line) => {
      lines.push(`warn ${line}`);
    },
  };
}
