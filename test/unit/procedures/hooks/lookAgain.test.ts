import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure, SqlError } from '../../../../src/errors/errors.ts';
import { hardStart } from '../../../../src/procedures/hooks/hardStart.ts';
import { onlineStart } from '../../../../src/procedures/hooks/onlineStart.ts';
import { remembered } from '../../../../src/procedures/hooks/lookAgain.ts';
import { FakeClock } from '../../../doubles/clock.ts';
import { fakeTools, readOnlyConnection } from '../../../doubles/tools.ts';

const end = (host: string) => ({ host, ip: host, port: 3306, user: 'u', password: 'p' });
const gone = { cause: Object.assign(new Error('gone'), { code: 'EHOSTUNREACH' }) };

/** db11 has no connection left for so long; meanwhile somebody opens `meanwhile`. */
function busyFor(ms: number, meanwhile: 'db10' | 'db12', db10: 'gone' | 'closed') {
  const states = { db10: { readOnly: true }, db11: { readOnly: true }, db12: { readOnly: true } };
  let [isGone, isOver] = [db10 === 'gone', false];
  const tools = fakeTools('[default]\nvip_type = none\n[db10]\n[db11]\n[db12]\n', {
    mysql: ({ label }) => {
      if (tools.clock.monotonic() - began > ms / 2 && !isOver) {
        states[meanwhile].readOnly = false;
        [isGone, isOver] = [false, true];
      }
      if (label === 'db10' && isGone) return Promise.reject(new Failure('mysql', 'db10: gone', gone));
      if (label === 'db11' && tools.clock.monotonic() - began < ms) {
        const cause = new SqlError(1040, 'Too many connections');
        return Promise.reject(new Failure('mysql', 'db11: Too many connections', { cause }));
      }
      return Promise.resolve(readOnlyConnection(states[label as keyof typeof states]));
    },
    takeReady: () => Promise.resolve(null),
  });
  const began = tools.clock.monotonic();
  return { tools, states };
}

const hard = { command: 'start', orig: end('db10'), new: end('db11') } as const;
const online = { command: 'start', orig: end('db10'), new: end('db11'), origIsNewSlave: false } as const;

test('who was made the master while the new one could not be asked: nobody is opened beside it', async () => {
  const { tools, states } = busyFor(20_000, 'db12', 'gone');
  await assert.rejects(hardStart(hard, tools), { kind: 'refused', message: /db12 takes writes and has no master/ });
  assert.equal(states.db11.readOnly, true);
  const planned = busyFor(20_000, 'db12', 'closed');
  await assert.rejects(onlineStart(online, planned.tools), /db12 takes writes and has no master/);
  assert.equal(planned.states.db11.readOnly, true);
});

test('a dead master that came back meanwhile is closed; an original master that was opened stays alone', async () => {
  const { tools, states } = busyFor(20_000, 'db10', 'gone');
  const outcome = await hardStart(hard, tools);
  assert.match(JSON.stringify(outcome), /db10 was alive again and took writes/);
  assert.deepEqual([states.db10.readOnly, states.db11.readOnly], [true, false]);
  const planned = busyFor(20_000, 'db10', 'closed');
  await assert.rejects(onlineStart(online, planned.tools), /db10 is writable/);
  assert.equal(planned.states.db11.readOnly, true);
});

test('an answer serves for a while, a failure not at all', async () => {
  const clock = new FakeClock();
  let asked = 0;
  const ask = remembered(clock, () => (++asked === 2 ? Promise.reject(new Error('no')) : Promise.resolve(asked)));
  assert.deepEqual(await Promise.all([ask(), ask()]), [1, 1]);
  clock.advance(4_900);
  assert.equal(await ask(), 1);
  clock.advance(200);
  await assert.rejects(ask(), /no/);
  assert.equal(await ask(), 3);
});
