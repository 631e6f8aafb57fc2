// A hook's start-up counts in the write outage: what is not needed for the command that is called must not be loaded.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../../build/paths.ts';

test('at the start neither commands nor procedures nor packages are loaded', async () => {
  const { metafile: { inputs } } = await build({
    entryPoints: [join(root, 'src/main.ts')], absWorkingDir: root, bundle: true, platform: 'node', format: 'cjs', packages: 'external', metafile: true, write: false,
  });
  const loaded = new Set(['src/main.ts']);
  // A set goes on to what is added meanwhile.
  for (const path of loaded) {
    for (const { kind, path: next } of inputs[path]?.imports ?? []) if (kind !== 'dynamic-import') loaded.add(next);
  }
  const needless = [...loaded].filter((path) => !/^(node:|src\/(cli|entryNames|main)\.ts$|src\/(config|context|errors)\/|src\/adapters\/(descriptorOutput|diskFiles|putInPlace|streamLog|systemClock|terminalProgress)\.ts$)/.test(path));
  assert.deepEqual(needless, []);
  assert.ok(loaded.size > 8);
});
