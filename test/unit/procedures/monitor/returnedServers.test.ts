// Who is back, from what the servers answer. Two servers may share a host.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SqlRow, SqlTarget } from '../../../../src/context/Context.ts';
import { readApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import { returnedServers } from '../../../../src/procedures/monitor/returnedServers.ts';
import { MemoryFiles } from '../../../doubles/files.ts';
import { FakeClock } from '../../../doubles/clock.ts';

const app = readApplicationConfig({
  path: '/etc/mha/a.cnf',
  text: ['db10', 'db11', 'db12']
    .map((host, index) => `[server${index + 1}]\nhostname=${host}\nport=${index === 2 ? 3307 : 3306}\n`)
    .join(''),
});

function of(
  host: string,
  {
    port = 3306,
    running = true,
    words = ['Slave', 'Master'],
  }: { port?: number; running?: boolean; words?: readonly [string, string] | string[] } = {},
): SqlRow {
  const [replica = '', source = ''] = words;
  return {
    [`${source}_Host`]: host,
    [`${source}_Port`]: port,
    [`${replica}_IO_Running`]: running ? 'Yes' : 'No',
    [`${replica}_SQL_Running`]: 'Yes',
  };
}

/** @param answers what each host says; null: it is no replica; none: it does not answer */
function returned(
  answers: Readonly<Record<string, SqlRow | null>>,
  version = '10.11.6-MariaDB',
): Promise<readonly string[]> {
  const statement = version.includes('MariaDB') ? 'SHOW SLAVE STATUS' : 'SHOW REPLICA STATUS';
  const connect = {
    mysql: ({ host }: SqlTarget) => {
      const answer = answers[host];
      if (answer === undefined) return Promise.reject(new Error('refused'));
      const query = (sql: string): Promise<readonly SqlRow[]> => {
        if (sql === 'SELECT VERSION() AS version') return Promise.resolve([{ version }]);
        return sql === statement
          ? Promise.resolve(answer === null ? [] : [answer])
          : Promise.reject(new Error(`unscripted: ${sql}`));
      };
      return Promise.resolve({ threadId: 1, query, close: () => Promise.resolve() });
    },
    local: { run: () => Promise.resolve({ code: 2, stdout: '', stderr: '' }) },
  };
  return returnedServers(app, ['db10'], {
    clock: new FakeClock(),
    connect: connect as never,
    files: new MemoryFiles({ '/c/cluster.conf': '[default]\n[db10]\n[db11]\n[db12]\n' }),
    places: { configDirectory: '/c' } as never,
  });
}

for (const [what, answers, back] of [
  ['it replicates from the new master', { db10: of('db11'), db11: null, db12: of('db11') }, true],
  ['it does not answer', { db11: null, db12: of('db11') }, false],
  ['its replication has stopped', { db10: of('db11', { running: false }), db11: null, db12: of('db11') }, false],
  ['it replicates from somebody else', { db10: of('db99'), db11: null, db12: of('db11') }, false],
  ['it replicates from another server of that host', { db10: of('db12'), db11: null, db12: of('db11') }, false],
  ['it is the master of all again', { db10: null, db11: of('db10'), db12: of('db10') }, true],
  [
    'it is up, and a replica that the failover did not reach still follows it',
    { db10: null, db11: null, db12: of('db10') },
    false,
  ],
  ['it is up by itself', { db10: null, db11: null, db12: of('db11') }, false],
] as const) {
  test(`${what}: ${back ? 'back' : 'not back'}`, async () => {
    assert.deepEqual(await returned(answers), back ? ['db10'] : []);
  });
}

test('MySQL 8.4 and later have other words', async () => {
  assert.deepEqual(await returned({ db10: of('db11', { words: ['Replica', 'Source'] }), db11: null }, '8.4.3'), [
    'db10',
  ]);
});
