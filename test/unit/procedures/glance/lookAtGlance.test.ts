import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonTools, SqlConnection, SqlRow, SqlTarget } from '../../../../src/context/Context.ts';
import { Failure } from '../../../../src/errors/errors.ts';
import { lookAtGlance, roleOf } from '../../../../src/procedures/glance/lookAtGlance.ts';
import { journalPath } from '../../../../src/steps/journalFiles.ts';
import { fakeTools } from '../../../doubles/tools.ts';
import { db10, db11, down, master, replica, survey } from '../switch/switchCases.ts';

const conf = '/etc/mha/app1.cnf';
const ofMha =
  '[server default]\nuser=u\npassword=p\n[server1]\nhostname=db10\n[server2]\nhostname=db11\n' +
  '[server3]\nhostname=db12\n';

/** No process of MHA's, no file of its. */
const daemon = {
  processes: { find: () => [], isAlive: () => false, identify: () => null, exitCode: () => null },
  files: { modifiedAt: () => Promise.resolve(null), tail: () => Promise.resolve('') },
} as unknown as DaemonTools;

function answers(host: string, sql: string): readonly SqlRow[] {
  if (sql.includes('VERSION()')) return [{ version: '10.11.6-MariaDB' }];
  if (sql.includes('read_only')) return [{ ro: host === 'db10' ? 0 : 1 }];
  if (sql.includes('gtid')) return [{ gtid: '0-1-42' }];
  if (sql === 'SHOW MASTER STATUS') return [{ File: 'bin.000001', Position: 100 }];
  if (sql.includes('event_scheduler')) throw new Error('denied');
  if (sql.includes('EVENTS')) return [{ es: 's', name: 'e', definer: 'd', status: 'ENABLED' }];
  if (sql !== 'SHOW SLAVE STATUS' || host === 'db10') return [];
  const threads = { Slave_IO_Running: 'Yes', Slave_SQL_Running: 'Yes', Seconds_Behind_Master: 3 };
  return [{ Master_Host: 'db10', Master_Port: 3306, ...threads }];
}

function connection({ label }: SqlTarget, answer: typeof answers): Promise<SqlConnection> {
  if (label === 'db12') return Promise.reject(new Failure('mysql', 'db12: no answer'));
  return Promise.resolve({
    threadId: 1,
    query: (sql) => Promise.resolve().then(() => answer(label, sql)),
    close: () => Promise.resolve(),
  });
}

function tools(helper = '[default]\n[db10]\n[db11]\n[db12]\n', answer = answers): ReturnType<typeof fakeTools> {
  const made = fakeTools(helper, { mysql: (target) => connection(target, answer) });
  made.files.texts.set(conf, ofMha);
  return made;
}

test('each server, whatever it lets us see', async () => {
  const { servers, helperCluster, address, attention, monitor } = await lookAtGlance(conf, tools(), daemon);
  assert.deepEqual(
    servers.map(({ host, role }) => [host, role]),
    [
      ['db10', 'master'],
      ['db11', 'replica'],
      ['db12', 'silent'],
    ],
  );
  const [first, second, third] = servers;
  assert.deepEqual(
    [first?.gtid, first?.position, first?.version, first?.enabledEvents],
    ['0-1-42', 'bin.000001:100', 'MariaDB 10.11.6', 1],
  );
  assert.equal(first?.eventScheduler, null, 'what is refused is not known, and the rest is');
  assert.deepEqual([second?.replicatesFrom, second?.replicationRuns, second?.secondsBehind], ['db10', true, 3]);
  assert.deepEqual([third?.readOnly, third?.version, third?.gtid], [null, null, null]);
  assert.deepEqual([helperCluster, address, monitor?.protected], ['c', null, false]);
  assert.deepEqual(attention, [
    'db12 does not answer',
    'it is not known whether events run on db11, a replica (db11: MySQL refused "SELECT @@global.event_scheduler AS ' +
      'scheduler": denied)',
    'NOT PROTECTED: masterha_manager: NOT_RUNNING; "mha-helper monitor start -c /etc/mha/app1.cnf"',
  ]);
});

test('a replica that runs events, and one that has what the master lacks', async () => {
  const { attention } = await lookAtGlance(
    conf,
    tools('[default]\n[db10]\n[db11]\n[db12]\n', (host, sql) => {
      if (sql.includes('event_scheduler')) return [{ scheduler: 'ON' }];
      if (sql.includes('gtid_binlog_state')) return [{ executed: host === 'db10' ? '0-1-42' : '0-1-42,0-11-43' }];
      const rows = answers(host, sql);
      return sql === 'SHOW SLAVE STATUS' ? rows.map((row) => ({ ...row, Using_Gtid: 'Slave_Pos' })) : rows;
    }),
    daemon,
  );
  assert.match(attention.join('\n'), /^db11 has transactions that db10 lacks \(0-11-\.\.43\): made the master/m);
  assert.match(attention.join('\n'), /^events run on db11, a replica: s\.e; /m);
});

test('nothing is logged and nothing is written: it is looked at again and again', async () => {
  const made = tools();
  const before = new Map(made.files.texts);
  await lookAtGlance(conf, made, daemon);
  assert.deepEqual([made.log.lines, made.files.texts], [[], before]);
});

test('a file that cannot be used is told of, and what the hooks left too', async () => {
  const broken = tools();
  broken.files.texts.set(conf, 'nonsense');
  const { attention, servers } = await lookAtGlance(conf, broken, daemon);
  assert.deepEqual(servers, []);
  assert.match(attention.join('\n'), /app1\.cnf/);

  const other = tools('[default]\n[web1]\n');
  assert.match((await lookAtGlance(conf, other, daemon)).attention.join('\n'), /db10/);

  const killed = tools();
  const at = '2026-01-31T02:00:00.000Z';
  const lines = [
    { kind: 'run', run: 'r', pid: 1, procedure: 'online stop', origHost: 'db10', newHost: 'db11', at },
    { kind: 'step', run: 'r', id: 'set-read-only:db10', title: 'close db10', before: {}, at },
  ];
  killed.files.texts.set(journalPath(killed.places, 'c'), lines.map((line) => JSON.stringify(line)).join('\n'));
  const { runs, attention: found } = await lookAtGlance(conf, killed, daemon);
  assert.deepEqual([runs.last?.outcome, runs.toUndo], ['killed', ['close db10']]);
  assert.match(found.join('\n'), /unfinished work of the hooks: close db10; "mha-helper undo -c/);
});

test('roles', () => {
  const alone = { ...replica(db11, db10), replication: null, source: null };
  const seen = survey([master(db10), alone, down(db11)]);
  assert.deepEqual(
    seen.servers.map((state) => roleOf(state, seen)),
    ['master', 'alone', 'silent'],
  );
  const refused = new Failure('mysql', 'x', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) });
  assert.equal(roleOf({ ...down(db11), failure: refused }, seen), 'down');
});
