import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whatIsApart } from '../../../../src/procedures/glance/whatIsApart.ts';
import { app, db10, db11 } from '../switch/switchCases.ts';

test('what a replica has that the master lacks, with what to do; not of one that is no candidate', () => {
  const errant = { server: db11, master: db10, extra: '0-11-7', isCertain: true, byGtid: true };
  const [line, ...more] = whatIsApart(app, [], [errant]);
  assert.match(
    line ?? '',
    /^db11 has transactions that db10 lacks \(0-11-7\): .*; rebuild db11 from a copy of db10, or/,
  );
  assert.deepEqual(more, []);
  assert.deepEqual(whatIsApart(app, [], [{ ...errant, server: { ...db11, noMaster: true } }]), []);
  assert.match(
    whatIsApart(app, [], [{ ...errant, isCertain: false, byGtid: false }]).join(),
    /^db11 probably has transactions that db10 lacks \(0-11-7\): made the master it alone would have them; see what/,
  );
});

test('events on a replica, with what to do; none where none runs', () => {
  const said = whatIsApart(app, [{ server: db11, names: ['app.purge'] }], []);
  assert.match(said.join('\n'), /^events run on db11, a replica: app\.purge; SET GLOBAL event_scheduler=OFF there, /);
  assert.deepEqual(whatIsApart(app, [{ server: db11, names: [] }], []), []);
});

test('unknown is not no: it is said', () => {
  const unknown = { unknown: 'denied' };
  assert.deepEqual(
    whatIsApart(
      app,
      [{ server: db11, names: unknown }],
      [{ server: db11, master: db10, extra: unknown, isCertain: false, byGtid: true }],
    ),
    [
      'it is not known whether db11 has transactions that db10 lacks (denied)',
      'it is not known whether events run on db11, a replica (denied)',
    ],
  );
});
