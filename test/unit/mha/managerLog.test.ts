import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { firstError, lastFailover, whyNoFailover } from '../../../src/mha/managerLog.ts';
import { layerDirectory } from '../../lab/layer.ts';

const start = 'Sat Jan 31 03:00:00 2026 - [info] MHA::MasterMonitor version 0.58.\n';
const done = (to: string): string => `Master failover to ${to}(192.168.10.11:3306) completed successfully.\n`;
const partly = (to: string): string =>
  `x - [error][/b, ln1] Master failover to ${to}(192.168.10.12:3306) done, but recovery on slave partially failed.\n`;

test('the last failover of the log counts, and whether all replicas follow', () => {
  assert.deepEqual(lastFailover(`${partly('db12')}${done('db11')}`), { to: 'db11', partial: false });
  assert.deepEqual(lastFailover(`${done('db11')}${partly('db12')}`), { to: 'db12', partial: true });
});

test('a failover that was only begun is none', () => {
  assert.equal(lastFailover(''), null);
  assert.equal(lastFailover('Starting master failover.\nMaster failover to db11(192.168.10.11:3306) started.\n'), null);
});

test('the first error since the manager was last started', () => {
  const before = `${start}a - [error][/x.pm, ln1] old\n`;
  const log = `${before}${start}b - [info] fine\nc - [error][/x.pm, ln2] new\nd - [error] later\n`;
  assert.equal(firstError(log), 'new');
  assert.equal(firstError(`${start}d - [error] without a place\n`), 'without a place');
});

test("without an error of MHA's: the last words that anybody has left", () => {
  assert.equal(firstError("Can't locate MHA/MasterMonitor.pm in @INC\nBEGIN failed.\n\n"), 'BEGIN failed.');
  assert.equal(firstError(''), '');
});

test('a command line in it keeps its passwords for itself', () => {
  const line =
    "x - [error][/x.pm, ln1] check --user=mha --master_password='a'\\''b c' --slave_pass=s3 -password=z failed";
  assert.equal(firstError(line), 'check --user=mha --master_password=xxx --slave_pass=xxx -password=xxx failed');
});

test('why MHA does not fail over: the last word of its second look, and what the program has printed', () => {
  const time = 'Thu Jan  1 00:00:00 1970';
  const looks = `${time} - [info] Executing secondary network check script: check\n`;
  const unknown = `${time} - [error][/x.pm, ln2] Got unknown error from check --user=a --master_password='s'. exit.\n`;
  const typo = `${looks}sh: 1: check: not found\n${unknown}`;
  const alive =
    `${looks}mha-helper compat: db11: the master answers there\n${time} - [warning] Master is reachable from at ` +
    'least one of other monitoring servers. Failover should not happen.\n';
  assert.equal(whyNoFailover(start + typo), 'secondary_check_script: the program failed; sh: 1: check: not found');
  assert.equal(
    whyNoFailover(start + typo + alive),
    'secondary_check_script: Master is reachable from at least one of other monitoring servers; ' +
      'mha-helper compat: db11: the master answers there',
  );
  const answered = `${time} - [info] Ping(SELECT) succeeded, waiting until MySQL doesn't respond..\n`;
  assert.deepEqual([whyNoFailover(typo + start), whyNoFailover(typo + answered), whyNoFailover('')], ['', '', '']);
});

const health = ['/', layerDirectory('base')]
  .map((root) => join(root, 'usr/share/perl5/MHA/HealthCheck.pm'))
  .find((path) => existsSync(path));

test('these are the words of MHA itself', { skip: health === undefined && 'MHA is not there' }, () => {
  // Perl puts its texts together with dots.
  const source = readFileSync(health ?? '', 'utf8').replaceAll(/"\s*\.\s*"/g, '');
  const time = 'Thu Jan  1 00:00:00 1970';
  for (const [level, begin] of [
    ['warning', 'At least one of monitoring servers is not reachable'],
    ['warning', 'Master is reachable from at least one of other monitoring servers'],
    ['error', 'Got unknown error from '],
  ] as const) {
    const [text] = new RegExp(`(?<=")${begin}[^"]*`).exec(source) ?? assert.fail(begin);
    assert.notEqual(whyNoFailover(`${start}${time} - [${level}] ${text}\n`), '', text);
  }
  assert.match(source, /succeeded, waiting until MySQL doesn't respond/);
});
