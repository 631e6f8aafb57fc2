// A hook's start-up counts in the write outage: what is not needed for the command that is called must not be loaded.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { join } from 'node:path';
import { build } from 'esbuild';
import { awsSdkPath, bundlePath, root } from '../../../build/paths.ts';

const {
  metafile: { inputs },
} = await build({
  entryPoints: [join(root, 'src/main.ts')],
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  packages: 'external',
  metafile: true,
  write: false,
});

/** What is loaded as soon as this file is. */
function loadedWith(file: string): ReadonlySet<string> {
  const loaded = new Set([file]);
  // A set goes on to what is added meanwhile.
  for (const path of loaded) {
    for (const { kind, path: next } of inputs[path]?.imports ?? []) if (kind !== 'dynamic-import') loaded.add(next);
  }
  return loaded;
}

test('at the start neither commands nor procedures nor packages are loaded', () => {
  const loaded = loadedWith('src/main.ts');
  const needed = [
    /^node:/,
    /^src\/(cli|entryNames|main|commandLine\/commandList)\.ts$/,
    /^src\/(config|context|errors)\//,
    /^src\/adapters\/(systemClock|files\/\w+|terminal\/\w+|processes\/bootId|ready\/ended)\.ts$/,
  ];
  const needless = [...loaded].filter((path) => !needed.some((pattern) => pattern.test(path)));
  assert.deepEqual(needless, []);
  assert.ok(loaded.size > 8);
});

test('the SDK of a cloud, and what reads clouds.yaml, are loaded where that cloud is used only', () => {
  const lazy = new Set(
    Object.values(inputs).flatMap(({ imports }) =>
      imports.flatMap(({ kind, path }) => (kind === 'dynamic-import' ? [path] : [])),
    ),
  );
  const users = (of: RegExp): readonly string[] =>
    [...lazy].filter((file) => [...loadedWith(file)].some((path) => of.test(path)));
  assert.deepEqual(users(/^@aws-sdk\//), ['src/adapters/ec2/client.ts']);
  // It is not even in the file that every start reads.
  assert.deepEqual(
    [bundlePath, awsSdkPath].map((path) => readFileSync(path, 'utf8').includes('AwsEc2QueryProtocol')),
    [false, true],
  );
  assert.deepEqual(
    users(/openstack|neutron|keystone/i).filter((file) => file.startsWith('src/adapters/')),
    ['src/adapters/openstack/neutronClient.ts'],
  );
  assert.deepEqual(users(/^yaml$/), ['yaml']);
});
