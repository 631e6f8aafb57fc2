import assert from 'node:assert/strict';
import { test } from 'node:test';
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

test('of our own changelog: both forms name the version, the maintainer and the day', () => {
  const build = { version: '1.2.3', date: new Date('2026-11-23T22:03:28Z'), maintainer: 'A Person <a@example.com>' };
  const debian = debianChangelog(build);
  assert.match(debian, /^mha-helper \(1\.2\.3\) unstable; urgency=medium\n\n {2}\* \S/);
  assert.match(debian, /\n\n -- A Person <a@example\.com> {2}Mon, 23 Nov 2026 22:03:28 \+0000\n/);
  assert.ok(debian.split('\n').every((line) => line.length <= 80));
  assert.match(rpmChangelog(build), /^\* Mon Nov 23 2026 A Person <a@example\.com> - 1\.2\.3-1\n- \S/);
  assert.doesNotMatch(rpmChangelog(build).replaceAll('%%', ''), /%/);
});
