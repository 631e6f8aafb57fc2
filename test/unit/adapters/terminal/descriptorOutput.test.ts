import assert from 'node:assert/strict';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { descriptorOutput } from '../../../../src/adapters/terminal/descriptorOutput.ts';

const directory = mkdtempSync(join(tmpdir(), 'output-'));
after(() => rmSync(directory, { recursive: true }));

test('it is written at once: whoever leaves after it loses nothing', () => {
  const path = join(directory, 'a');
  const fd = openSync(path, 'a');
  const output = descriptorOutput(fd);
  output.write('one\n');
  output.write('é\n');
  assert.equal(readFileSync(path, 'utf8'), 'one\né\n');
  closeSync(fd);
});

test('what cannot be written is dropped without an error, and the next line tries anew', () => {
  const full = openSync('/dev/full', 'w');
  const output = descriptorOutput(full);
  output.on('error', () => assert.fail());
  assert.ok(output.write('x\n'));
  assert.ok(output.write('y\n'));
  closeSync(full);
  assert.ok(descriptorOutput(full).write('a descriptor that is closed\n'));
});

test('a reader that takes nothing costs two seconds for all lines together, and no line after that', () => {
  const pipe = join(directory, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  const output = descriptorOutput(writer);
  const begun = performance.now();
  output.write('x'.repeat(1024 * 1024));
  output.write('x'.repeat(1024 * 1024));
  const took = performance.now() - begun;
  assert.ok(took > 1_500 && took < 6_000, `${took} ms`);
  readSync(reader, Buffer.alloc(1024 * 1024));
  const again = performance.now();
  output.write('short\n');
  assert.ok(performance.now() - again < 500);
  for (const fd of [reader, writer]) closeSync(fd);
});
