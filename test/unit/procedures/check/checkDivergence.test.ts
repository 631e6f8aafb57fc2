import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errantLines } from '../../../../src/procedures/check/checkDivergence.ts';
import { errantProblems } from '../../../../src/procedures/switch/problems.ts';
import { app, db10, db11, db12 } from '../switch/switchCases.ts';

const errant = (server: typeof db10, extra = '0-10-5..6') => ({ server, master: db10, extra });

test('a candidate that has what the master lacks is an error, another one a warning', () => {
  assert.deepEqual(errantLines(app, [errant(db11), errant(db12)]), [
    {
      severity: 'error',
      kind: 'refused',
      text: 'db11 has transactions that db10 lacks (0-10-5..6): made the master it would bring them back',
      hint: 'rebuild db11 from a copy of db10, or set no_master=1 for it in /etc/mha/app1.cnf',
    },
    { severity: 'warning', text: 'db12 has transactions that db10 lacks (0-10-5..6); it is no candidate (no_master)' },
  ]);
});

test('what could not be asked is said, and is no error', () => {
  const [line] = errantLines(app, [{ server: db11, master: db10, extra: { unknown: 'no right' } }]);
  assert.deepEqual(
    [line?.severity, line?.text],
    ['warning', 'it is not known whether db11 has transactions that db10 lacks (no right)'],
  );
});

test('a switch to such a server is refused, and one to another is not', () => {
  const request = { app, dead: null, ignoreLastFailover: false };
  const said = (to: typeof db10 | null) =>
    errantProblems({ ...request, to }, [errant(db11), errant(db12)]).map(({ message }) => message);
  assert.deepEqual(said(null), ['db11 has transactions that db10 lacks (0-10-5..6), and could become the master']);
  assert.deepEqual(said(db12), ['db12 has transactions that db10 lacks (0-10-5..6), and could become the master']);
  assert.deepEqual(said(db10), []);
});
