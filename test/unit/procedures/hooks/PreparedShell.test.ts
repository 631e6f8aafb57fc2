import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandResult, Shell } from '../../../../src/context/Context.ts';
import { PreparedShell } from '../../../../src/procedures/hooks/PreparedShell.ts';
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
  const shell = new PreparedShell(inner, { lasting: [['where']], looks: [['look']] }, 1_000, clock);
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

test('at the word the looks begin, and each answer is given once', async () => {
  const { shell, said } = prepared();
  shell.look();
  assert.deepEqual(said, ['run where', 'arm look', 'word look']);
  assert.equal((await shell.run(['look'], 1)).stdout, 'word look');
  assert.equal((await shell.run(['look'], 1)).stdout, 'run look');
});

test('what was seen is forgotten where another run may have been at work, and when it is old', async () => {
  const { shell, clock } = prepared();
  shell.look();
  shell.forget();
  assert.equal((await shell.run(['look'], 1)).stdout, 'run look');
  shell.look();
  await clock.sleep(500);
  assert.equal((await shell.run(['look'], 1)).stdout, 'run look');
});

test('a look that is answered says that the connection lives, and one that is not does not', async () => {
  const { shell, said } = prepared();
  await shell.run(['true'], 1);
  shell.look();
  await shell.run(['true'], 1);
  assert.equal((await shell.run(['look'], 1)).stdout, 'word look');
  assert.deepEqual(said, ['run where', 'arm look', 'run true', 'word look']);
  const clock = new FakeClock();
  const silent: Shell = { label: 'db10', run: () => new Promise(() => undefined), close: () => Promise.resolve() };
  const hanging = new PreparedShell(silent, { lasting: [], looks: [['look']] }, 10_000, clock);
  hanging.look();
  await assert.rejects(hanging.run(['true'], 1_000), { kind: 'deadline', message: 'db10: no answer within 1 s' });
});

test('what is armed before the word is found armed by the run', async () => {
  const { shell, said, clock } = prepared();
  shell.arm(['open'], 5);
  const word = shell.arm(['open'], 6);
  assert.equal((await word()).stdout, 'word open');
  assert.deepEqual(said, ['run where', 'arm look', 'arm open', 'word open']);
  shell.arm(['open'], 5);
  await clock.sleep(10_000);
  assert.equal((await shell.arm(['open'], 6)()).stdout, 'word open');
  assert.deepEqual(said.slice(4), ['arm open', 'arm open', 'word open']);
});
