// The table of variables is what the source reads and gives.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../../build/paths.ts';
import {
  commonVariables,
  givenVariables,
  internalVariables,
  settingVariables,
} from '../../../src/context/environment.ts';

const table = [...settingVariables, ...commonVariables, ...givenVariables].map(({ name }) => name);
const known = [...table, ...internalVariables];

function sources(): readonly string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|pm)$/.test(name) && name !== 'context/environment.ts')
    .map((name) => readFileSync(join(root, 'src', name), 'utf8'));
}

const texts = sources();

test('each variable that the source reads is in the table', () => {
  const read = texts.flatMap((text) => [
    ...[...text.matchAll(/\benv\['(\w+)'\]/g)].map(([, name = '']) => name),
    ...[...text.matchAll(/\$ENV\{(\w+)\}/g)].map(([, name = '']) => name),
  ]);
  assert.ok(read.includes('MHA_HELPER_DEBUG') && read.includes('MHA_HELPER_STALL_SECONDS'));
  assert.deepEqual(
    [...new Set(read)].filter((name) => !known.includes(name)),
    [],
  );
});

test('each MHA_HELPER_ name in the source is in the table', () => {
  const named = texts.flatMap((text) => text.match(/MHA_HELPER_[A-Z]+(?:_[A-Z]+)*/g) ?? []);
  // The version is put in when the executable is built.
  const unknown = [...new Set(named)].filter((name) => !known.includes(name) && name !== 'MHA_HELPER_VERSION');
  assert.deepEqual(unknown, []);
});

test('each variable of the table is read or given somewhere', () => {
  const all = texts.join('\n');
  for (const name of [...settingVariables, ...commonVariables].map((variable) => variable.name)) {
    if (name.endsWith('*')) continue;
    assert.ok(all.includes(`'${name}'`) || all.includes(`{${name}}`), name);
  }
  // fence_command and the commands of vip_type = command get them as an object, without the beginning of the name.
  const given = [...all.matchAll(/^\s+([A-Z]+): /gm)].map(([, name = '']) => `MHA_HELPER_${name}`);
  for (const { name } of givenVariables) assert.ok(given.includes(name), name);
  assert.match(all, /\{ HOST: end\.host, IP: end\.ip \}/);
});
