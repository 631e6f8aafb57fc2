import assert from 'node:assert/strict';
import { test } from 'node:test';
import { switchSummary } from '../../../../src/procedures/switch/summary.ts';
import type { WitnessRecord } from '../../../../src/steps/witnessRecord.ts';
import { app, closed, db10, db11, db12, down, master, replica, survey } from './switchCases.ts';
import { patternOf } from '../../../patternOf.ts';

const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 31, 3, 0, 0) + seconds * 1000).toISOString();
const step = (id: string, begun: number, done: number | null) => ({
  id,
  title: id,
  before: {},
  state: done === null ? ('begun' as const) : ('done' as const),
  at: at(begun),
  endedAt: done === null ? null : at(done),
});
const witness: WitnessRecord = {
  at: at(3),
  through: 'the writer address 192.0.2.155',
  seenFrom: 'mgr',
  met: 'new master',
  server: 'db11',
  before: 'db10',
  outageMs: 312,
  atLeast: false,
  note: '',
};
const run = (procedure: string, steps: ReturnType<typeof step>[], outcome: 'done' | 'failed' | null) => ({
  run: procedure,
  procedure,
  origHost: 'db10',
  newHost: 'db11',
  pid: 1,
  startedAt: at(0),
  steps,
  end: outcome === null ? null : { outcome, message: '', at: at(9) },
});

test('a switch that went well: no attention needed; the time without writes is from first step to last', () => {
  const runs = [
    run(
      'online stop',
      [
        step('set-read-only:db11', 0.5, 0.6),
        step('release-address:db10', 1, 1.2),
        step('set-read-only:db10', 1.2, 1.3),
      ],
      'done',
    ),
    run('online start', [step('clear-read-only:db11', 2, 2.1), step('assign-address:db11', 2.1, 2.5)], 'done'),
  ];
  const { lines, attention } = switchSummary(
    app,
    survey([replica(db10, db11), master(db11), replica(db12, db11)], ['db11']),
    runs,
    null,
    witness,
  );
  assert.deepEqual(attention, []);
  assert.equal(lines[0], '  master now      db11');
  assert.equal(lines[2], '  outage          0.312 s through the writer address 192.0.2.155 from mgr (db10, then db11)');
  assert.ok(lines.includes('      0.200 s  release-address:db10'), lines.join('\n'));
  assert.equal(
    lines.at(-1),
    "  from the release of the writer address to its assignment: 1.500 s, by the hooks' clock",
  );
});

test('no time without writes is claimed for a switch that failed', () => {
  const runs = [run('online stop', [step('release-address:db10', 1, 1.2)], 'failed'), run('online start', [], null)];
  const seen = survey([master(db10), replica(db11, db10), replica(db12, db10)]);
  const { lines } = switchSummary(app, seen, runs, null, null);
  assert.ok(lines.includes('  online stop, db10 -> db11: FAILED in 9.000 s'));
  assert.ok(lines.includes('  online start, db10 -> db11: NOT ENDED'));
  assert.doesNotMatch(lines.join('\n'), /from the release|outage/);
});

test('needs attention: all is as it must be, and the witness meets nobody', () => {
  const seen = survey([replica(db10, db11), master(db11), replica(db12, db11)], ['db11']);
  const nobody = { ...witness, met: 'nobody' as const, server: null, atLeast: true, note: 'no answer within 0.025 s' };
  const { attention } = switchSummary(app, seen, [], null, nobody);
  assert.deepEqual(attention, [
    'clients do not arrive: no server that takes writes is met through the writer address 192.0.2.155 from mgr, as ' +
      'there was before: no answer within 0.025 s',
  ]);
});

for (const [what, servers, holders, unknown, wanted] of [
  [
    'two masters',
    [master(db10), master(db11), replica(db12, db11)],
    ['db10', 'db11'],
    [],
    [/^MORE THAN ONE server takes writes: db10, db11; set read_only=1/, /is on more than one host: db10, db11$/],
  ],
  [
    'none',
    [replica(db10, db11), closed(db11), replica(db12, db11, { readOnly: true })],
    [],
    [],
    [
      /^no server is seen to take writes, and db11 could not be asked:/,
      /^the writer address 192\.0\.2\.155 is on no host that answers/,
    ],
  ],
  [
    'the address is elsewhere',
    [replica(db10, db11), master(db11), replica(db12, db11)],
    ['db10'],
    [],
    [
      patternOf(
        /^the writer address 192\.0\.2\.155 is on db10, but db11 takes the writes: /,
        /run "mha-helper vip release db10 -c \/etc\/mha\/app1\.cnf", /,
        /then "mha-helper vip assign db11 -c \/etc\/mha\/app1\.cnf"$/,
      ),
    ],
  ],
  [
    'a host that cannot be asked',
    [down(db10), master(db11), replica(db12, db11)],
    ['db11'],
    ['db10'],
    [/^db10 is out of the cluster/, /^db10 could not be asked whether/],
  ],
  [
    'the master cannot be asked',
    [master(db10), replica(db11, db10), replica(db12, db10)],
    [],
    ['db10'],
    [/^it is not known whether db10, which takes the writes, has the writer address 192\.0\.2\.155$/],
  ],
  [
    'no host can be asked',
    [master(db10), replica(db11, db10), replica(db12, db10)],
    [],
    ['db10', 'db11', 'db12'],
    [/^it is not known where the writer address 192\.0\.2\.155 is: no host could be asked for it$/],
  ],
  [
    'a master that is still a replica',
    [master(db10), replica(db11, db10, { readOnly: false }), replica(db12, db10)],
    ['db11'],
    [],
    [/^MORE THAN ONE/, /^db11 takes writes, but is still set up as a replica$/],
  ],
] as const) {
  test(`needs attention: ${what}`, () => {
    const { attention } = switchSummary(app, survey(servers, holders, unknown), [], db10, null);
    assert.equal(attention.length, wanted.length, attention.join('\n'));
    wanted.forEach((line, index) => {
      assert.match(attention[index] ?? '', line);
    });
  });
}
