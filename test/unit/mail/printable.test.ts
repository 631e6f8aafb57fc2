import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeHtml, printable, printableLine } from '../../../src/mail/printable.ts';

test('nothing is left that moves a cursor, hides, or turns round what is read', () => {
  for (const code of [0x00, 0x07, 0x08, 0x1b, 0x7f, 0x9b, 0x061c, 0x200b, 0x202e, 0x2066, 0xfeff])
    assert.equal(printable(`a${String.fromCodePoint(code)}b`), 'ab', code.toString(16));
  assert.equal(printable('\u001b[31mred\u001b[0m'), '[31mred[0m');
});

test('lines and tabs stay, however a line ends; so do letters of every language', () => {
  assert.equal(printable('a\r\nb\rc\u2028d\u2029e\n\tf'), 'a\nb\nc\nd\ne\n\tf');
  assert.equal(printable('Zürich \u2192 \u65e5\u672c \u{1f980}'), 'Zürich \u2192 \u65e5\u672c \u{1f980}');
});

test('one line for headers: no line break of any kind gets through', () => {
  assert.equal(printableLine(' a\r\nBcc: b\n\n\tc\u2028d  e '), 'a Bcc: b c d e');
  assert.equal(printableLine('\n'), '');
});

test('HTML shows a text as it is, in an attribute too', () => {
  assert.equal(
    escapeHtml(`<a href="x" title='y'>&amp;</a>\u0000`),
    '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;',
  );
});
