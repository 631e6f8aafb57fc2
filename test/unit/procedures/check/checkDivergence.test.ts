import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errantLines } from '../../../../src/procedures/check/checkDivergence.ts';
import { errantProblems, errantWarnings } from '../../../../src/procedures/switch/problems.ts';
import { app, db10, db11, db12 } from '../switch/switchCases.ts';

const errant = (server: typeof db10, isCertain = true, byGtid = true) => ({
  server,
  master: db10,
  extra: '0-10-5..6',
  isCertain,
  byGtid,
});

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
  const [line] = errantLines(app, [{ ...errant(db11), extra: { unknown: 'no right' } }]);
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

test('what is only likely is told, and excludes no server', () => {
  const likely = [errant(db11, false, false)];
  const text =
    'db11 probably has transactions that db10 lacks (0-10-5..6): made the master it alone would have them; ' +
    "see what it has written (mysqlbinlog --server-id=... of its binary logs), and compare db11's tables";
  assert.deepEqual(errantLines(app, likely), [{ severity: 'warning', text }]);
  const request = { app, dead: null, to: null, ignoreLastFailover: false };
  assert.deepEqual(errantProblems(request, likely), []);
  assert.deepEqual(errantWarnings(request, likely), [text]);
  assert.deepEqual(errantWarnings({ ...request, to: db12 }, likely), [], 'not the one that becomes the master');
  assert.deepEqual(errantWarnings(request, [errant(db11)]), [], 'a problem, and said as one');
});
