import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Expect } from '../../faults/row.ts';
import { faultsIn, nothingSeen, type Seen } from '../../faults/verdict.ts';

const expect: Expect = { exits: { switch: 0 }, master: 'db11' };
const well: Seen = {
  ...nothingSeen,
  exits: { switch: 0 },
  figures: { ...nothingSeen.figures, writable: ['db11'], holders: ['db11'] },
  acknowledged: 100,
  lost: 0,
  writesAtEnd: true,
};
const withFigures = (figures: Partial<Seen['figures']>): Seen => ({
  ...well,
  figures: { ...well.figures, ...figures },
});

test('a row in which all is well has no faults', () => {
  assert.deepEqual(faultsIn(well, expect), []);
});

const wrong: readonly (readonly [string, Seen, Expect, RegExp])[] = [
  ['an exit code', { ...well, exits: { switch: 1 } }, expect, /^switch ended with 1$/],
  ['a program that has not ended', { ...well, exits: { switch: null } }, expect, /^switch has not ended$/],
  ['going on where it must be refused', well, { ...expect, exits: { switch: 'refused' } }, /^switch ended with 0$/],
  ['two masters', withFigures({ wh2Ms: 50 }), expect, /^two writable servers with the address for 0\.05 s$/],
  ['two writable servers', withFigures({ w2Ms: 50 }), expect, /^two writable servers for 0\.05 s$/],
  [
    'an outage beyond its limit',
    withFigures({ longestOutageMs: 900 }),
    { ...expect, outageMs: 800 },
    /^no server .* 0\.9 s$/,
  ],
  ['the wrong master', well, { ...expect, master: 'db10' }, /^at the end db11 takes writes, db11 has the address$/],
  ['the address elsewhere', withFigures({ holders: ['db10'] }), expect, /^at the end db11 takes writes, db10 has/],
  ['a master where nobody may be', well, { master: 'nobody' }, /^at the end db11/],
  ['clients that cannot write', { ...well, writesAtEnd: false }, expect, /but clients cannot write$/],
  ['lost writes', { ...well, lost: 3 }, expect, /^3 of 100 acknowledged writes are lost$/],
  ['a replica that lacks writes', { ...well, missing: { db12: 2 } }, expect, /^db12 says it is in step and lacks 2/],
  ['silence', well, { ...expect, says: [/db10 is back/] }, /^nobody says/],
  ['a lie', { ...well, said: 'all is well' }, { ...expect, saysNot: [/all is \w+/] }, /^it is said: "all is well"$/],
  ['a row that is broken off', { ...well, broken: 'not over after 9 s' }, expect, /^not over/],
];
for (const [what, seen, expected, fault] of wrong) {
  test(`${what} is a fault, and the only one`, () => {
    const faults = faultsIn(seen, expected);
    assert.equal(faults.length, 1, faults.join('\n'));
    assert.match(faults[0] ?? '', fault);
  });
}

test('what the fault itself opens is no fault of the program', () => {
  const opened = withFigures({ w2Ms: 900, writable: ['db10', 'db11'] });
  assert.deepEqual(faultsIn(opened, { ...expect, w2Ms: 'by hand', alsoWritable: 'db10' }), []);
});

test('10 is no refusal: MHA goes on after it', () => {
  assert.equal(faultsIn({ ...well, exits: { switch: 10 } }, { ...expect, exits: { switch: 'refused' } }).length, 1);
});
