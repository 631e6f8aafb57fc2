// The options of a server at its next start: its option files with all that they include, then its command line.
import type { Shell } from '../../../context/Context.ts';
import type { Dialect } from '../../../mysql/dialect.ts';
import { optionOf, parseOptionFile, readOnlyOf, serverGroups, type OptionLine } from '../../../mysql/optionFile.ts';
import { readHostFiles, type HostFile } from './hostFiles.ts';
import type { OptionSources } from './serverProcess.ts';

/** Something that counts, in the order in which the server reads it: the last word is the one that holds. */
export type Read =
  | { readonly kind: 'hidden'; readonly path: string }
  /** A group that this server reads. */
  | { readonly kind: 'group'; readonly path: string; readonly line: number; readonly name: string }
  | { readonly kind: 'read_only'; readonly on: boolean; readonly path: string; readonly line: number }
  | { readonly kind: 'argument'; readonly on: boolean; readonly word: string };

/** Directives within included files, as deep as a server follows them. */
const deepest = 10;
const limitMs = 10_000;

/** @throws Failure as readHostFiles() */
export async function readOptions(
  shell: Shell,
  { files, ofAccount, suffix }: OptionSources,
  args: readonly string[],
  dialect: Pick<Dialect, 'family' | 'name'>,
): Promise<readonly Read[]> {
  const groups = serverGroups(dialect, suffix);
  const texts = new Map<string, readonly HostFile[]>();
  let wanted = files;
  for (let depth = 0; depth <= deepest && wanted.length > 0; depth += 1) {
    const found = await readHostFiles(shell, wanted, limitMs);
    for (const pattern of wanted)
      texts.set(
        pattern,
        found.filter(({ path }) => matches(pattern, path)),
      );
    const more = found.flatMap(({ text }) => (text === null ? [] : parseOptionFile(text).flatMap(includedBy)));
    wanted = [...new Set(more)].filter((pattern) => !texts.has(pattern));
  }
  const visible = files.filter((file) => file !== ofAccount || texts.get(file)?.every(({ text }) => text !== null));
  return [...visible.flatMap((file) => readsOf(file, texts, groups, 0)), ...argumentsOf(args)];
}

function matches(pattern: string, path: string): boolean {
  const directory = pattern.slice(0, pattern.lastIndexOf('/') + 1);
  if (path === directory || path === pattern) return true;
  return pattern.endsWith('/*.cnf') && path.startsWith(directory) && !path.slice(directory.length).includes('/');
}

function includedBy(line: OptionLine): readonly string[] {
  if (line.kind !== 'include' && line.kind !== 'includedir') return [];
  // A server that systemd starts stands in `/`.
  const path = line.path.startsWith('/') ? line.path : `/${line.path}`;
  return [line.kind === 'include' ? path : `${path.replace(/\/+$/, '')}/*.cnf`];
}

function readsOf(
  pattern: string,
  texts: ReadonlyMap<string, readonly HostFile[]>,
  groups: ReadonlySet<string>,
  depth: number,
): readonly Read[] {
  if (depth > deepest) return [];
  return (texts.get(pattern) ?? []).flatMap(({ path, text, mode }): readonly Read[] => {
    if (text === null) return [{ kind: 'hidden', path }];
    // The server takes no file that everybody may write.
    if (mode !== null && (mode & 0o002) !== 0) return [];
    return parseOptionFile(text).flatMap((line): readonly Read[] => {
      if (line.kind === 'group')
        return groups.has(line.name) ? [{ kind: 'group', path, line: line.line, name: line.name }] : [];
      if (line.kind !== 'option')
        return includedBy(line).flatMap((included) => readsOf(included, texts, groups, depth + 1));
      const on = groups.has(line.group) ? readOnlyOf(line) : null;
      return on === null ? [] : [{ kind: 'read_only', on, path, line: line.line }];
    });
  });
}

function argumentsOf(args: readonly string[]): readonly Read[] {
  return args.flatMap((word): readonly Read[] => {
    const on = word.startsWith('--') ? readOnlyOf(optionOf(word.slice(2))) : null;
    return on === null ? [] : [{ kind: 'argument', on, word }];
  });
}
