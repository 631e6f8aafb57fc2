import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSameHost, Tally, type Look } from '../../../../src/procedures/witness/tally.ts';

const writable = (at: number, server: string): Look => ({ at, state: 'writable', server, text: server });
const away = (at: number): Look => ({ at, state: 'away', server: null, text: 'no answer' });
const closed = (at: number): Look => ({ at, state: 'closed', server: null, text: 'db10 takes no writes' });

function told(dead: string | null, looks: readonly Look[], unclear: string | null = null) {
  const tally = new Tally(dead);
  for (const look of looks) tally.note(look);
  return { hasMet: tally.hasMet, ...tally.result(unclear) };
}

test('a planned switch: from the last answer of the old master to the first of the new one', () => {
  const looks = [writable(0, 'db10'), writable(25, 'db10'), away(60), closed(90), writable(337, 'db11')];
  assert.deepEqual(told(null, looks), {
    hasMet: true,
    met: 'new master',
    server: 'db11',
    before: 'db10',
    outageMs: 312,
    atLeast: false,
    note: '',
  });
  // So quick that no look failed.
  assert.equal(told(null, [writable(0, 'db10'), writable(25, 'db11')]).outageMs, 25);
});

test('what comes after the new master was met changes nothing', () => {
  const looks = [writable(0, 'db10'), away(10), writable(100, 'db11'), away(200), writable(900, 'db10')];
  assert.deepEqual([told(null, looks).server, told(null, looks).outageMs], ['db11', 100]);
});

test('a dead master: the outage had begun before anybody looked', () => {
  const { met, before, outageMs, atLeast } = told('db10', [away(100), away(150), writable(6_300, 'db11')]);
  assert.deepEqual([met, before, outageMs, atLeast], ['new master', null, 6_200, true]);
  // Nothing is measured where the new one is there at the first look.
  assert.equal(told('db10', [writable(100, 'db11')]).outageMs, null);
});

test('a dead master that comes back is not the new one', () => {
  const looks = [away(0), writable(500, 'DB10.example.com')];
  assert.deepEqual([told('db10', looks).hasMet, told('db10', looks).met], [false, 'old master']);
  const { met, outageMs, before } = told('db10', [...looks, away(600), writable(2_500, 'db11')]);
  assert.deepEqual([met, outageMs, before], ['new master', 2_000, 'DB10.example.com']);
});

test('the writer was given back: the longest time without it', () => {
  const looks = [writable(0, 'db10'), away(10), writable(900, 'db10'), away(950), writable(1_000, 'db10')];
  assert.deepEqual([told(null, looks).met, told(null, looks).outageMs], ['old master', 900]);
  assert.deepEqual(
    [told(null, [writable(0, 'db10')]).met, told(null, [writable(0, 'db10')]).outageMs],
    ['old master', 0],
  );
});

test('nobody is met at the end: at least so long, and what was met last', () => {
  const { met, outageMs, atLeast, note } = told(null, [writable(0, 'db10'), away(100), closed(4_000)]);
  assert.deepEqual([met, outageMs, atLeast, note], ['nobody', 4_000, true, 'db10 takes no writes']);
});

test('unknown is not no: never a master there, nothing seen, or the witness gave up', () => {
  assert.deepEqual([told(null, [away(0), away(50)]).met, told(null, [away(0)]).note], ['unknown', 'no answer']);
  assert.deepEqual([told('db10', []).met, told('db10', []).note], ['unknown', 'it did not come to look']);
  const gaveUp = told(null, [writable(0, 'db10'), away(50)], 'access denied');
  assert.deepEqual([gaveUp.met, gaveUp.note, gaveUp.outageMs], ['unknown', 'access denied', null]);
  // What it had seen by then stands.
  assert.equal(told(null, [writable(0, 'db10'), writable(50, 'db11')], 'access denied').met, 'new master');
});

test('names of hosts, short and long', () => {
  assert.ok(isSameHost('db10', 'DB10.example.com') && isSameHost('db10.example.com', 'db10'));
  assert.ok(!isSameHost('db1', 'db10') && !isSameHost('db10:3306', 'db10:3307'));
});
