import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadHostSettings } from '../../../../src/config/load.ts';
import type { SqlConnection, SqlRow, SqlTarget } from '../../../../src/context/Context.ts';
import { Failure } from '../../../../src/errors/errors.ts';
import { lookAround, type Look } from '../../../../src/procedures/watch/lookAround.ts';
import { fakeTools } from '../../../doubles/tools.ts';
import { app } from '../switch/switchCases.ts';

type Answer = (host: string, sql: string) => readonly SqlRow[] | undefined;

/** db10 is the master; `more` answers before. */
async function looked(more: Answer = () => undefined, helper = ''): Promise<Look & { limits: readonly number[] }> {
  const limits: number[] = [];
  const mysql = ({ label }: SqlTarget, timeoutMs: number): Promise<SqlConnection> => {
    limits.push(timeoutMs);
    return Promise.resolve({
      threadId: 1,
      query: async (sql, _values, ms) => {
        limits.push(ms);
        return more(label, sql) ?? answers(label, sql);
      },
      close: () => Promise.resolve(),
    });
  };
  const tools = fakeTools(`[default]\nconnect_timeout=60\nstep_timeout=60\n${helper}[db10]\n[db11]\n[db12]\n`, {
    mysql,
  });
  const hosts = app.servers.map(({ hostname }) => hostname);
  const settings = await loadHostSettings(tools.places.configDirectory, hosts, tools.files, tools.log, null);
  const look = await lookAround(app, settings, (name) => Promise.resolve([name]), tools);
  return { ...look, limits };
}

function answers(host: string, sql: string): readonly SqlRow[] {
  if (sql.includes('VERSION()')) return [{ version: '10.11.6-MariaDB' }];
  if (sql.includes('read_only')) return [{ ro: host === 'db10' ? 0 : 1 }];
  if (sql.includes('event_scheduler')) return [{ scheduler: 'OFF' }];
  if (sql !== 'SHOW SLAVE STATUS' || host === 'db10') return [];
  return [
    { Master_Host: 'db10', Master_Port: 3306, Slave_IO_Running: 'Yes', Slave_SQL_Running: 'Yes', Using_Gtid: 'No' },
  ];
}

const named = ({ events }: Look) => events.map(({ server, names }) => [server.hostname, names]);

test('servers, replication, events; no host may take longer than 3 s, whatever is configured', async () => {
  const look = await looked();
  assert.deepEqual(
    look.survey.servers.map(({ readOnly, source }) => [readOnly, source?.hostname ?? null]),
    [
      [false, null],
      [true, 'db10'],
      [true, 'db10'],
    ],
  );
  assert.deepEqual(named(look), [
    ['db11', []],
    ['db12', []],
  ]);
  assert.deepEqual(look.errant, []);
  assert.ok(Math.max(...look.limits) <= 3_000);
});

test('events run only where they are enabled and the scheduler is on', async () => {
  const events =
    (scheduler: string): Answer =>
    (host, sql) => {
      if (host !== 'db12') return undefined;
      if (sql.includes('event_scheduler')) return [{ scheduler }];
      if (!sql.includes('EVENTS')) return undefined;
      return ['ENABLED', 'DISABLED', 'SLAVESIDE_DISABLED'].map((status) => ({
        es: 'app',
        name: status,
        definer: 'd@h',
        status,
      }));
    };
  assert.deepEqual(named(await looked(events('ON')))[1], ['db12', ['app.ENABLED']]);
  assert.deepEqual(named(await looked(events('OFF')))[1], ['db12', []]);
  assert.deepEqual(named(await looked(events('ON'), 'move_events=no\n')), [], 'not ours to say');
});

test('what is refused is not known, and the rest is', async () => {
  const look = await looked((host, sql) => {
    if (host === 'db11' && sql.includes('event_scheduler')) throw new Failure('mysql', 'denied');
    return undefined;
  });
  assert.deepEqual(named(look)[0], ['db11', { unknown: 'denied' }]);
  assert.equal(look.survey.servers[1]?.readOnly, true);
});
