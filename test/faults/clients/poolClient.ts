// A pool whose sessions come back at once when they are ended: a read pool, or a proxy's monitor. It only reads.
//
// node poolClient.ts HOST SESSIONS     ends when it is killed
import { createConnection } from 'mysql2/promise';
import { setTimeout as sleep } from 'node:timers/promises';
import { KNOCKER } from './knocker.ts';

const [host = '', sessions = '8'] = process.argv.slice(2);

await Promise.all(Array.from({ length: Number(sessions) }, () => session()));

async function session(): Promise<never> {
  for (;;) {
    try {
      const connection = await createConnection({ host, ...KNOCKER, connectTimeout: 1000 });
      connection.on('error', () => undefined);
      try {
        for (;;) {
          await connection.query({ sql: 'SELECT 1', timeout: 1000 });
          await sleep(100);
        }
      } finally {
        connection.destroy();
      }
    } catch {
      await sleep(2);
    }
  }
}
