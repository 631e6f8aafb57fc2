import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { keepFile, ownAddresses, serveLines } from '../../../../src/adapters/daemon/lineServer.ts';
import { askLine } from '../../../../src/adapters/ready/askLine.ts';

const scratch = mkdtempSync(join(tmpdir(), 'mha-helper-guard-'));
after(() => rmSync(scratch, { recursive: true }));

test('a line is answered with a line of JSON, to this account alone, and again after a restart', async () => {
  const path = join(scratch, 'new', 'c.guard');
  for (const word of ['one', 'two']) {
    const end = await serveLines(path, (line) => Promise.resolve({ [word]: line }));
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(await askLine(path, 'a "b"', 5000), JSON.stringify({ [word]: 'a "b"' }));
    end();
  }
});

test('nobody there, no answer, and an answer that fails: each is an error, none an answer', async () => {
  const path = join(scratch, 'silent.guard');
  await assert.rejects(askLine(join(scratch, 'none'), 'x', 5000), { kind: 'environment' });
  const end = await serveLines(path, (line) =>
    line === 'fail' ? Promise.reject(new Error('no')) : new Promise(() => undefined),
  );
  try {
    await assert.rejects(askLine(path, 'fail', 5000), /closed without an answer/);
    await assert.rejects(askLine(path, 'x', 50), { kind: 'deadline' });
    await assert.rejects(askLine(path, 'x'.repeat(10_000), 5000), { kind: 'environment' });
  } finally {
    end();
  }
});

test('a file that is kept is there whole, with the time that it shall have', () => {
  const path = join(scratch, 'lease');
  keepFile(path, '1\n');
  keepFile(path, '2\n', 1_000_000);
  assert.deepEqual([statSync(path).mtimeMs, statSync(path).mode & 0o777], [1_000_000, 0o600]);
  assert.ok(!ownAddresses().includes('127.0.0.1'));
});
