import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MhaOutput } from '../../../../src/procedures/switch/mhaOutput.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const path = '/var/log/mha-helper/app.switch.log';

function printing(verbose = false) {
  const tools = fakeTools('');
  const shown: string[] = [];
  const output = new MhaOutput('app', { out: (text) => shown.push(text), verbose }, tools);
  return { tools, shown, output };
}

test('it goes to the file, and nothing of it is shown but warnings of the hooks', async () => {
  const { tools, shown, output } = printing();
  await output.begin('masterha_master_switch --conf=x');
  output.take('Fri Nov 27 10:00:00 2026 - [info] * Phase 1: Configuration Check Phase..\nFri');
  output.take(' Nov 27 10:00:00 2026 - [info] \n2026-11-27 10:00:00.123 war');
  output.take('ning: db10 does not answer\n2026-11-27 10:00:00.124 set read_only=1: done\n');
  await output.end();
  assert.deepEqual(shown, ['2026-11-27 10:00:00.123 warning: db10 does not answer\n']);
  assert.deepEqual(tools.log.lines, [`MHA's output goes to ${path}`]);
  const text = tools.files.texts.get(path) ?? '';
  assert.match(text, /^\n=== 2026-01-31T03:00:00\.000Z masterha_master_switch --conf=x\nFri Nov 27 [^]*: done\n$/);
  assert.equal(text.split('\n').length, 7);
  assert.deepEqual([output.phase, output.midLine], ['Phase 1: Configuration Check Phase', false]);
});

test('the last lines for a person, the earlier ones and empty ones not', async () => {
  const { output } = printing();
  await output.begin('x');
  for (let line = 1; line <= 20; line += 1) output.take(`line ${line}\n\n`);
  const lines = output.lastWords().split('\n');
  assert.deepEqual(lines.slice(0, 3), ['', `The last lines of MHA's output; all of it is in ${path}:`, '  line 9']);
  assert.equal(lines.at(-2), '  line 20');
});

test('all of it as it comes, and then not its end again', async () => {
  const { tools, shown, output } = printing(true);
  await output.begin('x');
  output.take('half a ');
  assert.equal(output.midLine, true);
  output.take('line\n');
  await output.end();
  assert.deepEqual(shown, ['half a ', 'line\n']);
  assert.deepEqual([output.lastWords(), output.midLine], ['', false]);
  assert.match(tools.files.texts.get(path) ?? '', /half a line\n$/);
});

test('a file that cannot be written any more: nothing of it is lost, and it is said once', async () => {
  const { tools, shown, output } = printing();
  await output.begin('x');
  tools.files.append = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
  output.take('one\n');
  output.take('two\n');
  await output.end();
  output.take('three\n');
  await output.end();
  assert.deepEqual(shown.join(''), 'one\ntwo\nthree\n');
  assert.equal(tools.log.lines.filter((line) => line.startsWith('! ')).length, 1);
});

test('one that cannot be written from the beginning', async () => {
  const { tools, shown, output } = printing();
  tools.files.append = () => Promise.reject(Object.assign(new Error('denied'), { code: 'EACCES' }));
  await output.begin('x');
  output.take('one\n');
  assert.deepEqual(shown, ['one\n']);
  assert.match(tools.log.lines.join('\n'), /^! .*switch\.log cannot be written .*: MHA's output is shown here$/);
});

test('a disk that hangs holds nobody up', async () => {
  const { tools, output } = printing();
  tools.files.append = () => new Promise(() => undefined);
  await output.begin('x');
  output.take('one\n');
  await output.end();
  assert.match(output.lastWords(), / {2}one\n$/);
});
