import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ArgumentChecker } from '../../../src/mha/argumentChecker.ts';

const checker = (values: Readonly<Record<string, string>>, withoutValue: readonly string[] = []): ArgumentChecker =>
  new ArgumentChecker({ values: new Map(Object.entries(values)), flags: new Set(), withoutValue, warnings: [] });

const good: readonly (readonly [kind: 'host' | 'address' | 'port' | 'userName' | 'text', values: readonly string[]])[] =
  [
    ['host', ['db10', 'db10.example.com', '10.0.0.1', 'fd00::1', '_a']],
    ['address', ['10.0.0.1', 'fd00::1', '::ffff:10.0.0.1']],
    ['port', ['1', '3306', '65535']],
    ['userName', ['root', 'mha_helper', 'a.b', 'user@REALM', 'svc$', '1x']],
    ['text', ['x', ' ', '--', "it's"]],
  ];
const bad: typeof good = [
  ['host', ['-db10', 'db 10', 'a;b', "a'b", '$(x)', `${'a'.repeat(254)}`]],
  ['address', ['db10', '10.0.0', '10.0.0.256', 'fd00::g']],
  ['port', ['0', '65536', '33o6', '-1', '3306 ', '003306']],
  ['userName', ['-x', 'a b', 'a;b', '$x', '`x`', "a'b"]],
];

for (const [kind, values] of good) {
  test(`a good ${kind}`, () => {
    for (const value of values) {
      const check = checker({ x: value });
      assert.equal(String(check[kind]('x')), value);
      assert.deepEqual(check.problems, [], value);
    }
  });
}

for (const [kind, values] of bad) {
  test(`no ${kind}`, () => {
    for (const value of values) {
      const check = checker({ x: value });
      check[kind]('x');
      assert.equal(check.problems.length, 1, value);
      assert.match(check.problems[0] ?? '', /^--x=.* must be /);
    }
  });
}

test('empty and missing are told apart, and each is one problem', () => {
  for (const kind of ['host', 'address', 'port', 'userName', 'text'] as const) {
    const empty = checker({ x: '' });
    empty[kind]('x');
    assert.deepEqual(empty.problems, ['--x is empty']);
    const missing = checker({});
    missing[kind]('x');
    assert.deepEqual(missing.problems, ['--x is missing']);
    const valueless = checker({}, ['x']);
    valueless[kind]('x');
    assert.deepEqual(valueless.problems, ['--x has no value']);
  }
});

test('optional: not there is fine, wrong is not', () => {
  const check = checker({ host: '-', address: 'x', port: 'x', user: '' });
  assert.deepEqual(
    [check.optionalHost('a'), check.optionalAddress('a'), check.optionalPort('a'), check.optionalUserName('a')],
    [undefined, undefined, undefined, undefined],
  );
  assert.deepEqual(check.problems, []);
  check.optionalHost('host');
  check.optionalAddress('address');
  check.optionalPort('port');
  check.optionalUserName('user');
  assert.equal(check.problems.length, 4);
});

test('one of some words', () => {
  const check = checker({ x: 'start', y: 'begin' });
  assert.equal(check.oneOf('x', ['stop', 'start']), 'start');
  assert.deepEqual(check.problems, []);
  check.oneOf('y', ['status', 'stop', 'start']);
  assert.match(check.problems.join(), /^--y=begin must be status, stop or start$/);
});

test("MHA's shell escapes come off accounts and passwords; neither is ever in a problem", () => {
  const check = checker({ user: "it\\'s", password: 'a\\ b', none: '' });
  assert.equal(check.account('user'), "it's");
  assert.equal(check.secret('password'), 'a b');
  assert.equal(check.secret('none'), '');
  assert.deepEqual(check.problems, []);
  check.account('none');
  check.secret('absent');
  assert.deepEqual(check.problems, ['--none is empty', '--absent is missing']);
});

test('a long value is cut', () => {
  const check = checker({ x: `-${'a'.repeat(500)}` });
  check.host('x');
  assert.ok((check.problems[0]?.length ?? 0) < 130);
});
