// Option files of MySQL and MariaDB (my.cnf), as the server reads them: groups, comments behind values, quotes, `-` for
// `_`, and directives for other files. Pure. Facts: "Using Option Files" of both manuals.
import type { Dialect } from './dialect.ts';

export type OptionLine =
  | { readonly kind: 'group'; readonly name: string; readonly line: number }
  | {
      readonly kind: 'option';
      readonly group: string;
      /** With `_` for `-`. */
      readonly name: string;
      /** Null where there is no `=`. */
      readonly value: string | null;
      readonly line: number;
    }
  | { readonly kind: 'include'; readonly path: string }
  | { readonly kind: 'includedir'; readonly path: string };

export function parseOptionFile(text: string): readonly OptionLine[] {
  const found: OptionLine[] = [];
  let group = '';
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const [, directive, path = ''] = /^!\s*(includedir|include)\s+(.*)$/.exec(line) ?? [];
    const head = /^\[([^\]]*)\]/.exec(line);
    if (directive !== undefined) {
      found.push({ kind: directive === 'include' ? 'include' : 'includedir', path });
    } else if (head !== null) {
      group = (head[1] ?? '').trimEnd();
      found.push({ kind: 'group', name: group, line: index + 1 });
    } else {
      found.push({ kind: 'option', group, line: index + 1, ...optionOf(line) });
    }
  }
  return found;
}

/** Of a line, or of a word of the command line without its `--`. */
export function optionOf(line: string): { readonly name: string; readonly value: string | null } {
  const text = withoutComment(line).trimEnd();
  const at = text.indexOf('=');
  const name = (at < 0 ? text : text.slice(0, at)).trim().replaceAll('-', '_');
  return {
    name,
    value:
      at < 0
        ? null
        : text
            .slice(at + 1)
            .trim()
            .replace(/^(['"])(.*)\1$/s, '$2'),
  };
}

/** A `#` within quotes is part of the value. */
function withoutComment(line: string): string {
  const end = /^(?:[^'"#]|'(?:[^'\\]|\\.)*(?:'|$)|"(?:[^"\\]|\\.)*(?:"|$))*/.exec(line);
  return end === null ? line : line.slice(0, end[0].length);
}

/** The groups that this server reads. @param suffix of --defaults-group-suffix; empty: none */
export function serverGroups({ family, name }: Pick<Dialect, 'family' | 'name'>, suffix: string): ReadonlySet<string> {
  const [version = ''] = /\d+\.\d+/.exec(name) ?? [];
  const groups = [
    'mysqld',
    'server',
    `mysqld-${version}`,
    ...(family === 'mysql'
      ? []
      : ['mariadb', `mariadb-${version}`, 'mariadbd', `mariadbd-${version}`, 'client-server', 'galera']),
  ];
  return new Set([...groups, ...(suffix === '' ? [] : groups.map((group) => `${group}${suffix}`))]);
}

/** What an option says of read_only; null: nothing. super_read_only sets both. */
export function readOnlyOf({ name, value }: { readonly name: string; readonly value: string | null }): boolean | null {
  const [, prefix, variable] = /^(?:loose_)?(skip_|disable_|enable_)?(read_only|super_read_only)$/.exec(name) ?? [];
  if (variable === undefined) return null;
  const on =
    prefix === undefined || prefix === 'enable_'
      ? value === null || /^(?:1|on|true|2|3|no_lock|no_lock_no_admin)$/i.test(value)
      : false;
  // super_read_only=0 leaves read_only as it is.
  return variable === 'super_read_only' && !on ? null : on;
}
