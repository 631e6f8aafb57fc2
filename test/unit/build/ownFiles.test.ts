// The files that the manual lists are those that the program makes.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileGroups, packagedFiles } from '../../../build/ownFiles.ts';
import { packageFiles } from '../../../build/packageFiles.ts';
import { root } from '../../../build/paths.ts';
import { readyPath } from '../../../src/adapters/ready/client.ts';
import { defaultLogFile } from '../../../src/commands/monitor/monitorCommand.ts';
import { nodeLayer, packagedLayer } from '../../../src/mha/compatLayer.ts';
import { namesOf, reducedFile, trialFile } from '../../../src/procedures/monitor/monitorFiles.ts';
import { refusedDirectory, spoolDirectory } from '../../../src/procedures/outbox/spool.ts';
import { journalPath } from '../../../src/steps/journalFiles.ts';

const places = {
  configDirectory: '/etc/mha-helper',
  stateDirectory: '/var/lib/mha-helper',
  hostname: 'mgr',
  pid: 1,
  bootId: null,
};
const listed = fileGroups.flatMap(({ files }) => files);
const mails = 'TIME-CLUSTER-PID.json';

test('each path that the program makes is in the list', () => {
  const { record, lock, output } = namesOf(places, 'NAME');
  const made = [
    places.configDirectory,
    places.stateDirectory,
    journalPath(places, 'CLUSTER'),
    readyPath(places.stateDirectory, 'db10 db11').replace(/-[0-9a-f]{16}$/, '-HASH'),
    `${spoolDirectory({ places })}/${mails}`,
    `${refusedDirectory({ places })}/${mails}`,
    record,
    lock,
    output,
    reducedFile(places, '/etc/mha/NAME.conf'),
    trialFile(places, '/etc/mha/NAME.conf'),
    defaultLogFile,
    packagedLayer,
    `~/${nodeLayer}`,
  ];
  const paths = listed.map(({ path }) => path);
  for (const path of made) assert.ok(paths.includes(path), path);
});

test('what the packages bring is in the packages, with the mode that is said', () => {
  const units = '/usr/lib/systemd/system';
  const files = packageFiles({ documents: '/usr/share/doc/mha-helper', zshFunctions: '/usr/share/zsh', units });
  const found = (wanted: string) => files.find(({ path }) => path === wanted);
  const others = listed.filter(({ path }) => !packagedFiles.some((file) => file.path === path) && found(path));
  for (const { path, mode } of [...packagedFiles, ...others]) {
    const file = found(path) ?? assert.fail(`${path} is in no package`);
    const actual = 'directory' in file ? file.directory : 'mode' in file && file.mode;
    assert.equal(Number(actual).toString(8).padStart(4, '0'), mode, path);
  }
});

function sourceTexts(): readonly string[] {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  return files.filter((name) => name.endsWith('.ts')).map((name) => readFileSync(join(root, 'src', name), 'utf8'));
}

test('the README and docs/ are in the packages, for the messages that name them', () => {
  const documents = '/usr/share/doc/mha-helper';
  const files = packageFiles({ documents, zshFunctions: '/usr/share/zsh', units: '/usr/lib/systemd/system' });
  const paths = files.map(({ path }) => path);
  assert.deepEqual(paths, [...new Set(paths)]);
  for (const name of ['README.md', 'docs', 'docs/reference', 'docs/reference/options.md', 'docs/report.png'])
    assert.ok(paths.includes(`${documents}/${name}`), name);
  assert.ok(!paths.some((path) => path.startsWith(`${documents}/docs/`) && path.endsWith('.json')));
  // A message that names a place in there names one that is there.
  const named = sourceTexts().flatMap((text) => text.match(/\/usr\/share\/doc\/mha-helper[\w/.-]*/g) ?? []);
  assert.notEqual(named.length, 0);
  for (const path of named) assert.ok(paths.includes(path.replace(/[/.]$/, '')), path);
});
