import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { optionsMarkdown, optionsRoff, withOptions } from '../../../build/configReference.ts';
import { optionNames } from '../../../src/config/options.ts';

const script = fileURLToPath(new URL('../../../build/configReference.ts', import.meta.url));

test('Markdown has a row for every option', () => {
  const lines = optionsMarkdown().split('\n');
  assert.equal(lines.filter((line) => line.startsWith('| `')).length, optionNames.length);
  assert.ok(lines.indexOf('Only with vip_type = aws:') < lines.findIndex((line) => line.startsWith('| `aws_method` ')));
  assert.equal(lines[0], '| option | allowed values | default | per host | what it does |');
  assert.equal(
    lines.find((line) => line.includes('`kill_after_timeout`')),
    '| `kill_after_timeout` | a whole number of seconds from 0 to 3600 | `5` | yes | How long running statements ' +
      'and open transactions get to end on the original master before their sessions are terminated. |',
  );
  assert.match(optionsMarkdown(), /\| `fence_command` \| any text \|  \| yes \|/);
});

test('roff has a paragraph for every option, with its dashes kept', () => {
  const roff = optionsRoff();
  assert.equal(roff.match(/^\.TP$/gm)?.length, optionNames.length);
  assert.match(
    roff,
    /^\.TP\n\.B vip_type\n[^\n]+\nAllowed: none, metal, aws, openstack or command\. Default: none\.\n/,
  );
  assert.match(roff, /Default: mha\\-helper@/);
  assert.doesNotMatch(roff, /[^\\]-/);
});

test('the part between the marks is rewritten, and only that', () => {
  const readme = 'before\n<!-- options:begin -->\nold\n<!-- options:end -->\nafter\n';
  const fresh = withOptions(readme);
  assert.equal(fresh, `before\n<!-- options:begin -->\n${optionsMarkdown()}<!-- options:end -->\nafter\n`);
  assert.equal(withOptions(fresh), fresh);
  assert.throws(() => withOptions('<!-- options:end --> <!-- options:begin -->'), /are missing/);
});

test('--check fails when the README is out of date', () => {
  const directory = mkdtempSync(join(tmpdir(), 'mha-helper-'));
  try {
    const path = join(directory, 'README.md');
    writeFileSync(path, '<!-- options:begin -->\n<!-- options:end -->\n');
    const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
    const stale = run(path, '--check');
    assert.deepEqual(
      [stale.status, stale.stderr],
      [1, `${path}: the table of options is out of date; run build/configReference.ts ${path}\n`],
    );
    assert.equal(run(path).status, 0);
    assert.match(readFileSync(path, 'utf8'), /`vip_type`/);
    assert.equal(run(path, '--check').status, 0);
    assert.equal(run().status, 2);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
