import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DrillReport, DrillWay } from '../../../../src/procedures/drill/DrillReport.ts';
import {
  consentText,
  drillExitCode,
  drillText,
  isWithin,
  outcomeOf,
} from '../../../../src/procedures/drill/drillText.ts';
import { time, witness } from '../history/runs.ts';

const there: DrillWay = { way: 'there', from: 'db10', to: 'db11', code: 0, seconds: 4.8, outage: witness };
const back: DrillWay = { ...there, way: 'back', from: 'db11', to: 'db10', outage: { ...witness, outageMs: 900 } };

function reported(more: Partial<DrillReport>): DrillReport {
  const facts = {
    cluster: 'app1',
    conf: '/etc/mha/app1.cnf',
    began: time(0),
    ended: time(60),
    by: 'alice',
    budgetSeconds: null,
    master: 'db10',
    masterNow: 'db10',
    why: '',
    ways: [there, back],
    ...more,
  };
  return { ...facts, outcome: outcomeOf(facts, facts.why) };
}

test('there and back: both figures, and who is the master', () => {
  const report = reported({});
  assert.deepEqual([report.outcome, drillExitCode(report)], ['done', 0]);
  const [head, first, second, ...more] = drillText(report).split('\n');
  assert.equal(head, 'Drill of app1: there and back; db10 is the master, as before');
  assert.match(first ?? '', /^ {2}there +db10 -> db11 +MHA 4\.8 s +outage 0\.312 s through the writer address /);
  assert.match(second ?? '', /^ {2}back +db11 -> db10 +MHA 4\.8 s +outage 0\.900 s /);
  assert.deepEqual(more, []);
});

test('the budget: what was not measured, or only in part, is not within it', () => {
  const report = reported({ budgetSeconds: 0.5 });
  assert.deepEqual([report.outcome, drillExitCode(report)], ['over budget', 21]);
  assert.match(drillText(report), /OVER BUDGET\n.*; within 0\.5 s\n.*; NOT within 0\.5 s$/);
  assert.equal(reported({ budgetSeconds: 0.9 }).outcome, 'done');
  for (const outage of [
    null,
    { ...witness, outageMs: null },
    { ...witness, atLeast: true },
    { ...witness, met: 'unknown' as const },
  ])
    assert.equal(isWithin({ ...there, outage }, 9), false);
  assert.equal(isWithin({ ...there, outage: null }, null), true);
});

test('half-way: which server is the master, why, and the command that goes back', () => {
  const report = reported({ ways: [there], masterNow: 'db11', why: 'db12 does not replicate' });
  assert.deepEqual([report.outcome, drillExitCode(report)], ['half-way', 22]);
  const text = drillText(report);
  assert.match(text, /^Drill of app1: HALF-WAY: db11 is the master now; before it was db10\n/);
  assert.match(text, /\n {2}why: db12 does not replicate\n/);
  assert.match(text, /mha-helper failover --online --to db10 -c \/etc\/mha\/app1\.cnf$/);
  const unknown = drillText(reported({ ways: [there], masterNow: null, why: 'x' }));
  assert.match(unknown, /it is NOT known which server takes writes.*\n.*\n.*\n {2}look first: mha-helper status/);
  assert.doesNotMatch(unknown, /failover --online/);
});

test('the way back failed, and the old master is the master all the same', () => {
  const report = reported({ why: 'masterha_master_switch ended with 10 on the way back' });
  assert.deepEqual([report.outcome, drillExitCode(report)], ['half-way', 22]);
  assert.match(drillText(report), /look what is left: mha-helper status/);
});

test("the first switch failed: MHA's code, and nothing has moved", () => {
  const report = reported({ ways: [{ ...there, code: 1, to: 'db10' }], why: 'masterha_master_switch ended with 1' });
  assert.deepEqual([report.outcome, drillExitCode(report)], ['failed', 1]);
  assert.match(drillText(report), /\n {2}db10 is the master, as before$/);
});

test('what is asked says what will happen to clients', () => {
  assert.match(
    consentText('db10', null, 'app1', true),
    /a server that MHA chooses .* cut off twice.*is paused meanwhile/,
  );
  assert.doesNotMatch(consentText('db10', 'db11', 'app1', false), /paused/);
});
