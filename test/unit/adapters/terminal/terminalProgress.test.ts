import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { noProgress, terminalProgress } from '../../../../src/adapters/terminal/terminalProgress.ts';

function terminal() {
  const written: string[] = [];
  const stderr = new Writable({
    decodeStrings: false,
    write(chunk: string, _, done) {
      written.push(chunk);
      done();
    },
  });
  return { written, progress: terminalProgress(stderr) };
}

test('each line is written over the one before, and never wraps', () => {
  const { written, progress } = terminal();
  progress.show('one');
  progress.show(`two\nlines ${'x'.repeat(200)}`);
  assert.equal(written[0], '\r\u001b[Kone');
  assert.match(written[1] ?? '', /^\r\u001b\[Ktwo lines x+$/);
  assert.ok((written[1] ?? '').length <= 80 + '\r\u001b[K'.length);
});

test('what was shown is taken away once; where nothing was shown nothing is written', () => {
  const { written, progress } = terminal();
  progress.clear();
  assert.deepEqual(written, []);
  progress.show('one');
  progress.clear();
  progress.clear();
  assert.deepEqual(written.slice(1), ['\r\u001b[K']);
});

test('no text moves the cursor elsewhere', () => {
  const { written, progress } = terminal();
  progress.show('a\u001b[2Jb');
  assert.equal(written.join('').split('\u001b').length, 2);
});

test('output that is no terminal wants none', () => assert.equal(noProgress.wanted, false));
