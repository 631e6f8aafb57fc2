import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ESLint, Linter } from 'eslint';
import { fileNames } from '../../../build/lint/fileNames.ts';
import { root } from '../../../build/paths.ts';

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

const offences: readonly (readonly [what: string, path: string, source: string, rule: string])[] = [
  [
    'a step that imports a procedure',
    'src/steps/Step.ts',
    "export { onlineStop } from '../procedures/onlineStop.ts';",
    'own/imports',
  ],
  [
    'a procedure that imports a command',
    'src/procedures/hooks/onlineStop.ts',
    "export * from '../commands/config.ts';",
    'own/imports',
  ],
  [
    'a command that skips the procedures',
    'src/commands/configCommand.ts',
    "export { metalProvider } from '../vip/metal.ts';",
    'own/imports',
  ],
  [
    'an adapter imported by a procedure',
    'src/procedures/hooks/onlineStop.ts',
    "export { systemClock } from '../adapters/systemClock.ts';",
    'own/imports',
  ],
  [
    'an adapter imported at run time',
    'src/mysql/openServer.ts',
    "export const load = () => import('../adapters/mysql2Connection.ts');",
    'own/imports',
  ],
  [
    'the wiring imported by the commands',
    'src/cli.ts',
    "export { createContext } from './context/createContext.ts';",
    'own/imports',
  ],
  ['vip that imports mysql', 'src/vip/none.ts', "export { openServer } from '../mysql/openServer.ts';", 'own/imports'],
  [
    'mha that imports something above',
    'src/mha/exitCodes.ts',
    "export type { Step } from '../steps/Step.ts';",
    'own/imports',
  ],
  [
    'errors that import anything',
    'src/errors/errors.ts',
    "export { nearest } from '../config/nearest.ts';",
    'own/imports',
  ],
  ['config that leaves src', 'src/config/nearest.ts', "export { root } from '../../build/paths.ts';", 'own/imports'],
  ['mysql2 outside adapters', 'src/mysql/openServer.ts', "export { createConnection } from 'mysql2';", 'own/imports'],
  [
    'ssh2 loaded outside adapters',
    'src/vip/metal/provider.ts',
    "export const load = () => import('ssh2');",
    'own/imports',
  ],
  ['nodemailer in a procedure', 'src/procedures/report/sendReport.ts', "import 'nodemailer';", 'own/imports'],
  [
    'files in config',
    'src/config/load.ts',
    "import { readFile } from 'node:fs/promises';\nvoid readFile('x');",
    'own/imports',
  ],
  [
    'programs in vip',
    'src/vip/metal/provider.ts',
    "import * as processes from 'node:child_process';\nvoid processes.spawn('x');",
    'own/imports',
  ],
  [
    'a connection in config',
    'src/config/hostName.ts',
    "import { connect, isIP } from 'node:net';\nvoid [connect, isIP];",
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
  ['a file of more than 250 lines', 'src/config/nearest.ts', `export const x = 1;${'\n'.repeat(250)}`, 'max-lines'],
];

for (const [what, path, source, rule] of offences) {
  test(`lint sees ${what}`, async () => {
    assert.deepEqual(new Set(await objections(path, `${source}\n`)), new Set([rule]));
  });
}

const innocent: readonly (readonly [what: string, path: string, source: string])[] = [
  ['types of the context anywhere', 'src/mysql/openServer.ts', "export type { Tools } from '../context/Context.ts';"],
  ['what net computes', 'src/config/hostName.ts', "import { isIP } from 'node:net';\nexport const yes = isIP('::1');"],
  ['a date made of a text', 'src/steps/Step.ts', "export const day = new Date('2026-01-31');"],
  [
    'procedures in commands',
    'src/commands/configCommand.ts',
    "export { onlineStop } from '../procedures/onlineStop.ts';",
  ],
  [
    'anything of Node in adapters',
    'src/adapters/files/diskFiles.ts',
    "import { readFile } from 'node:fs/promises';\nexport const text = readFile('x');\nsetTimeout(() => undefined, 1);",
  ],
];

for (const [what, path, source] of innocent) {
  test(`lint lets pass: ${what}`, async () => {
    assert.deepEqual(await objections(path, `${source}\n`), []);
  });
}

const namesOfFiles: readonly (readonly [path: string, wanted: RegExp | null])[] = [
  ['src/config/index.ts', /no index files/],
  ['src/utils/text.ts', /says nothing/],
  ['src/config/hostUtils.ts', /says nothing/],
  ['src/mysql/my-server.ts', /not camelCase/],
  ['src/mysql/Server.ts', null],
  ['test/unit/config/hostName.test.ts', null],
];

for (const [path, wanted] of namesOfFiles) {
  test(`the name ${path} is ${wanted === null ? 'fine' : 'refused'}`, () => {
    const messages = new Linter({ cwd: root }).verify(
      '',
      [{ files: ['**/*.ts'], plugins: { own: { rules: { names: fileNames } } }, rules: { 'own/names': 'error' } }],
      join(root, path),
    );
    if (wanted === null) assert.deepEqual(messages, []);
    else assert.match(messages.map(({ message }) => message).join('\n'), wanted);
  });
}
