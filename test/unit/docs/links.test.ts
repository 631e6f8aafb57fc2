// Links of the documents lead somewhere, and so do the paths they name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkProblems } from '../../documents/linkProblems.ts';
import { anchorOf, readMarkdown } from '../../documents/markdown.ts';
import { documentPages, type Page } from '../../documents/pages.ts';

const pages = documentPages();

for (const page of pages) {
  test(`${page.path}: its links and paths`, () => {
    assert.deepEqual(linkProblems(page, pages), []);
  });
}

const planted = (path: string, text: string): Page => ({ path, text, markdown: readMarkdown(text) });

test('a link that leads nowhere is seen, and so is a path', () => {
  const page = planted(
    'docs/planted.md',
    [
      '# Two words: `--this` and that',
      '## Again',
      '## Again',
      '[good](reference/options.md#vip_type) [good](#again-1) [good](#two-words---this-and-that)',
      '[good](https://example.com/nothing#there) ![good](report.png) [good](../README.md)',
      '[bad](reference/option.md)',
      '[bad](reference/options.md#vip_typo)',
      '[bad](#again-2) `[no](link.md)`',
      '[bad](/etc/passwd) [bad](../../elsewhere.md)',
      '[bad]',
      '',
      '[bad]: nowhere.md',
      'See `src/main.ts` and `src/nowhere.ts`, and `src/*.ts`.',
      '```text',
      '[no](link.md)',
      '```',
    ].join('\n'),
  );
  assert.deepEqual(linkProblems(page, pages), [
    'docs/planted.md:6: reference/option.md: there is no docs/reference/option.md',
    'docs/planted.md:7: reference/options.md#vip_typo: docs/reference/options.md has no heading #vip_typo',
    'docs/planted.md:8: #again-2: docs/planted.md has no heading #again-2',
    'docs/planted.md:9: /etc/passwd: it must be relative to the page',
    'docs/planted.md:9: ../../elsewhere.md: it leads out of the repository',
    'docs/planted.md:12: nowhere.md: there is no docs/nowhere.md',
    'docs/planted.md:13: `src/nowhere.ts`: there is no such file',
  ]);
});

test('anchors as GitHub makes them', () => {
  assert.equal(anchorOf('`vip_type`'), 'vip_type');
  assert.equal(anchorOf('What happens, step by step'), 'what-happens-step-by-step');
  assert.equal(anchorOf('0: done & gone'), '0-done--gone');
  assert.equal(anchorOf('[A link](x.md) in it'), 'a-link-in-it');
});

test('a fence without an end is an error', () => {
  assert.throws(() => readMarkdown('```sh\nmha-helper check\n'), /the fence of line 1 has no end/);
});
