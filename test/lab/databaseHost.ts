// One database server in its host: start, end, statements.
import { createConnection } from 'mysql2/promise';
import { setTimeout as sleep } from 'node:timers/promises';
import { CONFIGURATION_FILE, type DatabaseServer, SOCKET } from './databaseServer.ts';
import { commandLine, identify, isAlive, processesUnder, signal, waitUntil } from './processes.ts';
import { script } from './hostFiles.ts';

export const PRISTINE = '/run/lab/pristine';

export type Row = Readonly<Record<string, string | number | null>>;

/** Runs statements as root through the server's socket. @returns the rows of the last one. */
export async function statements(init: number, texts: readonly string[], timeoutMs = 10_000): Promise<Row[]> {
  const connection = await createConnection({
    socketPath: `/proc/${init}/root${SOCKET}`,
    user: 'root',
    connectTimeout: timeoutMs,
    supportBigNumbers: true,
    dateStrings: true,
  });
  try {
    let rows: unknown = [];
    for (const sql of texts) [rows] = await connection.query({ sql, timeout: timeoutMs });
    return Array.isArray(rows) ? (rows as Row[]) : [];
  } finally {
    connection.destroy();
  }
}

export function serverProcesses(init: number, server: DatabaseServer): number[] {
  return processesUnder(init).filter((pid) => commandLine(pid)[0]?.endsWith(`/${server.process}`));
}

/** kill -9, and waits until it is gone. */
export async function killProcesses(pids: readonly number[]): Promise<void> {
  const found = pids.map(identify).filter((process) => process !== undefined);
  for (const process of found) signal(process, 'SIGKILL');
  await waitUntil('the end of killed processes', 10_000, () => !found.some(isAlive));
}

export function signalProcesses(pids: readonly number[], name: NodeJS.Signals): void {
  for (const process of pids.map(identify)) if (process !== undefined) signal(process, name);
}

/** Lets the server end in order, as `systemctl stop` does. */
export async function stopServer(init: number, server: DatabaseServer): Promise<void> {
  const found = serverProcesses(init, server)
    .map(identify)
    .filter((process) => process !== undefined);
  for (const process of found) signal(process, 'SIGTERM');
  await waitUntil('the end of the database server', 20_000, () => !found.some(isAlive));
}

/** Shell line that starts the server in the background, detached from who started it. */
export function startCommand(server: DatabaseServer, extra: readonly string[] = []): string {
  return `setsid ${[...server.command, ...extra].join(' ')} </dev/null >>/var/log/mysqld.out 2>&1 &`;
}

export async function startServer(init: number, server: DatabaseServer, extra: readonly string[] = []): Promise<void> {
  await script(init, [startCommand(server, extra)]);
  await answering(init);
}

export async function answering(init: number): Promise<void> {
  const end = performance.now() + 20_000;
  for (;;) {
    try {
      await statements(init, ['SELECT 1'], 1000);
      return;
    } catch (error) {
      if (performance.now() > end) throw new Error('lab: the database server does not answer', { cause: error });
      await sleep(20);
    }
  }
}

/** Fills /run/lab/pristine: a data directory with all accounts, which every reset copies. */
export async function makePristine(init: number, server: DatabaseServer): Promise<void> {
  await script(
    init,
    [
      `mkdir -p ${PRISTINE}`,
      `chown mysql:mysql ${PRISTINE}`,
      ...server.initialise(PRISTINE),
      `rm -rf /var/lib/mysql/* /var/log/mysql/*`,
      `cp -a ${PRISTINE}/. /var/lib/mysql/`,
      startCommand(server, server.unlogged),
    ],
    120_000,
  );
  await answering(init);
  await statements(init, server.accounts);
  await stopServer(init, server);
  await script(init, [`rm -rf ${PRISTINE}`, `cp -a /var/lib/mysql ${PRISTINE}`]);
}

/** Shell lines that put the pristine data in place of whatever the host has. The server must be down. */
export function reseed(): string[] {
  return [
    'rm -rf /var/lib/mysql/* /var/log/mysql/* /run/mysqld/*',
    `cp -a ${PRISTINE}/. /var/lib/mysql/`,
    // MySQL: the server's UUID; no two may share it.
    'rm -f /var/lib/mysql/auto.cnf',
    'chown -R mysql:mysql /var/lib/mysql /var/log/mysql /run/mysqld',
    'chmod 750 /var/lib/mysql /var/log/mysql',
    `test -e ${CONFIGURATION_FILE}`,
  ];
}
