// What an old master alone has, kept on the manager host before anybody throws it away: as a binary log, and as text
// with the rows. Read on its host, by the server's own mysqlbinlog.
import { errorLine, ifAny, oneLine } from '../../errors/message.ts';
import { Failure } from '../../errors/errors.ts';
import type { ApplicationServer } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { ReplicaServer } from '../../mysql/ReplicaServer.ts';
import type { Begin } from '../../mysql/sourceSettings.ts';
import type { Run } from '../run/openRun.ts';
import { splitPosition } from '../../mysql/splitPosition.ts';
import type { Difference } from './compareServers.ts';
import { countTransactions, type Counted } from './divergenceText.ts';

/** How long one of the two may take to read, in ms. */
const readMs = 60_000;
/** So much of each is kept, in bytes: the rest stays on the host, and that is said. */
const mostBytes = 32 * 1024 * 1024;

export interface Saved {
  /** What it holds; null where it could not be read. */
  readonly counted: Counted | null;
  /** Where it is, or why it is nowhere; one text each. */
  readonly where: readonly string[];
}

/**
 * $1 client_bindir or empty, $2 the most bytes, $3 programs of which the first that is there is taken, then options and
 * files of it. The exit code is head's: what mysqlbinlog minds is in its errors.
 */
const textScript = `PATH=$1\${1:+:}$PATH; most=$2; programs=$3; shift 3
for program in $programs; do command -v $program >/dev/null && break; done
$program --no-defaults --base64-output=DECODE-ROWS -v "$@" | head -c "$most"`;

/** $1 the most bytes, then for each part: file, bytes of its head to keep, first byte behind that (from 1). */
const rawScript = `most=$1; shift
{ while test $# -ge 3; do head -c "$2" "$1" && tail -c "+$3" "$1" || exit 1; shift 3; done; } |
  head -c "$most" | base64`;

/** Never throws: what could not be saved is said. @param begin how the replicas follow */
export async function saveDivergence(
  run: Run,
  old: ReplicaServer,
  server: ApplicationServer,
  begin: Begin['kind'],
  difference: Difference,
): Promise<Saved> {
  const { from } = difference;
  const { clock, places } = run.tools;
  const time = clock.now().toISOString().replace(/[-:.]/g, '');
  const base = `${places.stateDirectory}/diverged/${server.hostname}-${time}`;
  try {
    const files = await filesOf(old, from);
    const text = await readText(run, old, server, files, begin, difference);
    await run.tools.files.writePrivate(`${base}.sql`, text);
    const cut = text.length < mostBytes ? '' : ' (its first 32 MB)';
    const raw = await saveRaw(run, old, server, files, from, `${base}.binlog`);
    return { counted: countTransactions(text), where: [`${base}.sql as text${cut}`, raw] };
  } catch (error) {
    return { counted: null, where: [`NOT SAVED (${errorLine(error)})`] };
  }
}

/** Paths on its host, from the one with the first of them. */
async function filesOf(old: ReplicaServer, from: string | null): Promise<readonly string[]> {
  const base = await old.binlogBasename();
  const directory = base.slice(0, base.lastIndexOf('/'));
  const names = (await old.binaryLogs()).map(({ name }) => name);
  const first = from === null ? 0 : names.indexOf(splitPosition(from)[0]);
  return names.slice(Math.max(0, first)).map((name) => `${directory}/${name}`);
}

async function readText(
  run: Run,
  { dialect: { family } }: ReplicaServer,
  server: ApplicationServer,
  files: readonly string[],
  begin: Begin['kind'],
  { extra, from }: Difference,
): Promise<string> {
  const begins = from === null ? [] : [`--start-position=${splitPosition(from)[1]}`];
  const options = [...begins, ...(begin === 'auto-position' ? [`--include-gtids=${extra}`] : [])];
  const shell = await run.host(endOf(server)).shell();
  // MariaDB's program does not know MySQL's GTIDs.
  const programs = family === 'mariadb' ? 'mariadb-binlog mysqlbinlog' : 'mysqlbinlog';
  const given = [server.clientBindir ?? '', String(mostBytes), programs];
  const argv = ['sh', '-c', textScript, 'sh', ...given, ...options, ...files];
  const { code, stdout, stderr } = await shell.run(argv, readMs);
  if (code === 0 && stdout.trim() !== '' && !/^ERROR/m.test(stderr)) return stdout;
  const why = oneLine(stderr).slice(0, 300);
  throw new Failure('ssh', `${server.hostname}: mysqlbinlog could not read ${files.join(' ')}${ifAny(': ', why)}`, {
    hint: 'the SSH user must be able to read the binary logs there',
  });
}

/** @returns where it is, or why it is not there */
async function saveRaw(
  run: Run,
  old: ReplicaServer,
  server: ApplicationServer,
  files: readonly string[],
  from: string | null,
  path: string,
): Promise<string> {
  try {
    if (from === null) throw new Failure('refused', 'it is not known where it begins');
    const parts: string[] = [];
    for (const [index, file] of files.entries()) {
      const [head] = await old.binlogEvents(file.slice(file.lastIndexOf('/') + 1), 4, 1);
      const headEnd = head?.end ?? 4;
      const begins = index === 0 ? Math.max(headEnd, splitPosition(from)[1]) : headEnd;
      parts.push(file, index === 0 ? String(headEnd) : '0', String(begins + 1));
    }
    const shell = await run.host(endOf(server)).shell();
    const { code, stdout, stderr } = await shell.run(
      ['sh', '-c', rawScript, 'sh', String(mostBytes), ...parts],
      readMs,
    );
    if (code !== 0 || stdout === '') throw new Failure('ssh', oneLine(stderr) || 'nothing was read');
    await run.tools.files.writePrivate(`${path}.base64`, stdout);
    const decode = 'umask 077; base64 -d <"$1" >"$2" && rm "$1"';
    const decoded = await run.tools.connect.local.run(['sh', '-c', decode, 'sh', `${path}.base64`, path], readMs);
    if (decoded.code !== 0) throw new Failure('environment', oneLine(decoded.stderr));
    return `${path} as a binary log`;
  } catch (error) {
    return `not saved as a binary log (${errorLine(error)})`;
  }
}
