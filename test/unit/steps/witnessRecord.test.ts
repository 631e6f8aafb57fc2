import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outageText, type WitnessRecord } from '../../../src/steps/witnessRecord.ts';

const seen: WitnessRecord = {
  at: '2026-01-31T03:00:00.000Z',
  through: 'the writer address 192.0.2.155',
  seenFrom: 'mgr',
  met: 'new master',
  server: 'db11',
  before: 'db10',
  outageMs: 312,
  atLeast: false,
  note: '',
};
const elsewhere = { through: 'witness_command', seenFrom: null };

for (const [more, wanted] of [
  [{}, '0.312 s through the writer address 192.0.2.155 from mgr (db10, then db11)'],
  [
    { before: null, outageMs: 6_200, atLeast: true },
    'at least 6.200 s through the writer address 192.0.2.155 from mgr (db11)',
  ],
  [{ ...elsewhere, outageMs: null }, 'not measured; db11 takes writes through witness_command'],
  [
    { ...elsewhere, met: 'old master', server: 'db10', outageMs: 0 },
    'none through witness_command: db10 took writes at each look',
  ],
  [
    { ...elsewhere, met: 'old master', server: 'db10', outageMs: 900 },
    '0.900 s through witness_command; db10 takes writes again',
  ],
  [
    { ...elsewhere, met: 'nobody', server: null, outageMs: 4_000, atLeast: true, note: 'no answer' },
    'at least 4.000 s, and NOT OVER: no server that takes writes is met through witness_command (no answer)',
  ],
  [{ met: 'unknown', server: null, outageMs: null, note: 'access denied' }, 'not known: access denied'],
] as const)
  test(wanted, () => assert.equal(outageText({ ...seen, ...more }), wanted));
