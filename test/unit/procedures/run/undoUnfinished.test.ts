import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Failure } from '../../../../src/errors/errors.ts';
import { undoUnfinished } from '../../../../src/procedures/run/undoUnfinished.ts';
import { app, cluster } from '../orders/orderCases.ts';

const at = '2026-01-31T03:00:00.000Z';
const caller = (pid: number): object => ({ pid, startTicks: '1', program: 'masterha_manager' });

/**
 * `online stop` of db10 whose MHA has ended, then these lines; process 9 lives.
 * @param hasEnded false: it was killed
 */
function stopped(lines: readonly object[], hasEnded = true) {
  const { state, tools } = cluster();
  Object.assign(state.db10, { readOnly: true });
  for (const one of [state.db11, state.db12]) Object.assign(one, { readOnly: true, source: '10.0.0.10' });
  const set = { run: 'a', id: 'set-read-only:db10', at };
  const stop = [
    {
      kind: 'run',
      run: 'a',
      pid: 7,
      procedure: 'online stop',
      origHost: 'db10',
      newHost: 'db11',
      at,
      caller: caller(5),
    },
    { kind: 'step', title: 'close db10', before: { readOnly: false, superReadOnly: null }, ...set },
    { kind: 'done', ...set },
    ...(hasEnded ? [{ kind: 'end', run: 'a', outcome: 'done', message: '', at }] : []),
  ];
  const text = [...stop, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
  tools.files.texts.set('/var/lib/mha-helper/c.journal', text);
  const isRunning = ({ pid }: { readonly pid: number }): Promise<boolean> => Promise.resolve(pid === 9);
  return { state, tools: { ...tools, connect: { ...tools.connect, isRunning } } };
}

function failover(procedure: string, pid: number): readonly object[] {
  return [
    { kind: 'run', run: 'b', pid: 8, procedure, origHost: 'db10', newHost: null, at, caller: caller(pid) },
    { kind: 'end', run: 'b', outcome: 'done', message: '', at },
  ];
}

test('the writer is given back when MHA has ended', async () => {
  for (const lines of [[], failover('hard stopssh', 5)]) {
    const { state, tools } = stopped(lines);
    assert.deepEqual(await undoUnfinished(app, 'c', tools), { kind: 'done' });
    assert.equal(state.db10.readOnly, false);
  }
});

test('a new master that is silent was closed by stop, where the record would have its start', async () => {
  const given = async (hasEnded: boolean, disk: 'works' | 'full'): Promise<boolean> => {
    const { state, tools } = stopped([], hasEnded);
    state.db11.up = false;
    if (disk === 'full') tools.files.append = () => Promise.reject(new Error('ENOSPC'));
    const undoing = undoUnfinished(app, 'c', tools, { vouched: [], atOnce: true });
    await undoing.catch(({ message }: Failure) => assert.match(message, /db11/));
    return !state.db10.readOnly;
  };
  assert.deepEqual(
    [await given(true, 'works'), await given(true, 'full'), await given(false, 'works')],
    [true, false, false],
  );
});

test('not while MHA fails the same cluster over: between its hooks nobody has the lock', async () => {
  for (const procedure of ['hard stop', 'hard stopssh']) {
    const { state, tools } = stopped(failover(procedure, 9));
    await assert.rejects(undoUnfinished(app, 'c', tools), (error: Failure) => {
      assert.match(
        error.message,
        new RegExp(`called "${procedure}" of db10, fails over \\(pid 9\\); nothing was undone`),
      );
      return error.passing;
    });
    assert.equal(state.db10.readOnly, true);
  }
});
