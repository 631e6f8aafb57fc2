// How the server of a host was started: its command line says which option files it reads. Seen without rights, as
// every user sees it.
import type { Shell } from '../../../context/Context.ts';
import { Failure } from '../../../errors/errors.ts';
import { oneLine } from '../../../errors/message.ts';
import type { Unknown } from '../../../errors/unknown.ts';

export interface ServerProcess {
  readonly pid: number;
  /** Without the program's name. */
  readonly args: readonly string[];
  /** As far as they can be seen: those that name option files. */
  readonly environment: ReadonlyMap<string, string>;
  /** Home of the account that it runs as; null: it has none. */
  readonly home: string | null;
  /** Option files in the order in which my_print_defaults of that server looks for them; empty: it is not there. */
  readonly defaultFiles: readonly string[];
  /** Its files are not those of the host. */
  readonly inContainer: boolean;
}

export interface ServerProcesses {
  /** What the pid file says; null: it cannot be read. */
  readonly pid: number | null;
  readonly processes: readonly ServerProcess[];
}

const limitMs = 10_000;

// $1 is the server's pid file. A line of a command line or of the environment is told apart by its first word.
const LOOK = `LC_ALL=C; export LC_ALL
inside() { grep -Eq 'docker|kubepods|libpod|containerd|lxc|machine\\.slice' "$1" 2>/dev/null; }
pid=$(cat "$1" 2>/dev/null) && echo "pid $pid"
for directory in /proc/[0-9]*; do
  read -r name 2>/dev/null <"$directory/comm" || continue
  case $name in mysqld|mariadbd) ;; *) continue ;; esac
  echo "process \${directory#/proc/}"
  tr '\\0' '\\n' <"$directory/cmdline" 2>/dev/null | sed 's/^/arg /'
  tr '\\0' '\\n' 2>/dev/null <"$directory/environ" |
    sed -n 's/^\\(\\(MYSQL\\|MARIADB\\)_\\(HOME\\|GROUP_SUFFIX\\)=\\)/env \\1/p'
  inside "$directory/cgroup" && ! inside /proc/self/cgroup && echo container
  user=$(stat -c %U "$directory" 2>/dev/null) && getent passwd "$user" | sed 's/^/user /'
  program=$(tr '\\0' '\\n' <"$directory/cmdline" 2>/dev/null | head -n 1); bin=\${program%/*}
  PATH=$bin:$bin/../bin:$PATH my_print_defaults --help 2>/dev/null |
    sed -n '/^Default options are read/{n;s/^/defaults /p;}'
done; :`;

/** @throws Failure as Shell.run() */
export async function lookForServer(shell: Shell, pidFile: string): Promise<ServerProcesses> {
  const { code, stdout, stderr } = await shell.run(['sh', '-c', LOOK, 'sh', pidFile], limitMs);
  if (code !== 0) throw new Failure('environment', `processes cannot be seen there (exit ${code}): ${oneLine(stderr)}`);
  return parseProcesses(stdout);
}

export function parseProcesses(stdout: string): ServerProcesses {
  let pid: number | null = null;
  const processes: {
    pid: number;
    words: string[];
    environment: Map<string, string>;
    home: string | null;
    defaultFiles: readonly string[];
    inContainer: boolean;
  }[] = [];
  for (const line of stdout.split('\n')) {
    const at = line.indexOf(' ');
    const [word, rest] = at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    const last = processes.at(-1);
    if (word === 'pid') pid = Number(rest.trim());
    else if (word === 'process') {
      const found = { environment: new Map<string, string>(), home: null, defaultFiles: [], inContainer: false };
      processes.push({ pid: Number(rest), words: [], ...found });
    } else if (last === undefined) continue;
    else if (word === 'arg') last.words.push(rest);
    else if (word === 'env') last.environment.set(rest.slice(0, rest.indexOf('=')), rest.slice(rest.indexOf('=') + 1));
    else if (word === 'container') last.inContainer = true;
    else if (word === 'user') last.home = rest.split(':')[5] ?? null;
    else if (word === 'defaults') last.defaultFiles = rest.split(' ').filter((path) => path !== '');
  }
  return { pid, processes: processes.map(({ words, ...rest }) => ({ ...rest, args: words.slice(1) })) };
}

/** The process of the server that has this pid file. */
export function processOf({ pid, processes }: ServerProcesses, pidFile: string): ServerProcess | Unknown {
  const [only, ...more] = processes;
  if (only === undefined) return { unknown: 'no process of a server is seen there' };
  const own = pid === null ? undefined : processes.find((one) => one.pid === pid);
  if (own === undefined && (pid !== null || more.length > 0))
    return { unknown: `which process is the server is not seen there (${pidFile})` };
  const found = own ?? only;
  return found.inContainer ? { unknown: 'the server runs in a container' } : found;
}

/** The option files that it reads, in its order, and how they are named; the command line is read after them. */
export interface OptionSources {
  readonly files: readonly string[];
  /** One of them that is nobody's but the account's: its directory is mostly the data directory, which nobody sees. */
  readonly ofAccount: string | null;
  /** Of --defaults-group-suffix; empty: none. */
  readonly suffix: string;
}

/** Facts: "Command-Line Options that Affect Option-File Handling" of both manuals. */
export function sourcesOf({ args, environment, home, defaultFiles }: ServerProcess): OptionSources {
  const option = (name: string): string | undefined =>
    args.findLast((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const suffix =
    option('defaults-group-suffix') ??
    environment.get('MARIADB_GROUP_SUFFIX') ??
    environment.get('MYSQL_GROUP_SUFFIX') ??
    '';
  if (args.includes('--no-defaults')) return { files: [], ofAccount: null, suffix };
  const only = option('defaults-file');
  if (only !== undefined) return { files: [absolute(only)], ofAccount: null, suffix };
  const own = environment.get('MARIADB_HOME') ?? environment.get('MYSQL_HOME');
  const extra = option('defaults-extra-file');
  const known = defaultFiles.length > 0 ? defaultFiles : ['/etc/my.cnf', '/etc/mysql/my.cnf', '/usr/etc/my.cnf'];
  const ofAccount = home === null || home === '/' ? null : `${home}/.my.cnf`;
  const all = [
    ...known.filter((path) => !path.startsWith('~')),
    ...(own === undefined ? [] : [`${own}/my.cnf`]),
    ...(extra === undefined ? [] : [absolute(extra)]),
    ...(ofAccount === null ? [] : [ofAccount]),
  ];
  return { files: [...new Set(all)], ofAccount, suffix };
}

/** A server that systemd starts stands in `/`. */
function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
