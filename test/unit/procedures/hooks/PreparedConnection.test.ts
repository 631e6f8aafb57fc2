import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SqlRow } from '../../../../src/context/Context.ts';
import { livesQuery } from '../../../../src/context/livesQuestions.ts';
import { versionQuery } from '../../../../src/mysql/openServer.ts';
import { PreparedConnection } from '../../../../src/procedures/hooks/PreparedConnection.ts';
import { FakeClock } from '../../../doubles/clock.ts';

/** @param fails how often a question fails at first */
function prepared(fails = 0) {
  const asked: string[] = [];
  const clock = new FakeClock();
  let left = fails;
  const connection = new PreparedConnection(
    {
      threadId: 7,
      query(sql): Promise<readonly SqlRow[]> {
        asked.push(sql);
        left -= 1;
        return left >= 0 ? Promise.reject(new Error('no')) : Promise.resolve([{ version: sql }]);
      },
      close: () => Promise.resolve(void asked.push('closed')),
    },
    5_000,
    clock,
  );
  return { asked, clock, connection };
}

test('the version is asked in advance; whether it lives at the word, once', async () => {
  const { asked, connection } = prepared();
  assert.equal(connection.threadId, 7);
  connection.look();
  await connection.query(livesQuery, [], 1);
  assert.deepEqual(await connection.query(versionQuery, [], 1), [{ version: versionQuery }]);
  await connection.query('SELECT 1', [], 1);
  assert.deepEqual(asked, [versionQuery, livesQuery, 'SELECT 1']);
  await connection.query(livesQuery, [], 1);
  await connection.close();
  assert.deepEqual(asked.slice(3), [livesQuery, 'closed']);
});

test('without the word, and long after it, it is asked whether it lives', async () => {
  const { asked, clock, connection } = prepared();
  await connection.query(livesQuery, [], 1);
  connection.look();
  await clock.sleep(500);
  await connection.query(livesQuery, [], 1);
  assert.deepEqual(asked, [versionQuery, livesQuery, livesQuery, livesQuery]);
});

test('a version that was not told is asked for again; one that has died is not taken for alive', async () => {
  const { asked, connection } = prepared(2);
  await connection.query('SELECT 1', [], 1).catch(() => undefined);
  assert.deepEqual(await connection.query(versionQuery, [], 1), [{ version: versionQuery }]);
  assert.deepEqual(asked, [versionQuery, 'SELECT 1', versionQuery]);
  const dead = prepared(9).connection;
  dead.look();
  await assert.rejects(dead.query(livesQuery, [], 1), { message: 'no' });
});
