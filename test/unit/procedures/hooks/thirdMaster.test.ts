import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from '../../../../src/context/budget.ts';
import type { SqlConnection } from '../../../../src/context/Context.ts';
import { Failure } from '../../../../src/errors/errors.ts';
import type { MasterEnd } from '../../../../src/mha/request.ts';
import type { RunRequest } from '../../../../src/procedures/run/openRun.ts';
import type { HostSettings } from '../../../../src/config/options.ts';
import { otherServers, refuseThirdMaster, refuseUnknownHolder } from '../../../../src/procedures/hooks/thirdMaster.ts';
import { fakeTools, readOnlyConnection } from '../../../doubles/tools.ts';

const end = (host: string): MasterEnd => ({ host, ip: host, port: 3306, user: 'u', password: 'p' });

interface Third {
  readonly readOnly?: boolean;
  /** How its threads are; null: it is no replica. */
  readonly threads?: 'Yes' | 'No' | null;
  readonly fails?: { readonly code: string };
  readonly application?: string | null;
  /** Whether the connection that was opened before MHA's call lives; undefined: there is none. */
  readonly ready?: boolean;
}

const application = ['[server default]', 'user=u', 'password=p'];
const servers = ['db10', 'db11', 'db12'].flatMap((host, id) => [`[server${id}]`, `hostname=${host}`]);

function look(kind: 'planned' | 'failover', third: Third) {
  const asked: string[] = [];
  const tools = fakeTools('[default]\nvip_type = none\n[db10]\n[db11]\n[db12]\n', {
    mhaCaller: () =>
      Promise.resolve(
        third.application === null
          ? null
          : { pid: 5, startTicks: '1', program: 'masterha_manager', conf: '/etc/mha/c.cnf' },
      ),
    mysql({ label }) {
      asked.push(label);
      if (third.fails !== undefined)
        return Promise.reject(new Failure('mysql', `${label}: ${third.fails.code}`, { cause: third.fails }));
      return Promise.resolve(server(third));
    },
  });
  tools.files.texts.set('/etc/mha/c.cnf', third.application ?? [...application, ...servers].join('\n'));
  const ready: RunRequest['ready'] = {
    ssh: () => undefined,
    mysql({ label }) {
      if (third.ready === undefined) return undefined;
      asked.push(`${label}, opened before`);
      return third.ready ? Promise.resolve(server(third)) : Promise.reject(new Failure('mysql', 'gone'));
    },
  };
  const settings = { options: {}, file: '/etc/mha-helper/c.conf' } as HostSettings;
  const run = {
    tools,
    settings: () => settings,
    budget: new Budget(tools.clock, 'hard start', 60_000),
    request: { ready },
  };
  return { asked, seen: otherServers(run, kind, end('db10'), end('db11')) };
}

function server({ readOnly = true, threads = 'Yes' }: Third): SqlConnection {
  const connection = readOnlyConnection({ readOnly });
  const row = {
    Master_Host: 'db10',
    Master_Port: 3306,
    Slave_IO_Running: threads ?? 'No',
    Slave_SQL_Running: threads ?? 'No',
    Seconds_Behind_Master: 0,
    SQL_Delay: 0,
    Last_IO_Error: '',
    Last_SQL_Error: '',
    Slave_SQL_Running_State: '',
  };
  return {
    ...connection,
    query: (sql, values, ms) =>
      /SLAVES? STATUS/.test(sql) ? Promise.resolve(threads === null ? [] : [row]) : connection.query(sql, values, ms),
  };
}

test('only the servers that the switch is not about are asked', async () => {
  const { asked, seen } = look('planned', {});
  assert.deepEqual(await seen, { master: null, unknown: null });
  assert.deepEqual(asked, ['db12']);
});

test('one that takes writes and has no master is a master', async () => {
  for (const kind of ['planned', 'failover'] as const) {
    const seen = await look(kind, { readOnly: false, threads: null }).seen;
    assert.deepEqual(seen, { master: 'db12', unknown: null });
    assert.throws(() => refuseThirdMaster(seen, end('db11')), { kind: 'refused', message: /db12 takes writes/ });
  }
});

test('a replica that nobody has closed is none, unless it has stopped since MHA saw it replicate', async () => {
  const open = { readOnly: false };
  assert.equal((await look('planned', open).seen).master, null);
  assert.equal((await look('planned', { ...open, threads: 'No' }).seen).master, 'db12');
  assert.equal((await look('failover', { ...open, threads: 'No' }).seen).master, null);
});

test('no answer is not known; nor is a refused connection, which a firewall may refuse', async () => {
  for (const code of ['EHOSTUNREACH', 'ECONNREFUSED'])
    assert.deepEqual(await look('failover', { fails: { code } }).seen, { master: null, unknown: `db12: ${code}` });
});

test('for a person who calls a hook, the hosts of our own file; a file that cannot be read tells nothing', async () => {
  const { asked, seen } = look('planned', { application: null, readOnly: false, threads: null });
  assert.equal((await seen).master, 'db12');
  assert.deepEqual(asked, ['db12']);
  assert.match((await look('planned', { application: '[server1]\nport=x\n' }).seen).unknown ?? '', /c\.cnf/);
});

test('somebody who answers for the address may be the server that is not known', async () => {
  const unknown = { master: null, unknown: 'db12: no answer' };
  const somebody = () => Promise.resolve({ kind: 'somebody', who: 'a host' } as const);
  await assert.rejects(refuseUnknownHolder(unknown, somebody, end('db11')), { kind: 'refused' });
  await refuseUnknownHolder(unknown, () => Promise.resolve({ kind: 'nobody' }), end('db11'));
  await refuseUnknownHolder({ master: null, unknown: null }, () => assert.fail('nobody is asked'), end('db11'));
});

test('a connection from before is asked; where it has died, a new one', async () => {
  const living = look('failover', { ready: true, readOnly: false, threads: null });
  assert.deepEqual((await living.seen).master, 'db12');
  assert.deepEqual(living.asked, ['db12, opened before']);
  const dead = look('failover', { ready: false, readOnly: false, threads: null });
  assert.deepEqual((await dead.seen).master, 'db12');
  assert.deepEqual(dead.asked, ['db12, opened before', 'db12']);
});
