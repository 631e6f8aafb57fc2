import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { askTerminal } from '../../../../src/adapters/terminal/askTerminal.ts';

test('a line is the answer, the end of the input is none, and an interruption is one', async () => {
  const output = new PassThrough({ encoding: 'utf8' });
  const never = new AbortController().signal;
  const typed = new PassThrough();
  const answer = askTerminal(typed, output, 'Go on? ', never);
  typed.write('yes\nmore\n');
  assert.equal(await answer, 'yes');
  assert.equal(output.read(), 'Go on? ');
  const closed = new PassThrough();
  closed.end();
  assert.equal(await askTerminal(closed, output, '?', never), '');
  const interruption = new AbortController();
  const waiting = askTerminal(new PassThrough(), output, '?', interruption.signal);
  interruption.abort(new Error('SIGINT'));
  await assert.rejects(waiting, { message: 'SIGINT' });
  await assert.rejects(async () => askTerminal(typed, output, '?', interruption.signal), { message: 'SIGINT' });
});
