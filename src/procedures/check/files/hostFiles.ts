// Files on a database host, read as the SSH user. What that user may not read is told apart from what is not there.
import type { Shell } from '../../../context/Context.ts';
import { Failure } from '../../../errors/errors.ts';
import { oneLine } from '../../../errors/message.ts';

export interface HostFile {
  readonly path: string;
  /** Null: it is there, and may not be read; also of a directory. */
  readonly text: string | null;
  /** As chmod takes it; null where that is not known. */
  readonly mode: number | null;
}

/** No configuration file is longer, in bytes. */
const longest = 100_000;

// Each parameter is a path whose last part may be a pattern; in the order of their names, as the C locale has it. A
// line of a file begins with a bar, so that nothing in it can be taken for a line of ours.
const READ = `LC_ALL=C; export LC_ALL; IFS=
for pattern; do
  directory=\${pattern%/*}/
  case $pattern in *[*?]*) listed=-r ;; *) listed=-x ;; esac
  if test -d "$directory" && { ! test $listed "$directory" || ! test -x "$directory"; }; then
    echo "hidden $directory"; continue
  fi
  for path in $pattern; do
    test -f "$path" || continue
    if test -r "$path"; then
      echo "file $(stat -L -c %a "$path" 2>/dev/null) $path"
      head -c ${longest} "$path" | sed 's/^/|/'; echo
    else
      echo "hidden $path"
    fi
  done
done`;

/**
 * In the order of the patterns; what is not there is left out.
 * @throws Failure `environment` when the host's shell cannot do it, `ssh` or `deadline` as Shell.run()
 */
export async function readHostFiles(
  shell: Shell,
  patterns: readonly string[],
  limitMs: number,
): Promise<readonly HostFile[]> {
  if (patterns.length === 0) return [];
  const { code, stdout, stderr } = await shell.run(['sh', '-c', READ, 'sh', ...patterns], limitMs);
  if (code !== 0) throw new Failure('environment', `files cannot be read there (exit ${code}): ${oneLine(stderr)}`);
  return parseHostFiles(stdout);
}

export function parseHostFiles(stdout: string): readonly HostFile[] {
  const files: { path: string; lines: string[] | null; mode: number | null }[] = [];
  for (const line of stdout.split('\n')) {
    const [, mode, path] = /^file (\d*) (.*)$/.exec(line) ?? [];
    const [, hidden] = /^hidden (.*)$/.exec(line) ?? [];
    if (line.startsWith('|')) files.at(-1)?.lines?.push(line.slice(1));
    else if (path !== undefined) files.push({ path, lines: [], mode: mode ? Number.parseInt(mode, 8) : null });
    else if (hidden !== undefined) files.push({ path: hidden, lines: null, mode: null });
  }
  return files.map(({ path, lines, mode }) => ({ path, mode, text: lines?.join('\n') ?? null }));
}
