// Files in a host. Always written and read by a program inside it: through /proc/PID/root a symlink to /etc/... would
// lead to the machine's own file.
import { runIn } from './hostCommand.ts';

export interface HostFile {
  readonly path: string;
  readonly content: string;
  /** Octal, default 644. */
  readonly mode?: string;
  /** USER:GROUP, default root:root. */
  readonly owner?: string;
}

const MARK = 'END-OF-LAB-FILE';

export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Shell lines that write the file, for a script that runs inside a host. */
export function writeCommand(file: HostFile): string {
  const path = quote(file.path);
  const content = file.content.endsWith('\n') ? file.content : `${file.content}\n`;
  if (content.split('\n').includes(MARK)) throw new Error(`lab: ${file.path} contains ${MARK}`);
  return [
    `mkdir -p "$(dirname ${path})"`,
    `cat >${path} <<'${MARK}'\n${content}${MARK}`,
    `chmod ${file.mode ?? '644'} ${path}`,
    `chown ${file.owner ?? 'root:root'} ${path}`,
  ].join('\n');
}

/** Runs a shell script inside a host. @throws Error with its output when it fails. */
export async function script(init: number, lines: readonly string[], timeoutMs = 30_000): Promise<string> {
  const outcome = await runIn(init, ['sh', '-eu'], { input: `${lines.join('\n')}\n`, timeoutMs });
  if (outcome.code !== 0)
    throw new Error(`lab: a script in a host ended with ${outcome.code}: ${outcome.stderr}${outcome.stdout}`);
  return outcome.stdout;
}

/** Shell lines that wait for a daemon; it has gone into the background before it listens. */
export function untilListening(port: number): string {
  return (
    `tries=0; until ss -Hlnt 'sport = :${port}' | grep -q .; do tries=$((tries + 1)); test "$tries" -lt 500 || ` +
    `{ echo 'nothing listens on port ${port}' >&2; exit 1; }; sleep 0.02; done`
  );
}

export async function readHostFile(init: number, path: string): Promise<string> {
  const outcome = await runIn(init, ['cat', path]);
  if (outcome.code !== 0) throw new Error(`lab: ${outcome.stderr.trim()}`);
  return outcome.stdout;
}
