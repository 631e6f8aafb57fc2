import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUnknown } from '../../../../src/errors/unknown.ts';
import type { ServerState } from '../../../../src/procedures/survey/surveyCluster.ts';
import { judge, type Circumstances } from '../../../../src/procedures/watch/judge.ts';
import type { Look } from '../../../../src/procedures/watch/lookAround.ts';
import { app, db10, db11, db12, down, master, refused, replica, survey } from '../switch/switchCases.ts';

const well = [master(db10), replica(db11, db10), replica(db12, db10)];

interface Case {
  readonly servers?: readonly ServerState[];
  readonly holders?: readonly string[];
  readonly unknown?: readonly string[];
  readonly look?: Partial<Look>;
  readonly around?: Partial<Circumstances>;
}

/** What was found, and what is not known, each by its key. */
function said({ servers = well, holders, unknown, look = {}, around = {} }: Case): Record<string, string> {
  const seen: Look = { app, survey: survey(servers, holders, unknown), events: [], errant: [], ...look };
  const answers = judge(seen, { leftOut: [], maxLag: 300, halfWay: false, ...around });
  return Object.fromEntries(
    answers.flatMap(({ key, answer }) => {
      if (answer === 'no') return [];
      return [[key, isUnknown(answer) ? `? ${answer.unknown}` : answer.found]];
    }),
  );
}

const lagging = (state: ServerState, secondsBehind: number | null, delay = 0): ServerState => ({
  ...state,
  replication: { ...(state.replication ?? assert.fail()), secondsBehind, delay },
});

test('all is well: nothing is found, and each question is answered', () => {
  assert.deepEqual(said({}), {});
  const keys = judge({ app, survey: survey(well), events: [], errant: [] }, { leftOut: [], maxLag: 1, halfWay: false });
  assert.deepEqual(
    keys.map(({ key }) => key).filter((key) => !/db1[12]$/.test(key)),
    [
      'writers',
      'noWriter',
      'address:holders',
      'address:place',
      'replication:db10',
      'lag:db10',
      'events:db10',
      'divergence:db10',
      'unseen',
    ],
  );
});

test('who takes writes', () => {
  assert.match(
    said({ servers: [master(db10), master(db11), replica(db12, db10)] })['writers'] ?? '',
    /db10, db11; set/,
  );
  const closed = said({ servers: [{ ...master(db10), readOnly: true }, ...well.slice(1)] });
  assert.deepEqual(Object.keys(closed), ['noWriter']);
  assert.match(closed['noWriter'] ?? '', /^no server takes writes: db10.*: mysql -h db10 .*read_only=0"/);
  // One that is out of the cluster and not seen may take writes: nobody is told to open another one beside it.
  const restarted = [{ ...master(db11), readOnly: true }, replica(db12, db11)];
  const around = { leftOut: ['db10'] };
  const beside = said({ servers: [down(db10), ...restarted], around })['noWriter'] ?? '';
  assert.match(beside, /^no server is seen to take writes, and db10 could not be asked: .*open none before you know/);
  const stopped = said({ servers: [refused(db10), ...restarted], around })['noWriter'] ?? '';
  assert.doesNotMatch(stopped, /could not be asked/);
  // Somebody who does not answer may be the second, or the first.
  assert.match(said({ servers: [...well.slice(0, 2), down(db12)] })['writers'] ?? '', /^\? db12: /);
  const hung = said({ servers: [down(db10), ...well.slice(1)] });
  assert.match(hung['noWriter'] ?? '', /^\? db10: /);
  // One that is down takes none, and MHA gets time for it.
  const dead: Look = { app, survey: survey([refused(db10), ...well.slice(1)]), events: [], errant: [] };
  const [answer] = judge(dead, { leftOut: [], maxLag: 1, halfWay: false }).filter(({ key }) => key === 'noWriter');
  assert.ok(typeof answer?.answer === 'object' && 'forMs' in answer.answer);
  assert.equal(answer.answer.forMs, 30_000);
  assert.match(answer.answer.found, /^no server takes writes; .*MySQL down \(connection refused/);
  assert.doesNotMatch(answer.answer.found, /read_only=0/);
});

test('where the address is', () => {
  assert.match(said({ holders: [] })['address:place'] ?? '', /on no host .*; run "mha-helper vip assign db10 /);
  assert.match(said({ holders: ['db11'] })['address:place'] ?? '', /is on db11, but db10 takes the writes: run/);
  assert.match(said({ holders: ['db10', 'db12'] })['address:holders'] ?? '', /on more than one host: db10, db12$/);
  // The master has it not: that is certain, whatever another host says.
  assert.match(said({ holders: [], unknown: ['db12'] })['address:place'] ?? '', /^the writer address .* is on no host/);
  assert.deepEqual(said({ unknown: ['db12'] }), { 'address:holders': '? db12: gone', unseen: 'db12: gone' });
  const ofMaster = said({ holders: [], unknown: ['db10'] });
  assert.match(ofMaster['address:place'] ?? '', /^\? db10: gone/);
  const none = { ...survey(well), address: null, holdings: [] };
  assert.deepEqual(said({ look: { survey: none } }), {});
});

test('replication', () => {
  const stopped = replica(db11, db10);
  const broken = {
    ...stopped,
    replication: { ...(stopped.replication ?? assert.fail()), running: false, error: 'Duplicate entry' },
  };
  assert.deepEqual(said({ servers: [master(db10), broken, replica(db12, db10)] }), {
    'replication:db11': 'db11 does not replicate: Duplicate entry',
  });
  const dead = said({ servers: [...well.slice(0, 2), refused(db12)] });
  assert.match(dead['replication:db12'] ?? '', /^db12: MySQL down .*: MHA does not fail over without it$/);
  const alone = said({ servers: [...well.slice(0, 2), { ...master(db12), readOnly: true }] });
  assert.match(
    alone['replication:db12'] ?? '',
    /replicates from nobody.*mha-helper rejoin db12 -c \/etc\/mha\/app1\.cnf/,
  );
});

test('behind, beside the delay that is configured', () => {
  const at = (seconds: number | null, delay = 0): string | undefined =>
    said({ servers: [master(db10), lagging(replica(db11, db10), seconds, delay), replica(db12, db10)] })['lag:db11'];
  assert.equal(at(300), undefined);
  assert.equal(at(301), 'db11 is 301 s behind (max_replication_lag = 300)');
  assert.equal(at(3900, 3600), undefined);
  assert.equal(at(null), '? the server does not know');
});

test('events on a replica, and what a replica alone has', () => {
  const events = (names: Look['events'][number]['names']): Partial<Look> => ({ events: [{ server: db11, names }] });
  assert.deepEqual(said({ look: events(['app.purge']) }), {
    'events:db11': 'events run on db11, a replica: app.purge',
  });
  assert.deepEqual(said({ look: events([]) }), {});
  assert.deepEqual(said({ look: events({ unknown: 'denied' }) }), { 'events:db11': '? denied' });
  const errant = (extra: Look['errant'][number]['extra'], server = db11, isCertain = true): Partial<Look> => ({
    errant: [{ server, master: db10, extra, isCertain, byGtid: true }],
  });
  assert.match(said({ look: errant('0-1-5') })['divergence:db11'] ?? '', /db11 has transactions that db10 lacks/);
  assert.deepEqual(said({ look: errant('0-1-5', db12) }), {}, 'no candidate');
  assert.deepEqual(said({ look: errant({ unknown: 'why' }) }), { 'divergence:db11': '? why' });
  assert.match(said({ look: errant('0-1-5', db11, false) })['divergence:db11'] ?? '', /^\? db11 probably has/);
});

test('an old master that is told of elsewhere: its silence is nothing, its word counts', () => {
  const around = { leftOut: ['db10'] };
  const after = [master(db11), replica(db12, db11)];
  for (const old of [down(db10), refused(db10), { ...master(db10), readOnly: true }]) {
    assert.deepEqual(said({ servers: [old, ...after], holders: ['db11'], unknown: ['db10'], around }), {});
  }
  const back = said({ servers: [master(db10), ...after], holders: ['db10', 'db11'], around });
  assert.deepEqual(Object.keys(back), ['writers', 'address:holders']);
});
