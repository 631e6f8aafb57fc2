import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { detachedProcesses } from '../../../../src/adapters/processes/detachedProcesses.ts';
import { Failure } from '../../../../src/errors/errors.ts';

test('what a program prints is for its owner and his group', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'mha-helper-test-'));
  const path = join(directory, 'logs/output');
  await detachedProcesses(() => process.env).startDetached(['true'], path);
  assert.equal(statSync(path).mode & 0o137, 0);
  rmSync(directory, { recursive: true });
});

test('a log that cannot be written is one clear line, and no defect', async () => {
  await assert.rejects(
    detachedProcesses(() => process.env).startDetached(['true'], '/etc/passwd/monitor.log'),
    (error) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.kind, 'environment');
      assert.match(error.message, /^\/etc\/passwd\/monitor\.log cannot be written: ENOTDIR|EEXIST/);
      return true;
    },
  );
});
