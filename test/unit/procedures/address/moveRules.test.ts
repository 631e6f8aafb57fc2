import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  assignDoubts,
  assignRefusals,
  releaseDoubts,
  releaseRefusals,
} from '../../../../src/procedures/address/moveRules.ts';
import { Failure } from '../../../../src/errors/errors.ts';
import type { ApplicationServer } from '../../../../src/mha/applicationConfig.ts';
import type { ServerState } from '../../../../src/procedures/survey/surveyCluster.ts';
import { app, db10, db11, db12, down, master, replica, survey } from '../switch/switchCases.ts';

/** Its host says that MySQL does not run there. */
function nobodyListens(server: ApplicationServer): ServerState {
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  return { ...down(server), failure: new Failure('mysql', `${server.hostname}: ECONNREFUSED`, { cause }) };
}

const well = [master(db10), replica(db11, db10), replica(db12, db10)];

for (const [what, servers, holders, unknown, elsewhere, refusals, doubts] of [
  ['the master, and nobody has it', well, [], [], null, [], []],
  ['the master, which has it', well, ['db10'], [], null, [], []],
  [
    'somebody on the network answers',
    well,
    [],
    [],
    'the host with the hardware address x',
    [/answers for it on the network/],
    [],
  ],
  [
    'another host has it',
    well,
    ['db11'],
    [],
    null,
    [/^the writer address 192\.0\.2\.155 was not assigned to db10: db11 holds it/],
    [],
  ],
  ['two others have it', well, ['db11', 'db12'], [], null, [/db11 and db12 hold it/], []],
  ['the host itself cannot be asked', well, [], ['db10'], null, [/was not assigned to db10: gone$/], []],
  [
    'another host cannot be asked',
    well,
    [],
    ['db12'],
    null,
    [],
    [/^it is not known whether db12 has the address \(gone\)$/],
  ],
  [
    'a replica',
    [replica(db10, db11), master(db11), replica(db12, db11)],
    [],
    [],
    null,
    [],
    [/^db10 is read-only$/, /^db10 is a replica of db11, not the master$/, /^db11 takes writes$/],
  ],
  [
    'opened by a hook that was killed, its source down',
    [replica(db10, db11, { readOnly: false }), nobodyListens(db11), replica(db12, db11)],
    [],
    [],
    null,
    [],
    [],
  ],
  [
    'writable, and its source may be alive',
    [replica(db10, db11, { readOnly: false }), down(db11), replica(db12, db11)],
    [],
    [],
    null,
    [],
    [/^db10 is a replica of db11, not the master$/],
  ],
  ['two masters', [master(db10), master(db11), replica(db12, db11)], [], [], null, [], [/^db11 takes writes too$/]],
  [
    'its MySQL does not answer',
    [down(db10), replica(db11, db10), replica(db12, db10)],
    [],
    [],
    null,
    [],
    [/^it is not known whether db10 takes writes/],
  ],
] as const) {
  test(`assign to db10: ${what}`, () => {
    const seen = survey(servers, holders, unknown);
    const said = [
      ...assignRefusals(
        app,
        db10,
        seen,
        elsewhere === null ? { kind: 'nobody' } : { kind: 'somebody', who: elsewhere },
      ).map(({ message }) => message),
      ...assignDoubts(app, db10, seen),
    ];
    const wanted = [...refusals, ...doubts];
    assert.equal(said.length, wanted.length, said.join('\n'));
    wanted.forEach((line, index) => {
      assert.match(said[index] ?? '', line);
    });
  });
}

test('release: only the master that takes writes is a doubt, and a host that cannot be asked a refusal', () => {
  assert.equal(releaseDoubts(db10, survey(well)).length, 1);
  assert.deepEqual(releaseDoubts(db11, survey(well)), []);
  assert.deepEqual(releaseDoubts(db10, survey([down(db10), master(db11), replica(db12, db11)])), []);
  assert.deepEqual(releaseRefusals(db10, survey(well)), []);
  assert.match(
    releaseRefusals(db10, survey(well, [], ['db10']))[0]?.message ?? '',
    /^the writer address 192\.0\.2\.155 was not released on db10: gone$/,
  );
});
