import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detachedProcesses } from '../../../../src/adapters/processes/detachedProcesses.ts';
import { Failure } from '../../../../src/errors/errors.ts';

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
