import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sayLastWord } from '../../../../src/adapters/ready/lastWord.ts';

async function heard(answer: string | null): Promise<{ readonly said: boolean; readonly words: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'word-'));
  let words = '';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      words += data.toString();
      if (answer === null) socket.destroy();
      else socket.write(answer);
    });
  });
  server.listen(join(directory, 'word'));
  await once(server, 'listening');
  const said = await sayLastWord(join(directory, 'word'));
  server.close();
  await rm(directory, { recursive: true });
  return { said, words };
}

test('MHA has it, and says so', async () => {
  assert.deepEqual(await heard('said\n'), { said: true, words: 'now\n' });
});

test('MHA says something else, or ends', async () => {
  assert.equal((await heard('no\n')).said, false);
  assert.equal((await heard(null)).said, false);
});

test('nobody listens, or MHA has no layer', async () => {
  assert.equal(await sayLastWord('/nonexistent/word'), false);
  assert.equal(await sayLastWord(''), false);
  assert.equal(await sayLastWord(undefined), false);
});
