import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Linter } from 'eslint';
import typescript from 'typescript-eslint';
import { imports } from '../../../../build/lint/imports.ts';
import { root } from '../../../../build/paths.ts';

/** What the rule says of `source` as the text of the file at `path`. */
function objections(path: string, source: string): string {
  const messages = new Linter({ cwd: root }).verify(
    source,
    [
      {
        files: ['**/*.ts'],
        languageOptions: { parser: typescript.parser },
        plugins: { own: { rules: { imports } } },
        rules: { 'own/imports': 'error' },
      },
    ],
    join(root, path),
  );
  return messages.map(({ message }) => message).join('\n');
}

const offences: readonly (readonly [what: string, path: string, source: string, message: RegExp])[] = [
  [
    'a step that imports a procedure',
    'src/steps/Step.ts',
    "export { onlineStop } from '../procedures/hooks/onlineStop.ts';",
    /^steps\/ may not import procedures\/$/,
  ],
  [
    'a procedure that imports a command',
    'src/procedures/hooks/onlineStop.ts',
    "export * from '../../commands/configCommand.ts';",
    /^procedures\/ may not import commands\/$/,
  ],
  [
    'a command that skips the procedures',
    'src/commands/configCommand.ts',
    "export { metal } from '../vip/metal/provider.ts';",
    /^commands\/ may not import vip\/metal\/$/,
  ],
  [
    'an adapter imported by a procedure',
    'src/procedures/hooks/onlineStop.ts',
    "export { systemClock } from '../../adapters/systemClock.ts';",
    /^procedures\/ may not import adapters\/$/,
  ],
  [
    'an adapter imported at run time',
    'src/mysql/openServer.ts',
    "export const load = () => import('../adapters/mysql/connection.ts');",
    /^mysql\/ may not import adapters\/mysql\/$/,
  ],
  [
    'the type of an adapter',
    'src/mysql/openServer.ts',
    "export type Connection = import('../adapters/mysql/connection.ts').Connection;",
    /^mysql\/ may not import adapters\/mysql\/$/,
  ],
  [
    'the wiring imported by the commands',
    'src/cli.ts',
    "export { createContext } from './context/createContext.ts';",
    /^cli\.ts may not import context\/createContext\.ts$/,
  ],
  [
    'vip that imports mysql',
    'src/vip/none.ts',
    "export { openServer } from '../mysql/openServer.ts';",
    /^vip\/ may not import mysql\/$/,
  ],
  [
    'a provider that imports another one',
    'src/vip/aws/provider.ts',
    "import type { OpenStackHosts } from '../openstack/hosts.ts';\nexport type Hosts = OpenStackHosts;",
    /^vip\/aws\/ may not import vip\/openstack\/$/,
  ],
  [
    'the metal provider that imports one that stands on it',
    'src/vip/metal/provider.ts',
    "export { commandProvider } from '../command/provider.ts';",
    /^vip\/metal\/ may not import vip\/command\/$/,
  ],
  [
    'a provider that chooses providers',
    'src/vip/command/provider.ts',
    "export { providerFor } from '../providerFor.ts';",
    /^vip\/command\/ may not import vip\/providerFor\.ts$/,
  ],
  [
    'what the clouds share, that imports one of them',
    'src/vip/api/apiProvider.ts',
    "export { awsHosts } from '../aws/hosts.ts';",
    /^vip\/api\/ may not import vip\/aws\/$/,
  ],
  [
    'a procedure that goes past providerFor to one provider',
    'src/procedures/run/openRun.ts',
    "export { awsProvider } from '../../vip/aws/provider.ts';",
    /^procedures\/ may not import vip\/aws\/$/,
  ],
  [
    'the adapter of one cloud that imports that of another one',
    'src/adapters/ec2/client.ts',
    "export { keystoneToken } from '../openstack/keystone.ts';",
    /^adapters\/ec2\/ may not import adapters\/openstack\/$/,
  ],
  [
    'the processes that import SSH',
    'src/adapters/processes/childProcess.ts',
    "export { connectSsh } from '../ssh/connect.ts';",
    /^adapters\/processes\/ may not import adapters\/ssh\/$/,
  ],
  [
    'mha that imports something above',
    'src/mha/exitCodes.ts',
    "export type { Step } from '../steps/Step.ts';",
    /^mha\/ may not import steps\/$/,
  ],
  [
    'errors that import anything',
    'src/errors/errors.ts',
    "export { nearest } from '../config/nearest.ts';",
    /^errors\/ may not import config\/$/,
  ],
  ['config that leaves src', 'src/config/nearest.ts', "export { root } from '../../build/paths.ts';", /outside src\//],
  [
    'mysql2 outside adapters',
    'src/mysql/openServer.ts',
    "export { createConnection } from 'mysql2';",
    /^mysql\/ may not import createConnection of mysql2: /,
  ],
  [
    'ssh2 loaded outside adapters',
    'src/vip/metal/provider.ts',
    "export const load = () => import('ssh2');",
    /^vip\/metal\/ may not import ssh2: /,
  ],
  [
    'nodemailer in a procedure',
    'src/procedures/report/sendReport.ts',
    "import 'nodemailer';",
    /^procedures\/ may not import nodemailer: /,
  ],
  [
    'files in config',
    'src/config/load.ts',
    "import { readFile } from 'node:fs/promises';",
    /^config\/ may not import readFile of node:fs\/promises: /,
  ],
  [
    'programs in vip',
    'src/vip/metal/provider.ts',
    "import * as processes from 'node:child_process';",
    /^vip\/metal\/ may not import node:child_process: /,
  ],
  [
    'a connection in config',
    'src/config/hostName.ts',
    "import { connect, isIP } from 'node:net';",
    /^config\/ may not import connect of node:net: /,
  ],
];

for (const [what, path, source, message] of offences) {
  test(`lint sees ${what}`, () => {
    const [, from = ''] = /'(\.\.?\/[^']*)'/.exec(source) ?? [];
    assert.ok(existsSync(join(root, dirname(path), from)), `${from} is gone: nothing is planted here`);
    assert.match(objections(path, source), message);
  });
}

for (const path of ['src/vip/gcp/provider.ts', 'src/adapters/gcp/client.ts', 'src/drawer/thing.ts']) {
  test(`lint wants a layer for ${path}`, () => {
    assert.match(objections(path, ''), /belongs to no layer of build\/lint\/layers\.ts$/);
  });
}

test('nobody imports what has no layer', () => {
  assert.match(objections('src/cli.ts', "import './drawer/thing.ts';"), /in no layer/);
});

const innocent: readonly (readonly [what: string, path: string, source: string])[] = [
  ['types of the context anywhere', 'src/mysql/openServer.ts', "export type { Tools } from '../context/Context.ts';"],
  ['types of a package', 'src/vip/none.ts', "import type { Connection } from 'mysql2';"],
  ['what net computes', 'src/config/hostName.ts', "import { isIP } from 'node:net';"],
  [
    'procedures in commands',
    'src/commands/configCommand.ts',
    "export { onlineStop } from '../procedures/hooks/onlineStop.ts';",
  ],
  [
    'a provider that stands on the interface and on metal',
    'src/vip/aws/provider.ts',
    "import '../metal/provider.ts';\nimport '../api/apiProvider.ts';\nimport '../Provider.ts';",
  ],
  ['all providers where one is chosen', 'src/vip/providerFor.ts', "import './aws/provider.ts';\nimport './none.ts';"],
  ['anything of Node in adapters', 'src/adapters/files/diskFiles.ts', "import { readFile } from 'node:fs/promises';"],
  ['processes in another adapter', 'src/adapters/ssh/proxy.ts', "import '../processes/childProcess.ts';"],
];

for (const [what, path, source] of innocent) {
  test(`lint lets pass: ${what}`, () => assert.equal(objections(path, source), ''));
}
