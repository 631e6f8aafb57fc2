// A client that only knocks, as a load balancer's health check does: connects anew every 100 ms, asks who answers, and
// goes. One JSON line for each knock.
//
// node knockClient.ts LOG HOST     ends at SIGTERM
import { createConnection } from 'mysql2/promise';
import { openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { KNOCKER, type Knock } from './knocker.ts';

const everyMs = 100;
const patienceMs = 1000;

const [logPath = '', host = ''] = process.argv.slice(2);
const log = openSync(logPath, 'a');
const started = performance.now();

process.on('SIGTERM', () => process.exit(0));
for (;;) {
  const began = performance.now();
  writeSync(log, `${JSON.stringify(await knock())}\n`);
  await sleep(everyMs - (performance.now() - began));
}

async function knock(): Promise<Knock> {
  const atMs = (): number => Math.round(performance.now() - started);
  try {
    const connection = await createConnection({ host, ...KNOCKER, connectTimeout: patienceMs });
    connection.on('error', () => undefined);
    try {
      const [rows] = await connection.query({ sql: 'SELECT @@server_id AS server', timeout: patienceMs });
      return { atMs: atMs(), server: (rows as { server: number }[])[0]?.server ?? null };
    } finally {
      connection.destroy();
    }
  } catch {
    return { atMs: atMs(), server: null };
  }
}
