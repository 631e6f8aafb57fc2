import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, SqlError } from '../../../../src/errors/errors.ts';
import type { SqlRow } from '../../../../src/context/Context.ts';
import type { StoreSilence } from '../../../../src/procedures/managers/storeSilence.ts';
import {
  beginWithoutStore,
  insistSilent,
  isSilenceRequest,
  refusedWithoutStore,
} from '../../../../src/procedures/managers/withoutStore.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const silent: StoreSilence = {
  forMs: 60_000,
  why: 'no answer',
  ttlMs: 10_000,
  own: ['host1', '10.0.0.1'],
  others: [{ manager: 'mgr2', hosts: ['host2', '10.0.0.2'] }],
  failover: null,
};
const app = { servers: [{ hostname: 'db11', port: 3306, user: 'mha', password: 'p' }] } as never;
const settings = { options: { mysql_tls: 'opportunistic' } } as never;

function world(answer: object | Error, sessions: readonly SqlRow[] = [], lock: number | null = null) {
  const killed: string[] = [];
  const connection = {
    threadId: 1,
    query: (sql: string) => {
      if (sql.startsWith('KILL')) killed.push(sql);
      if (sql.startsWith('SHOW'))
        return Promise.resolve(sessions.filter(({ Id }) => !killed.includes(`KILL CONNECTION ${Id}`)));
      return Promise.resolve([{ id: lock, lock0: null, lock1: null }]);
    },
    close: () => Promise.resolve(),
  };
  const tools = fakeTools('', {
    askLine: (_path, line) => {
      assert.ok(isSilenceRequest(line));
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(JSON.stringify(answer));
    },
    mysql: () => Promise.resolve(connection as never),
  });
  return { killed, tools, begin: () => beginWithoutStore(app, settings, 'c.guard', tools) };
}
const session = (id: number, host: string): SqlRow => ({ Id: id, User: 'mha', Host: `${host}:4711`, Info: null });

test('on the word of a person: whom nobody could ask is named, and their sessions end', async () => {
  const { killed, tools, begin } = world(silent, [session(5, '10.0.0.2'), session(6, '10.0.0.1')]);
  await begin();
  assert.deepEqual(killed, ['KILL CONNECTION 5']);
  assert.match(tools.log.lines.join('\n'), /nobody could ask mgr2 \(host2, 10\.0\.0\.2\); on your word/);
});

test('refused while etcd answers, while one may act, and after a failover that was under way', async () => {
  const refusals: readonly (readonly [object | Error, RegExp])[] = [
    [{ ...silent, forMs: null }, /etcd answers: do it with etcd/],
    [{ ...silent, forMs: 4000 }, /silent for 4 s: one that leads may act for 6 s more/],
    [{ ...silent, failover: 'the failover of db10 is not finished' }, /last heard, the failover of db10/],
    [{}, /gave no answer that can be read/],
    [new Failure('environment', 'nobody listens'), /whether etcd answers is not known: nobody listens/],
  ];
  for (const [answer, why] of refusals) {
    const { killed, begin } = world(answer, [session(5, '10.0.0.2')]);
    await assert.rejects(begin, why);
    assert.deepEqual(killed, []);
  }
});

test('refused while another manager is at a failover, and where its sessions cannot be ended', async () => {
  const running = world(silent, [session(5, '10.0.0.2')], 5);
  await assert.rejects(running.begin, /a failover is running: session 5 from 10\.0\.0\.2 on db11 has MHA's lock/);
  assert.deepEqual(running.killed, []);
  await world(silent, [session(6, '10.0.0.1')], 6).begin();
  const denied = new Failure('mysql', 'db11: access denied', { cause: new SqlError(1045, 'x') });
  const { tools } = world(silent);
  const refusing = { ...tools, connect: { ...tools.connect, mysql: () => Promise.reject(denied) } };
  await assert.rejects(beginWithoutStore(app, settings, 'c.guard', refusing), /cannot be ended: db11: access denied/);
});

test('each further change: only while etcd is still silent', async () => {
  await insistSilent('c.guard', world(silent).tools);
  await assert.rejects(insistSilent('c.guard', world({ ...silent, forMs: null }).tools), /etcd answers again/);
  await assert.rejects(insistSilent('c.guard', world(new Error('x')).tools), /is not known/);
});

test('without that word it is refused, and a person is told what to see to', () => {
  const { message, hint } = refusedWithoutStore(silent);
  assert.match(
    message,
    /^etcd does not answer \(no answer\): nobody can say whether mgr2 \(host2, 10\.0\.0\.2\) leads$/,
  );
  assert.match(hint ?? '', /--without-store/);
  assert.match(refusedWithoutStore({ ...silent, others: [] }).message, /whether another manager \(none was known/);
});
