import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../../../src/config/parse.ts';

function values(text: string): Record<string, Record<string, string>> {
  const { sections } = parseConfig(text);
  return Object.fromEntries(
    [...sections.values()].map((section) => [
      section.name,
      Object.fromEntries([...section.options].map(([name, { value }]) => [name, value])),
    ]),
  );
}

function problems(text: string): string[] {
  return parseConfig(text).problems.map(({ line, text: what }) => `${line ?? '-'}: ${what}`);
}

function warnings(text: string): string[] {
  return parseConfig(text).warnings.map(({ line, text: what }) => `${line ?? '-'}: ${what}`);
}

test('names are lower-cased, both delimiters are read, whichever comes first', () => {
  assert.deepEqual(values('[a]\nSMTP_Host = x:25\nreport_email: a=b\nk=v\nl:v\nm   =   v  \n'), {
    a: { smtp_host: 'x:25', report_email: 'a=b', k: 'v', l: 'v', m: 'v' },
  });
});

test('section names are taken literally: dots, addresses, IPv6', () => {
  assert.deepEqual(Object.keys(values('[db1.example.com]\n[10.0.0.1]\n[fd00::1]\n[ db2 ]\n[DB10]\n')), [
    'db1.example.com',
    '10.0.0.1',
    'fd00::1',
    'db2',
    'DB10',
  ]);
});

test('comments: # and ; and rem at the start of a line, indented ones, and what follows white space and ;', () => {
  const text =
    '# c\n; c\nrem c\nREM\n[a] ; c\nx = 1 ; c\n  # c\ny = a#b;c\nz = 1 # no comment\nw =\t;c\nremote = 1\nv = a;b ' +
    '; c\n';
  assert.deepEqual(values(text), { a: { x: '1', y: 'a#b;c', z: '1 # no comment', w: '', remote: '1', v: 'a;b' } });
  assert.deepEqual([...problems(text), ...warnings(text)], []);
});

test('a command line that a comment cuts short is told of', () => {
  const text = '[a]\nvip_assign_command = a x ; b y\nfence_command = a x; b y\n';
  assert.deepEqual(values(text), { a: { vip_assign_command: 'a x', fence_command: 'a x; b y' } });
  assert.deepEqual(warnings(text), [
    '2: what follows \' ;\' is a comment and no part of vip_assign_command, which is read as "a x"; in a command ' +
      "line write ';' without a space before it",
  ]);
});

test('two double quotes are an empty value; other quotes belong to the value', () => {
  assert.deepEqual(values('[a]\nx = ""\ny = "a"\nz =\n'), { a: { x: '', y: '"a"', z: '' } });
});

test('BOM, CRLF, lone CR and tabs', () => {
  assert.deepEqual(values('\uFEFF[a]\r\nx\t=\t1\r\n\r\n[b]\ry=2'), { a: { x: '1' }, b: { y: '2' } });
});

test('indented lines continue a value', () => {
  const text = '[a]\nx = one ; comment\n  two\n\n\tthree\n';
  assert.deepEqual(values(text), { a: { x: 'one\ntwo\nthree' } });
  assert.deepEqual(warnings(text), []);
});

test('an indented line that looks like one of its own is a warning', () => {
  assert.deepEqual(warnings('[a]\nx = 1\n  y = 2\n  [b]\n'), [
    "3: 'y = 2' begins with white space, so it continues the value of x; remove the white space if it is a line " +
      'of its own',
    "4: '[b]' begins with white space, so it continues the value of x; remove the white space if it is a line of " +
      'its own',
  ]);
});

test('every bad line is reported, with its number', () => {
  assert.deepEqual(problems('x = 1\n[a]\n  y = 2\nnonsense\n= 3\n[b\n[]\nz = \u0000\nz = \uFFFD\nz = \u001b[0m\n'), [
    "1: 'x = 1' stands before any section; is [default] missing above it?",
    "3: 'y = 2' begins with white space, which continues a value, but no option stands before it; remove the " +
      'white space',
    "4: 'nonsense' is neither [HOST] nor option = value nor a comment",
    "5: '= 3' is neither [HOST] nor option = value nor a comment",
    "6: '[b' is neither [HOST] nor option = value nor a comment",
    "7: '[]' is neither [HOST] nor option = value nor a comment",
    '8: there is a NUL character in the line; is this a text file?',
    '9: the line is not valid UTF-8',
    '10: there is a control character in the line',
  ]);
});

test('a section or an option that comes again: the later value counts, with a warning', () => {
  const text = '[a]\nx = 1\nX = 2\n[b]\n[a]\nx = 3\ny = 4\n';
  assert.deepEqual(values(text), { a: { x: '3', y: '4' }, b: {} });
  assert.deepEqual(warnings(text), [
    '3: [a] x is set in line 2 already: the later value counts',
    '5: [a] stands in line 1 already: both are read as one section, and the later value counts',
    '6: [a] x is set in line 3 already: the later value counts',
  ]);
});

test('[DEFAULT] is [default]', () => {
  assert.deepEqual(values('[DEFAULT]\nx = 1\n'), { default: { x: '1' } });
  assert.deepEqual(warnings('[DEFAULT]\nx = 1\n'), []);
  assert.deepEqual(warnings('[DEFAULT]\n[default]\n'), [
    '2: [default] stands in line 1 already as [DEFAULT]: both are read as one section, and the later value counts',
  ]);
});

test('text after a section name, and a quote that a comment cuts', () => {
  assert.deepEqual(warnings('[a] b\n[b] # c\nx = sh -c "a ; b"\n'), [
    "1: 'b' after [a] is ignored",
    "3: what follows ' ;' is a comment, but a quote is open before it; the value read is sh -c \"a",
  ]);
});

test('lines are those of the file', () => {
  const option = parseConfig('# c\r\n\r\n[a]\r\nx = 1\r\n').sections.get('a')?.options.get('x');
  assert.deepEqual({ ...option }, { line: 4, value: '1' });
});

test('an empty text has nothing in it, and names of Object are no options', () => {
  assert.deepEqual(values(''), {});
  assert.deepEqual(Object.keys(values('[constructor]\n__proto__ = 1\n')), ['constructor']);
});
