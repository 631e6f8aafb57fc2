// The application: writes through the writer address, from inside the host `app`. Logs one JSON line for each event.
//
// node writerClient.ts LOG '{"host":...}'     ends at SIGTERM, or after its time or count, and then writes a summary
// line
import { createConnection, type Connection } from 'mysql2/promise';
import { once } from 'node:events';
import { openSync, writeSync } from 'node:fs';
import { connect as openSocket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WriterEvent, WriterSettings } from './writer.ts';

const RECONNECT_PAUSE_MS = 5;
const RACE = { lateMs: 25, everyMs: 5, giveUpMs: 400 } as const;

const [logPath = '', settingsText = ''] = process.argv.slice(2);
const settings = JSON.parse(settingsText) as WriterSettings;
const log = openSync(logPath, 'a');
const started = performance.now();
let stopping = false;
let next = settings.firstId;
const last = settings.count === undefined ? Infinity : settings.firstId + settings.count;

process.on('SIGTERM', () => (stopping = true));
await Promise.all(
  Array.from({ length: settings.connections }, () => (settings.racing === true ? raceAlong() : writeAlong())),
);
note({ kind: 'end', atMs: now() });
// mysql2 keeps the timer of a statement whose connection is gone: without this the program would stay for the 15 s of
// its time limit.
process.exit(0);

async function writeAlong(): Promise<void> {
  let connection: Connection | undefined;
  const pauseMs = (1000 * settings.connections) / settings.rate;
  let due = performance.now();
  while (!stopping && next < last && now() < settings.durationMs) {
    const id = next++;
    try {
      connection ??= await connect(settings.connectTimeoutMs);
      await write(connection, id, settings.queryTimeoutMs);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      note({ kind: 'error', id, atMs: now(), code: code ?? message });
      connection?.destroy();
      connection = undefined;
      await sleep(RECONNECT_PAUSE_MS);
    }
    // After an outage it goes on at its rate and does not catch up.
    due = Math.max(due + pauseMs, performance.now());
    await sleep(due - performance.now());
  }
  connection?.destroy();
}

async function raceAlong(): Promise<void> {
  let connection: Connection | undefined;
  const pauseMs = (1000 * settings.connections) / settings.rate;
  while (!stopping && next < last && now() < settings.durationMs) {
    connection = await firstThatWrites(connection);
    await sleep(pauseMs);
  }
  connection?.destroy();
}

function firstThatWrites(connection: Connection | undefined): Promise<Connection | undefined> {
  return new Promise((resolve) => {
    let isOver = false;
    let timer: NodeJS.Timeout;
    function end(winner: Connection | undefined): void {
      if (isOver) winner?.destroy();
      else resolve(winner);
      isOver = true;
      clearTimeout(timer);
    }
    function enter(known?: Connection): void {
      attempt(known).then(end, () => {
        if (!isOver && known !== undefined) race();
      });
    }
    function race(): void {
      clearTimeout(timer);
      if (stopping) end(undefined);
      if (isOver) return;
      enter();
      timer = setTimeout(race, RACE.everyMs);
    }
    timer = setTimeout(race, RACE.lateMs);
    enter(connection);
  });
}

/** One write over a connection that is there, or over a new one. */
async function attempt(known: Connection | undefined): Promise<Connection> {
  const id = next++;
  let connection = known;
  const timer = setTimeout(() => connection?.destroy(), RACE.giveUpMs);
  try {
    connection ??= await connect(RACE.giveUpMs);
    await write(connection, id, RACE.giveUpMs);
    return connection;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    note({ kind: 'error', id, atMs: now(), code: code ?? message });
    connection?.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function write(connection: Connection, id: number, timeoutMs: number): Promise<void> {
  await connection.query({
    sql: 'INSERT INTO writes (id, server) VALUES (?, @@server_id)',
    values: [id],
    timeout: timeoutMs,
  });
  note({ kind: 'written', id, atMs: now() });
}

/**
 * A connection whose later failure nobody waits for must not end the program: the next statement meets it. A client of
 * MySQL is made when the port has answered: each that is made for nothing takes a millisecond of the processors that
 * are measured.
 */
async function connect(timeoutMs: number): Promise<Connection> {
  const stream = openSocket(3306, settings.host).setNoDelay(true);
  const late = AbortSignal.timeout(timeoutMs);
  await once(stream, 'connect', { signal: late }).catch((error: unknown) => {
    stream.on('error', () => undefined).destroy();
    throw late.aborted ? Object.assign(new Error('no connection'), { code: 'ETIMEDOUT' }) : error;
  });
  const connection = await createConnection({
    stream,
    user: settings.user,
    password: settings.password,
    database: settings.database,
    connectTimeout: timeoutMs,
  });
  connection.on('error', () => undefined);
  return connection;
}

function now(): number {
  return Math.round((performance.now() - started) * 1000) / 1000;
}

/** One write for each line: an acknowledged id must be in the log even if this process is killed right after. */
function note(event: WriterEvent): void {
  writeSync(log, `${JSON.stringify(event)}\n`);
}
