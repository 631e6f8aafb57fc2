// eslint.config.js: each rule that this project counts on sees what is planted, in the files that it is for.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ESLint } from 'eslint';
import { root } from '../../../../build/paths.ts';

const eslint = new ESLint({ cwd: root });

/**
 * The rules that object to `source` if it were the text of `path`, which must exist: the rules with types need the
 * project.
 */
async function objections(path: string, source: string): Promise<string[]> {
  const [result] = await eslint.lintText(source, { filePath: join(root, path) });
  assert.ok(result !== undefined);
  return result.messages.map(({ ruleId, message }) => ruleId ?? message);
}

const nestedTernary = "export const f = (n: number) => (n > 0 ? 'a' : n < 0 ? 'b' : 'c');";
const nestedTemplate = 'export const f = (x: string) => `${x === "" ? "" : `a ${x}`}`;';
const templateInCall = "export const f = (x: string[]) => `${x.map((y) => `a ${y}`).join('')}`;";

const offences: readonly (readonly [what: string, path: string, source: string, rule: string])[] = [
  [
    'an import against the layers',
    'src/steps/Step.ts',
    "export { onlineStop } from '../procedures/hooks/onlineStop.ts';",
    'own/imports',
  ],
  ['process.env', 'src/config/load.ts', 'export const home = process.env.HOME;', 'no-restricted-globals'],
  ['console', 'src/procedures/hooks/onlineStop.ts', "console.log('x');", 'no-restricted-globals'],
  ['a timer', 'src/steps/Step.ts', 'setTimeout(() => undefined, 1);', 'no-restricted-globals'],
  ['fetch', 'src/vip/none.ts', "export const answer = fetch('x');", 'no-restricted-globals'],
  ['the time of day', 'src/procedures/report/sendReport.ts', 'export const now = new Date();', 'no-restricted-syntax'],
  ['Date.now', 'src/procedures/report/sendReport.ts', 'export const now = Date.now();', 'no-restricted-syntax'],
  [
    'a promise that nobody waits for',
    'src/adapters/files/diskFiles.ts',
    "Promise.resolve('x');",
    '@typescript-eslint/no-floating-promises',
  ],
  [
    'a promise taken for a condition',
    'src/adapters/files/diskFiles.ts',
    "if (Promise.resolve(true)) void 'x';",
    '@typescript-eslint/no-misused-promises',
  ],
  [
    'a case that is forgotten',
    'src/mha/exitCodes.ts',
    "export function f(x: 'a' | 'b') { switch (x) { case 'a': return 1; } return 2; }",
    '@typescript-eslint/switch-exhaustiveness-check',
  ],
  ['a source of more than 300 lines', 'src/config/nearest.ts', tooLong(300), 'max-lines'],
  ['a test of more than 500 lines', 'test/unit/config/load.test.ts', tooLong(500), 'max-lines'],
  ['a ternary within a ternary in build', 'build/version.ts', nestedTernary, 'no-nested-ternary'],
  ['a ternary within a ternary in a test', 'test/unit/config/load.test.ts', nestedTernary, 'no-nested-ternary'],
  ['a template within a template in build', 'build/version.ts', nestedTemplate, 'no-restricted-syntax'],
  ['a template deep within a template', 'test/unit/config/load.test.ts', templateInCall, 'no-restricted-syntax'],
];

function tooLong(lines: number): string {
  return `export const x = 1;${'\n'.repeat(lines)}`;
}

for (const [what, path, source, rule] of offences) {
  test(`lint sees ${what}`, async () => {
    assert.deepEqual(new Set(await objections(path, `${source}\n`)), new Set([rule]));
  });
}

const innocent: readonly (readonly [what: string, path: string, source: string])[] = [
  ['a date made of a text', 'src/steps/Step.ts', "export const day = new Date('2026-01-31');"],
  ['a timer in adapters', 'src/adapters/files/diskFiles.ts', 'setTimeout(() => undefined, 1);'],
  ['a template beside a template', 'build/version.ts', 'export const f = (x: string) => `a ${x}` + `b ${x}`;'],
];

for (const [what, path, source] of innocent) {
  test(`lint lets pass: ${what}`, async () => {
    assert.deepEqual(await objections(path, `${source}\n`), []);
  });
}
