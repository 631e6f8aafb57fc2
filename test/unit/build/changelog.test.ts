import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../../build/paths.ts';
import { packageVersion } from '../../../build/version.ts';
import { debianChangelog, readReleases, rpmChangelog } from '../../../build/changelog.ts';

const text = `# Changelog

## Unreleased

### Added

- One thing, which
  goes on.
- Another.

## 0.9.0 - 2026-01-31

### Fixed

- A fault of 100%.

## 0.8.0 - 2025-12-31
`;

test('releases and their items, without empty ones', () => {
  assert.deepEqual(readReleases(text), [
    { version: null, date: null, items: ['One thing, which goes on.', 'Another.'] },
    { version: '0.9.0', date: new Date('2026-01-31T00:00:00Z'), items: ['A fault of 100%.'] },
  ]);
});

const ownReleases = readReleases(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'));

test('every release of our own changelog but what is unreleased has its day, the newest first', () => {
  const days = ownReleases.filter(({ version }) => version !== null).map(({ date }) => date?.getTime() ?? 0);
  assert.ok(days.length > 0 && days.every((time) => time > 0));
  assert.deepEqual(
    days,
    [...days].sort((a, b) => b - a),
  );
});

test('of our own changelog: both forms name the version, the maintainer and the day', () => {
  const version = packageVersion();
  const build = { version, date: new Date('2026-11-26T22:03:28Z'), maintainer: 'A Person <a@example.com>' };
  const [newest] = ownReleases;
  assert.equal(newest?.version ?? version, version, 'the newest release is the version of package.json');
  const day = (newest?.date ?? build.date).toUTCString();
  const debian = debianChangelog(build);
  assert.ok(debian.startsWith(`mha-helper (${version}) unstable; urgency=medium\n\n  * `));
  assert.ok(debian.includes(`\n\n -- A Person <a@example.com>  ${day.replace('GMT', '+0000')}\n`));
  assert.ok(debian.split('\n').every((line) => line.length <= 80));
  const [weekday, date, month, year] = day.replace(',', '').split(' ');
  const heading = `* ${weekday} ${month} ${date} ${year} A Person <a@example.com> - ${version}-1\n- `;
  assert.ok(rpmChangelog(build).startsWith(heading));
  assert.doesNotMatch(rpmChangelog(build).replaceAll('%%', ''), /%/);
});
