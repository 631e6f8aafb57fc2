import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lock } from '../../../../src/context/Context.ts';
import { runLock, takeRunLock } from '../../../../src/procedures/run/runLock.ts';
import { fakeTools } from '../../../doubles/tools.ts';

function take(...answers: readonly Lock[]) {
  const rest = [...answers];
  const locks = { take: () => Promise.resolve((rest.length > 1 ? rest.shift() : rest[0]) ?? assert.fail()) };
  return takeRunLock(runLock({ stateDirectory: '/s' }, 'c'), 'we', { ...fakeTools(''), locks });
}
const held = (owner: string): Lock => ({ kind: 'held', owner });
const taken: Lock = { kind: 'taken', release: () => Promise.resolve() };

test('a standing order that is carried out is waited for, within a limit', async () => {
  assert.equal(
    await take(held('"standing order" of db10, pid 7'), held('"standing order (rejoin)" of db10'), taken),
    taken,
  );
  assert.equal((await take(held('"standing order" of db10, pid 7'))).kind, 'held');
});

test('any other run is not', async () => {
  assert.equal((await take(held('"hard start" of db10, pid 7'), taken)).kind, 'held');
});
