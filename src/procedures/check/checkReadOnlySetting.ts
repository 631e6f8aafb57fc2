// Whether a server comes up read-only after a restart. One that does not takes writes beside the new master when its
// host comes back after a failover.
import { unknownBecause, isUnknown, type Unknown } from '../../errors/unknown.ts';
import type { ApplicationServer } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { ReplicaServer } from '../../mysql/ReplicaServer.ts';
import { isSet } from '../../mysql/dialect.ts';
import type { Run } from '../run/openRun.ts';
import { ok, warning, type Body } from './CheckLine.ts';
import { readOptions, type Read } from './files/readOptions.ts';
import { lookForServer, processOf, sourcesOf } from './files/serverProcess.ts';

/** What SET PERSIST has left for read_only; it holds before all option files. `no`: nothing. */
export type Persisted = 'on' | 'off' | 'no' | Unknown;

export interface AtRestart {
  readonly persisted: Persisted;
  readonly reads: readonly Read[] | Unknown;
}

export async function checkReadOnlySetting(run: Run, server: ApplicationServer): Promise<readonly Body[]> {
  const end = endOf(server);
  const opened = await run.openReplica(end);
  const persisted = await persistedReadOnly(opened);
  const reads = await readAll(run, server, opened).catch(unknownBecause);
  return readOnlyLines({ persisted, reads });
}

async function readAll(run: Run, server: ApplicationServer, opened: ReplicaServer): Promise<readonly Read[] | Unknown> {
  const [row] = await opened.query('SELECT @@global.pid_file AS file, @@global.datadir AS data');
  const [file, data] = [String(row?.['file'] ?? ''), String(row?.['data'] ?? '')];
  const pidFile = file.startsWith('/') ? file : `${data.replace(/\/+$/, '')}/${file}`;
  const shell = await run.host(endOf(server)).shell();
  const found = processOf(await lookForServer(shell, pidFile), pidFile);
  return isUnknown(found) ? found : readOptions(shell, sourcesOf(found), found.args, opened.dialect);
}

async function persistedReadOnly(server: ReplicaServer): Promise<Persisted> {
  if (!server.dialect.persists) return 'no';
  try {
    const [setting] = await server.query(
      'SELECT @@global.persisted_globals_load AS loaded, @@global.performance_schema AS seen',
    );
    if (!isSet(setting?.['loaded'] ?? null)) return 'no';
    if (!isSet(setting?.['seen'] ?? null)) return { unknown: 'performance_schema is off' };
    const rows = await server.query(
      'SELECT VARIABLE_NAME AS name, VARIABLE_VALUE AS value FROM performance_schema.persisted_variables ' +
        "WHERE VARIABLE_NAME IN ('read_only', 'super_read_only')",
    );
    const values = new Map(rows.map((row) => [String(row['name']).toLowerCase(), isSet(row['value'] ?? null)]));
    if (values.get('super_read_only') === true || values.get('read_only') === true) return 'on';
    return values.get('read_only') === false ? 'off' : 'no';
  } catch (error) {
    return unknownBecause(error);
  }
}

const why = 'after a restart it takes writes, be there another master or not';

/** The first rule that knows decides. */
export function readOnlyLines(seen: AtRestart): readonly Body[] {
  for (const rule of [persistedOn, persistedOff, hostNotSeen, setByCommandLine, setInFile, notSet]) {
    const line = rule(seen);
    if (line !== null) return [line];
  }
  return [];
}

function persistedOn({ persisted }: AtRestart): Body | null {
  return persisted === 'on' ? ok('comes up read-only after a restart: SET PERSIST read_only') : null;
}

function persistedOff({ persisted }: AtRestart): Body | null {
  if (persisted !== 'off') return null;
  return warning(
    `SET PERSIST read_only=0 is in force: ${why}`,
    'RESET PERSIST read_only, and set read_only=1 in a file',
  );
}

function hostNotSeen({ persisted, reads }: AtRestart): Body | null {
  if (!isUnknown(reads)) return null;
  return notKnown(isUnknown(persisted) ? `${persisted.unknown}; ${reads.unknown}` : reads.unknown);
}

function notKnown(because: string): Body {
  return warning(
    `it is not known whether it comes up read-only after a restart: ${because}`,
    'look whether read_only=1 stands in [mysqld] of its option files',
  );
}

/** The command line is read last. */
function setByCommandLine({ reads }: AtRestart): Body | null {
  const last = isUnknown(reads) ? undefined : reads.findLast((read) => read.kind === 'argument');
  if (last === undefined) return null;
  if (last.on) return ok(`comes up read-only after a restart: ${last.word}`);
  return warning(`it is started with ${last.word}: ${why}`, 'start it with --read-only');
}

/** A file that cannot be read, and that the server reads later, may say otherwise. */
function setInFile({ reads }: AtRestart): Body | null {
  if (isUnknown(reads)) return null;
  const at = reads.findLastIndex((read) => read.kind === 'read_only');
  const last = reads[at];
  if (last?.kind !== 'read_only') return null;
  const hidden = hiddenIn(reads.slice(at));
  const place = `${last.path}:${last.line}`;
  if (!last.on) return warning(`${place} sets read_only=0: ${why}`, `set read_only=1 there`);
  if (hidden !== null) return notKnown(`${place} sets read_only=1, and ${hidden} is read after it, but not by us`);
  return ok(`comes up read-only after a restart: ${place}`);
}

function notSet({ persisted, reads }: AtRestart): Body | null {
  if (isUnknown(reads)) return null;
  const hidden = hiddenIn(reads);
  if (hidden !== null) return notKnown(`the SSH user may not read ${hidden}`);
  if (isUnknown(persisted)) return notKnown(`it is in no option file, and ${persisted.unknown}`);
  const group = reads.findLast((read) => read.kind === 'group');
  const add =
    group?.kind === 'group'
      ? `add read_only=1 to [${group.name}] in ${group.path}, below line ${group.line}`
      : 'add read_only=1 to [mysqld] of its option file';
  return warning(`no option file of it sets read_only: ${why}`, add);
}

function hiddenIn(reads: readonly Read[]): string | null {
  const paths = reads.flatMap((read) => (read.kind === 'hidden' ? [read.path] : []));
  return paths.length === 0 ? null : paths.join(', ');
}
