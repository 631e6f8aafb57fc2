import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attentionOf, subjectWith } from '../../../src/mail/attention.ts';
import type { Report } from '../../../src/mail/Report.ts';
import { reportHtml } from '../../../src/mail/reportHtml.ts';
import { reportText } from '../../../src/mail/reportText.ts';
import type { RunRecord } from '../../../src/steps/journal.ts';
import { sample } from './sample.ts';
import { patternOf } from '../../patternOf.ts';

const [stop, start] = sample.runs as readonly [RunRecord, RunRecord];
const quiet: Report = {
  ...sample,
  runs: [start],
  now: { ...sample.now, hosts: sample.now.hosts.filter(({ host }) => host !== 'db10') },
};
/** The old master is back, as a replica. */
const whole: Report = { ...quiet, newSlaveHosts: ['db10', 'db12'] };

test("the text: what is left to do comes first, then facts, state, steps with times, MHA's words", () => {
  assert.equal(
    reportText(sample).split('\n').slice(0, 28).join('\n'),
    `LEFT TO DO: db10 does not answer SSH, so the writer address 192.168.10.155 was not removed there: \
keep that host off the network, or run "ip addr del 192.168.10.155/24 dev eth10" there, before it comes back
LATER: db10 is out of the cluster: repair it, and make it a replica of db11: \
mha-helper rejoin db10 -c /etc/mha/test_cluster.conf; until then the cluster has one server less

Cluster:            test_cluster
Original master:    db10
New master:         db11
New replicas:       db12
Writer address now: 192.168.10.155 is on db11; could not be found out for db10
Time:               2026-01-31 03:00:24 UTC
Manager host:       mgr
MHA configuration:  /etc/mha/test_cluster.conf

Now (checked 2026-01-31 03:00:23 UTC)
  db11  writer address: yes; takes writes: yes
  db10  writer address: not known: db10: no answer within 3 s; takes writes: not known: \
cannot connect to MySQL on db10 (192.168.10.10:3306): no answer within 3 s
  db12  writer address: no; takes writes: no

What was done
  From the hooks' own record; what was so already is not listed. Times are UTC.

  03:00:15.120  Dead master, its host does not answer (stop): db10
  03:00:15.131  done, with something left to do (0.01 s in all)

  03:00:21.402  New master (start): db10 \u2192 db11
  03:00:22.040    set read_only=0 on db11: done (0.01 s)
  03:00:22.051    assign the writer address 192.168.10.155 to db11: done (0.36 s)
  03:00:22.431  done (1.03 s in all)
`,
  );
});

test('what a client met is a fact where a witness was, and no word is lost on an outage where none was', () => {
  const witness = {
    at: sample.at,
    through: 'the writer address 192.168.10.155',
    seenFrom: 'mgr',
    met: 'new master',
    server: 'db11',
    before: null,
    outageMs: 7_100,
    atLeast: true,
    note: '',
  } as const;
  const seen = { ...sample, runs: [stop, { ...start, witness }] };
  const line = /Outage: +at least 7\.100 s through the writer address 192\.168\.10\.155 from mgr \(db11\)/;
  assert.match(reportText(seen), line);
  assert.match(reportHtml(seen), /at least 7\.100 s through/);
  assert.doesNotMatch(reportText(sample) + reportHtml(sample), /outage/i);
});

test('nothing left to do is said', () => {
  assert.deepEqual(attentionOf(whole), { verdict: 'good', lines: [] });
  assert.match(reportText(whole), /^Nothing is left to do\.\n/);
  assert.match(reportHtml(whole), /Nothing is left to do/);
});

test('while a server is missing it is not said that nothing is left to do, and nobody is woken for it', () => {
  assert.equal(attentionOf(quiet).verdict, 'good');
  assert.match(reportText(quiet), /^Nothing needs to be done at once\.\nLATER: db10 is out of the cluster: /);
  assert.match(reportHtml(quiet), /Nothing needs to be done at once\..*LATER:<\/b> db10 is out of the cluster/);
  for (const form of [reportText(quiet), reportHtml(quiet)]) assert.doesNotMatch(form, /Nothing is left/);
});

test('a replica that MHA has lost is left to do, and not passed over', () => {
  const lost: Report = { ...whole, newSlaveHosts: ['db10'] };
  const hosts = [...whole.now.hosts, { host: 'db12', holdsAddress: false, takesWrites: false }];
  const { lines } = attentionOf({ ...lost, now: { ...lost.now, hosts } });
  assert.match(lines.join(), /^LEFT TO DO: MHA has not made db12 a replica of db11: .*: mha-helper rejoin db12 -c/);
  assert.deepEqual(attentionOf({ ...whole, now: { ...whole.now, hosts } }).lines, []);
});

test('the subject ends with the gravest word of the mail', () => {
  const subject = (report: Report): string => subjectWith('db10 to db11 succeeded', attentionOf(report));
  assert.equal(subject(whole), 'db10 to db11 succeeded');
  assert.equal(subject(quiet), 'db10 to db11 succeeded');
  assert.equal(subject(sample), 'db10 to db11 succeeded - LEFT TO DO');
  assert.equal(subject({ ...sample, newHost: null }), 'db10 to db11 succeeded - FAILED');
  const twice = sample.now.hosts.map((host) => ({ ...host, takesWrites: true }));
  assert.equal(subject({ ...sample, now: { ...sample.now, hosts: twice } }), 'db10 to db11 succeeded - DANGER');
});

test('no new master: the first line says it', () => {
  const failed: Report = {
    ...quiet,
    newHost: null,
    runs: [{ ...stop, end: { outcome: 'failed', message: 'no answer & abort', at: stop.startedAt } }],
  };
  assert.equal(attentionOf(failed).verdict, 'failed');
  assert.match(
    reportText(failed),
    /^FAILED: the failover did not succeed, .*\nFAILED: Dead master, .*: db10: no answer & abort\n/,
  );
});

test('what is dangerous or not as it should be now', () => {
  const now = (hosts: Report['now']['hosts']): string[] => [
    ...attentionOf({ ...quiet, now: { ...quiet.now, hosts } }).lines,
  ];
  assert.match(
    now([
      { host: 'db10', holdsAddress: true, takesWrites: true },
      { host: 'db11', holdsAddress: true, takesWrites: true },
    ]).join('\n'),
    patternOf(
      /^DANGER: more than one server takes writes: db10 and db11; .*\n/,
      /DANGER: the writer address 192\.168\.10\.155 is on more than one host: db10 and db11; /,
    ),
  );
  assert.match(
    now([
      { host: 'db10', holdsAddress: true, takesWrites: false },
      { host: 'db11', holdsAddress: false, takesWrites: false },
    ]).join('\n'),
    patternOf(
      /^LEFT TO DO: the new master db11 is read-only.*\n/,
      /LEFT TO DO: the new master db11 does not hold the writer address 192\.168\.10\.155; it is on db10/,
    ),
  );
});

test('a killed run, and one that failed before it worked', () => {
  const killed: RunRecord = {
    ...start,
    end: null,
    steps: start.steps.map((step) => ({ ...step, state: 'begun', endedAt: null })),
  };
  assert.match(
    attentionOf({ ...quiet, runs: [killed] }).lines.join(),
    patternOf(
      /^LEFT TO DO: New master \(start\): db10 \u2192 db11: begun at 03:00:21\.402 and not ended; /,
      /.*set read_only=0 on db11 \(begun, NOT finished\).*mha-helper status/,
    ),
  );
  const failedFirst: RunRecord = { ...start, end: { outcome: 'failed', message: 'x', at: start.startedAt } };
  assert.deepEqual(attentionOf({ ...whole, runs: [failedFirst, start] }).lines, []);
});

test('no address managed, nothing known, no runs: said in both forms', () => {
  const blind: Report = {
    ...quiet,
    runs: [],
    now: { ...quiet.now, address: null, unknown: 'no <configuration>', hosts: [] },
    log: { missing: 'permission denied' },
  };
  for (const form of [reportText(blind), reportHtml(blind)]) {
    assert.match(form, /not known: no (<|&lt;)configuration/);
    assert.match(form, /recorded nothing about this failover \(since 2026-01-31 03:00:12 UTC\)/);
    assert.match(form, /The manager log is not attached: permission denied/);
  }
  assert.match(reportText({ ...quiet, now: { ...quiet.now, address: null } }), /Writer address now: +none is managed/);
});

test('nothing from outside becomes markup or moves the cursor', () => {
  const evil = '<img src=x onerror=alert(1)>"\'&\u001b[2J\u202e\u0000';
  const hostile: Report = {
    ...sample,
    subject: evil,
    cluster: evil,
    origHost: evil,
    newHost: evil,
    newSlaveHosts: [evil],
    conf: evil,
    managerHost: evil,
    body: evil,
    runs: [
      {
        ...start,
        origHost: evil,
        steps: start.steps.map((step) => ({ ...step, title: evil })),
        end: { outcome: 'failed', message: evil, at: start.startedAt },
      },
    ],
    now: {
      ...sample.now,
      address: evil,
      hosts: [{ host: evil, holdsAddress: { unknown: evil }, takesWrites: { unknown: evil } }],
    },
    log: { path: evil, text: evil },
  };
  const html = reportHtml(hostile);
  assert.ok(!html.includes('<img'));
  for (const form of [html, reportText(hostile)])
    assert.ok(!['\u001b', '\u202e', '\u0000'].some((text) => form.includes(text)));
});
