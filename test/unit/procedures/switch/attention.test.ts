import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressElsewhere,
  addressInPart,
  addressNotKnownAnywhere,
  addressNowhere,
  addressOfMasterNotKnown,
  addressOnMoreThanOne,
  attentionOf,
  eachReplica,
  hostsNotAsked,
  moreThanOneMaster,
  noMaster,
  type Seen,
} from '../../../../src/procedures/switch/attention.ts';
import type { ServerState } from '../../../../src/procedures/survey/surveyCluster.ts';
import { app, db10, db11, db12, down, master, refused, replica, survey } from './switchCases.ts';

const well = [master(db10), replica(db11, db10), replica(db12, db10)];

function seen(
  servers: readonly ServerState[],
  holders: readonly string[] = ['db10'],
  unknown: readonly string[] = [],
  more: Partial<Seen> = {},
): Seen {
  return { app, survey: survey([...servers], [...holders], [...unknown]), dead: null, atWork: null, ...more };
}

test('a cluster that is well needs no attention', () => {
  assert.deepEqual(attentionOf(seen(well)), []);
});

test('while a failover runs nothing is advised but to wait', () => {
  const during = seen([down(db10), replica(db11, db10)], [], [], { atWork: 'a failover' });
  assert.deepEqual(attentionOf(during), ['a failover is at work: wait until it has ended before you change anything']);
});

test('two masters', () => {
  assert.deepEqual(moreThanOneMaster(seen(well)), []);
  const [line] = moreThanOneMaster(seen([master(db10), master(db11), replica(db12, db10)]));
  assert.match(line ?? '', /^MORE THAN ONE server takes writes: db10, db11; set read_only=1 on all but the master/);
});

const closed = well.map((state) => ({ ...state, readOnly: true }));

test('no master: the one that all others follow may be opened, where all are seen to be closed', () => {
  assert.deepEqual(noMaster(seen(well)), []);
  const [looked] = noMaster(seen(closed, [], [], { halfWay: false }));
  const open = /db10, which the others replicate from, is read-only.*mysql -h db10 -P 3306 -e "SET GLOBAL read_only=0"/;
  assert.match(looked ?? '', open);
  assert.doesNotMatch(looked ?? '', /undo/);
  assert.deepEqual(eachReplica(seen(closed)), []);
});

test('no master: nobody is told to open a server of which that is not certain', () => {
  const apart = closed.map((state) => ({ ...state, replication: null, source: null }));
  assert.doesNotMatch(noMaster(seen(closed))[0] ?? '', /read_only=0/, 'nobody has looked what hooks have left');
  for (const one of [
    seen([down(db10), ...closed.slice(1)]),
    seen(closed, [], [], { halfWay: true }),
    seen(closed, [], [], { halfWay: false, mustStayClosed: ['db10'] }),
    seen([...closed.slice(0, 2), down(db12)]),
    seen([closed[0] ?? assert.fail(), refused(db11), refused(db12)]),
    seen(apart),
  ]) {
    const [line] = noMaster({ halfWay: false, ...one });
    assert.match(line ?? '', /mha-helper undo/);
    assert.doesNotMatch(line ?? '', /read_only=0/);
  }
  assert.match(noMaster(seen([down(db10), ...closed.slice(1)]))[0] ?? '', /db10 could not be asked: .* open none/);
});

test('what is wrong with a replica', () => {
  assert.deepEqual(eachReplica(seen(well)), []);
  const stopped = replica(db11, db10);
  const broken = { ...stopped, replication: { ...(stopped.replication ?? assert.fail()), running: false } };
  assert.deepEqual(eachReplica(seen([master(db10), broken, down(db12)])), [
    'db11 does not replicate',
    'db12 does not answer',
  ]);
  const out = eachReplica(seen([down(db10), master(db11), replica(db12, db11)], ['db11'], [], { dead: db10 }));
  assert.match(out[0] ?? '', /^db10 is out of the cluster/);
  const back = eachReplica(seen([{ ...master(db10), readOnly: true }, master(db11), replica(db12, db11)], ['db11']));
  assert.match(
    back[0] ?? '',
    /^db10 is read-only and replicates from nobody: where another .* writes: mha-helper rejoin db10 -c \/etc/,
  );
});

test('where the address is', () => {
  for (const rule of [
    addressNotKnownAnywhere,
    addressOnMoreThanOne,
    addressInPart,
    addressOfMasterNotKnown,
    addressNowhere,
    addressElsewhere,
    hostsNotAsked,
  ])
    assert.deepEqual(rule(seen(well)), [], rule.name);
  assert.match(addressOnMoreThanOne(seen(well, ['db10', 'db11']))[0] ?? '', /on more than one host: db10, db11$/);
  assert.match(addressNowhere(seen(well, []))[0] ?? '', /run "mha-helper vip assign db10 -c /);
  assert.match(
    addressElsewhere(seen(well, ['db11']))[0] ?? '',
    /run "mha-helper vip release db11 .*", then ".*assign db10/,
  );
  assert.match(hostsNotAsked(seen(well, ['db10'], ['db12']))[0] ?? '', /^db12 could not be asked/);
  assert.match(
    addressOfMasterNotKnown(seen(well, [], ['db10']))[0] ?? '',
    /not known whether db10, which takes the writes/,
  );
  assert.match(addressNotKnownAnywhere(seen(well, [], ['db10', 'db11', 'db12']))[0] ?? '', /no host could be asked/);
});

test('no order to assign while a host could not be asked', () => {
  assert.doesNotMatch(addressNowhere(seen(well, [], ['db12']))[0] ?? '', /run "/);
});
