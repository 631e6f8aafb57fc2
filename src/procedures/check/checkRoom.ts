// Room on the manager host for what MHA writes: on a full disk it dies in the middle of a failover.
import { dirname } from 'node:path';
import type { Tools } from '../../context/Context.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { failed, ok, warning, type Body } from './CheckLine.ts';

const lookMs = 5_000;
/** What a failover writes: its log, and what it has saved of a dead master's binary log. In MB. */
const little = 100;
const nothing = 10;

// Where a directory is not there yet it is made: then what counts is the nearest one above it.
const LOOK = `for directory; do
  d=$directory
  while [ ! -e "$d" ] && [ "$d" != / ] && [ "$d" != . ]; do d=$(dirname "$d"); done
  if [ -d "$d" ] && [ -w "$d" ] && [ -x "$d" ]; then writable=yes; else writable=no; fi
  echo "$writable $(df -Pm "$d" 2>/dev/null | awk 'NR == 2 { print $4 }') $directory"
done`;

export interface Room {
  readonly directory: string;
  readonly writable: boolean;
  /** In MB; null: df does not say. */
  readonly free: number | null;
}

export async function checkRoom(app: ApplicationConfig, { connect, places }: Tools): Promise<readonly Body[]> {
  const log = app.managerLog === undefined ? [] : [dirname(app.managerLog)];
  const directories = [...new Set([app.managerWorkdir, ...log, places.stateDirectory])];
  const { stdout } = await connect.local.run(['sh', '-c', LOOK, 'sh', ...directories], lookMs);
  return roomLines(parseRoom(stdout, directories), places.stateDirectory);
}

/** A directory of which nothing is said is there too. */
export function parseRoom(stdout: string, directories: readonly string[]): readonly Room[] {
  const found = new Map(
    stdout.split('\n').flatMap((line): readonly (readonly [string, Room])[] => {
      const [, writable, free, directory] = /^(yes|no) (\d*) (.*)$/.exec(line) ?? [];
      if (directory === undefined) return [];
      return [[directory, { directory, writable: writable === 'yes', free: free ? Number(free) : null }]];
    }),
  );
  return directories.map((directory) => found.get(directory) ?? { directory, writable: true, free: null });
}

/** @param ownDirectory whether that can be written is told elsewhere */
export function roomLines(rooms: readonly Room[], ownDirectory: string): readonly Body[] {
  const lines = rooms.flatMap((room) => [...notWritable(room, ownDirectory), ...roomOf(room)]);
  return lines.length > 0 ? lines : [ok(`room for MHA's files: ${rooms.map(roomText).join(', ')}`)];
}

function roomText({ directory, free }: Room): string {
  return `${directory} (${free ?? '?'} MB)`;
}

function notWritable({ directory, writable }: Room, ownDirectory: string): readonly Body[] {
  if (writable || directory === ownDirectory) return [];
  return [
    failed(
      'environment',
      `${directory} cannot be written by the user that runs this: MHA, run by that user, would not start`,
      'chown it to the user that runs MHA (manager_workdir, manager_log)',
    ),
  ];
}

function roomOf({ directory, free }: Room): readonly Body[] {
  if (free === null) return [warning(`it is not known how much room there is in ${directory}`)];
  if (free >= little) return [];
  const text = `${free} MB are free for ${directory}`;
  if (free >= nothing) return [warning(`only ${text}: a failover may find no room there`, 'make room')];
  return [failed('environment', `${text}: MHA would die in the middle of a failover`, 'make room')];
}
