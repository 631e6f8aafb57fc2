import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandResult, Shell } from '../../../../src/context/Context.ts';
import { preparedShell } from '../../../../src/procedures/hooks/preparedShell.ts';
import { FakeClock } from '../../../doubles/clock.ts';

/** @param code of everything that is run before it is time */
function prepared(code = 0) {
  const said: string[] = [];
  const clock = new FakeClock();
  let isTime = false;
  const result = (text: string): Promise<CommandResult> => {
    said.push(text);
    return Promise.resolve({ code: isTime ? 0 : code, stdout: text, stderr: '' });
  };
  const inner: Shell = {
    label: 'db10',
    run: ([program = '']) => result(`run ${program}`),
    arm: ([program = '']) => {
      said.push(`arm ${program}`);
      return () => result(`word ${program}`);
    },
    close: () => Promise.resolve(),
  };
  const shell = preparedShell(inner, { lasting: [['where']], looks: [['look']] }, 1_000, clock);
  isTime = true;
  return { shell, said, clock };
}

test('what lasts is asked once, at once; the look has its moment when it is asked for', async () => {
  const { shell, said } = prepared();
  assert.deepEqual(said, ['run where', 'arm look']);
  assert.equal((await shell.run(['where'], 1)).stdout, 'run where');
  assert.equal((await shell.run(['where'], 1)).stdout, 'run where');
  assert.equal((await shell.run(['look'], 1)).stdout, 'word look');
  assert.equal((await shell.run(['look'], 1)).stdout, 'run look');
  assert.equal((await shell.run(['other'], 1)).stdout, 'run other');
});

test('what could not be asked in advance is asked when it is time', async () => {
  const { shell, said } = prepared(1);
  assert.deepEqual(await shell.run(['where'], 1), { code: 0, stdout: 'run where', stderr: '' });
  assert.deepEqual(said, ['run where', 'arm look', 'run where']);
});

test('a login shell that has waited long is not relied on', async () => {
  const { shell, clock } = prepared();
  await clock.sleep(10_000);
  assert.equal((await shell.run(['look'], 1)).stdout, 'run look');
});
