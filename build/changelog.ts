// CHANGELOG.md as the changelogs of the two package formats.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';

interface Release {
  /** Null for what stands under "Unreleased": it is in the package that is being built. */
  readonly version: string | null;
  readonly date: Date | null;
  readonly items: readonly string[];
}

export interface Build {
  readonly version: string;
  readonly date: Date;
  /** `NAME <ADDRESS>` */
  readonly maintainer: string;
}

/** Newest first. `## 1.2.3 - 2026-01-31` or `## Unreleased` begins a release, `- ` an item. */
export function readReleases(text: string): readonly Release[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      const [, version, date] = /^\[?(\d[^\]\s]*)\]?(?:\s+-\s+(\d{4}-\d\d-\d\d))?/.exec(heading) ?? [];
      const items = lines
        .join('\n')
        .replace(/^###.*$/gm, '')
        .split(/^- /m)
        .slice(1)
        .map((item) => item.replace(/\s+/g, ' ').trim());
      return { version: version ?? null, date: date === undefined ? null : new Date(`${date}T00:00:00Z`), items };
    })
    .filter(({ items }) => items.length > 0);
}

function releases({ version, date }: Build): readonly { version: string; date: Date; items: readonly string[] }[] {
  return readReleases(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).map((release) => ({
    ...release,
    version: release.version ?? version,
    date: release.date ?? date,
  }));
}

export function debianChangelog(build: Build): string {
  return releases(build)
    .map(({ version, date, items }) => {
      const when = date.toUTCString().replace('GMT', '+0000');
      return [
        `mha-helper (${version}) unstable; urgency=medium`,
        '',
        ...items.map((item) => wrapped(`  * ${item}`, '    ')),
        '',
        ` -- ${build.maintainer}  ${when}`,
        '',
      ].join('\n');
    })
    .join('\n');
}

export function rpmChangelog(build: Build): string {
  return releases(build)
    .map(({ version, date, items }) => {
      const [weekday = '', day = '', month = '', year = ''] = date.toUTCString().replace(',', '').split(' ');
      return [
        `* ${weekday} ${month} ${day} ${year} ${build.maintainer} - ${version}-1`,
        // A % would be a macro.
        ...items.map((item) => wrapped(`- ${item.replaceAll('%', '%%')}`, '  ')),
        '',
      ].join('\n');
    })
    .join('\n');
}

function wrapped(text: string, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.trimStart().split(' ')) {
    if (line !== '' && line.length + 1 + word.length > 76) {
      lines.push(line);
      line = indent + word;
    } else {
      line = line === '' ? (/^ */.exec(text)?.[0] ?? '') + word : `${line} ${word}`;
    }
  }
  return [...lines, line].join('\n');
}
