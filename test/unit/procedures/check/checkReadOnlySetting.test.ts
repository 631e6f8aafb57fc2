import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOnlyLines, type AtRestart } from '../../../../src/procedures/check/checkReadOnlySetting.ts';

const group = { kind: 'group', path: '/etc/my.cnf', line: 3, name: 'mysqld' } as const;
const set = { kind: 'read_only', path: '/etc/my.cnf', line: 7, on: true } as const;
const hidden = { kind: 'hidden', path: '/etc/mysql/conf.d/' } as const;
const unknown = { unknown: 'SELECT denied' };

const cases: readonly (readonly [string, AtRestart, string])[] = [
  ['persisted', { persisted: 'on', reads: unknown }, 'ok: comes up read-only after a restart: SET PERSIST read_only'],
  ['persisted as 0', { persisted: 'off', reads: [set] }, 'warning: SET PERSIST read_only=0 is in force'],
  ['in a file', { persisted: 'no', reads: [group, set] }, 'ok: comes up read-only after a restart: /etc/my.cnf:7'],
  ['in a file, behind one that is hidden', { persisted: 'no', reads: [hidden, set] }, 'ok: '],
  [
    'in a file, and what follows is hidden',
    { persisted: 'no', reads: [set, hidden] },
    'warning: it is not known whether',
  ],
  [
    'the last word is 0',
    { persisted: 'no', reads: [set, { ...set, line: 9, on: false }] },
    'warning: /etc/my.cnf:9 sets',
  ],
  [
    'the command line has the last word',
    { persisted: 'no', reads: [{ ...set, on: false }, hidden, { kind: 'argument', word: '--read-only', on: true }] },
    'ok: comes up read-only after a restart: --read-only',
  ],
  [
    'the command line opens it',
    { persisted: 'no', reads: [set, { kind: 'argument', word: '--read-only=0', on: false }] },
    'warning: it is started with --read-only=0',
  ],
  ['nowhere', { persisted: 'no', reads: [group] }, 'warning: no option file of it sets read_only: after a restart'],
  [
    'nowhere, as far as is known',
    { persisted: 'no', reads: [group, hidden] },
    'warning: it is not known whether it comes up read-only after a restart: the SSH user may not',
  ],
  [
    'nowhere, and what is persisted is not known',
    { persisted: unknown, reads: [group] },
    'warning: it is not known whether it comes up read-only after a restart: it is in no option file, and',
  ],
  [
    'a host that shows nothing',
    { persisted: 'no', reads: { unknown: 'no process of a server is seen there' } },
    'warning: it is not known whether it comes up read-only after a restart: no process of a server is seen there',
  ],
];

for (const [what, seen, expected] of cases) {
  test(what, () => {
    const [line, ...more] = readOnlyLines(seen);
    assert.equal(more.length, 0);
    assert.equal(`${line?.severity}: ${line?.text}`.slice(0, expected.length), expected);
  });
}

test('where to add it', () => {
  const hint = (seen: AtRestart): string | undefined => readOnlyLines(seen)[0]?.hint;
  assert.equal(hint({ persisted: 'no', reads: [group] }), 'add read_only=1 to [mysqld] in /etc/my.cnf, below line 3');
  assert.equal(hint({ persisted: 'no', reads: [] }), 'add read_only=1 to [mysqld] of its option file');
});
