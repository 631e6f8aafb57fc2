import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { bundle } from '../../../build/bundle.ts';
import { awsSdkPath, bundlePath, grpcPath } from '../../../build/paths.ts';

test('no library prints anything: mysql2 would print stack traces of what a server sends', async () => {
  await bundle();
  for (const path of [bundlePath, awsSdkPath, grpcPath])
    assert.doesNotMatch(readFileSync(path, 'utf8'), /\bconsole\.(?:trace|log|warn|error|info)\(/, path);
});
