// Each rule alone: what it says, and that it is silent where it has nothing to say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as rules from '../../../src/mail/attentionRules.ts';
import type { HostNow, Report } from '../../../src/mail/Report.ts';
import type { RunRecord } from '../../../src/steps/journal.ts';
import { sample } from './sample.ts';

const [, start] = sample.runs as readonly [RunRecord, RunRecord];
const unknown = { unknown: 'no answer' };
const host = (name: string, more: Partial<HostNow> = {}): HostNow => ({
  host: name,
  holdsAddress: name === 'db11',
  takesWrites: name === 'db11',
  ...more,
});
const good: Report = {
  ...sample,
  newSlaveHosts: ['db10', 'db12'],
  runs: [start],
  now: { ...sample.now, hosts: [host('db10'), host('db11'), host('db12')] },
};
const withHosts = (...hosts: readonly HostNow[]): Report => ({ ...good, now: { ...good.now, hosts } });

const cases: readonly (readonly [rule: (report: Report) => readonly string[], report: Report, line: RegExp])[] = [
  [rules.noNewMaster, { ...good, newHost: null }, /^FAILED: .* no new master/],
  [
    rules.severalWriters,
    withHosts(host('db10', { takesWrites: true }), host('db11')),
    /^DANGER: more than one server takes writes: db10 and db11; /,
  ],
  [
    rules.addressOnSeveralHosts,
    withHosts(host('db10', { holdsAddress: true }), host('db11')),
    /^DANGER: the writer address 192\.168\.10\.155 is on more than one host: db10 and db11; /,
  ],
  [
    rules.newMasterIsReadOnly,
    withHosts(host('db11', { takesWrites: false })),
    /^LEFT TO DO: the new master db11 is read-only, .* no other server takes writes$/,
  ],
  [
    rules.addressInPart,
    withHosts(host('db12', { holdsAddress: 'partly' })),
    /^LEFT TO DO: .* on db12 in part only, .*"mha-helper vip release db12 -c \/etc\/mha\/test_cluster\.conf"/,
  ],
  [
    rules.addressNotOnNewMaster,
    withHosts(host('db10', { holdsAddress: true }), host('db11', { holdsAddress: false })),
    /^LEFT TO DO: the new master db11 does not hold the writer address 192\.168\.10\.155; it is on db10: /,
  ],
  [
    rules.nothingIsKnown,
    { ...good, now: { ...good.now, unknown: 'no configuration' } },
    /^LEFT TO DO: .* it is not known: no configuration$/,
  ],
  [
    rules.serversNotKnown,
    withHosts(host('db11', { takesWrites: unknown })),
    /^LEFT TO DO: look at db11: it is not known whether it takes writes: no answer$/,
  ],
  [
    rules.addressNotKnown,
    withHosts(host('db12', { holdsAddress: unknown })),
    /^LEFT TO DO: look at db12: .* the writer address 192\.168\.10\.155: no answer$/,
  ],
  [rules.endsOfRuns, { ...good, runs: [{ ...start, end: null }] }, /^LEFT TO DO: New master .* not ended; .* status/],
  [
    rules.endsOfRuns,
    { ...good, runs: [{ ...start, end: { outcome: 'failed', message: 'x', at: start.startedAt } }] },
    /^FAILED: New master \(start\): db10 \u2192 db11: x$/,
  ],
  [
    rules.endsOfRuns,
    { ...good, runs: [{ ...start, end: { outcome: 'proceed', message: 'x', at: start.startedAt } }] },
    /^LEFT TO DO: x$/,
  ],
  [
    rules.lostReplicas,
    { ...withHosts(host('db12')), newSlaveHosts: ['db10'] },
    /^LEFT TO DO: MHA has not made db12 a replica of db11: see why, and make it one: mha-helper rejoin db12 -c \S+$/,
  ],
  [rules.missingWrites, { ...good, missingWrites: ['3 rows'] }, /^LEFT TO DO: 3 rows$/],
  [
    rules.oldMaster,
    { ...good, newSlaveHosts: [] },
    /^LATER: db10 answers again: make it a replica of db11: mha-helper rejoin db10 -c \S+; /,
  ],
  [
    rules.oldMaster,
    { ...withHosts(host('db10', { takesWrites: unknown })), newSlaveHosts: [] },
    /^LATER: db10 is out of the cluster: repair it, and make it a replica of db11: mha-helper rejoin db10 -c \S+; /,
  ],
];

for (const [rule, report, line] of cases) {
  test(`${rule.name}: ${line.source}`, () => {
    const lines = rule(report);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', line);
  });
}

for (const rule of rules.rules) {
  test(`${rule.name} has nothing to say of a cluster that is whole`, () => {
    assert.deepEqual(rule(good), []);
  });
}

test('every rule has its case here', () => {
  assert.deepEqual(
    rules.rules.filter((rule) => !cases.some(([one]) => one === rule)).map(({ name }) => name),
    [],
  );
});

test('what is not known of the dead master alone is told by the hooks, not here', () => {
  const report = withHosts(host('db10', { takesWrites: unknown, holdsAddress: unknown }), host('db11'));
  assert.deepEqual([...rules.serversNotKnown(report), ...rules.addressNotKnown(report)], []);
});

test('an old master that takes writes is a danger, and nothing for later', () => {
  const report = { ...withHosts(host('db10', { takesWrites: true })), newSlaveHosts: [] };
  assert.deepEqual(rules.oldMaster(report), []);
});

test('without a managed address nobody is said to lack it', () => {
  const report = withHosts(host('db11', { holdsAddress: false }));
  assert.deepEqual(rules.addressNotOnNewMaster({ ...report, now: { ...report.now, address: null } }), []);
});
