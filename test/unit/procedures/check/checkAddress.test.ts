import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAddress } from '../../../../src/procedures/check/checkAddress.ts';
import type { Run } from '../../../../src/procedures/run/openRun.ts';
import type { Survey } from '../../../../src/procedures/survey/surveyCluster.ts';
import { app, db10, db11, db12, master, replica, survey } from '../switch/switchCases.ts';

const servers = [master(db10), replica(db11, db10), replica(db12, db10)];
const none = servers.map((state) => ({ ...state, readOnly: true }));
const partly = (seen: Survey, host: string): Survey => ({
  ...seen,
  holdings: seen.holdings.map((one) => (one.host === host ? { ...one, holds: 'partly' as const } : one)),
});

/** The network is asked only where nobody has the address. */
async function lines(seen: Survey, asked?: () => Promise<unknown>): Promise<string[]> {
  const answersElsewhere = asked ?? (() => assert.fail('the network was asked'));
  const run = { provider: { answersElsewhere }, host: () => null } as unknown as Run;
  const found = await checkAddress(run, app, seen);
  return found.map(({ severity, text, hint }) => [severity, text, ...(hint === undefined ? [] : [hint])].join(' | '));
}

test('none is managed', async () => {
  assert.match((await lines({ ...survey(servers), address: null })).join('\n'), /^warning \| no writer address/);
});

test('on the master', async () => {
  assert.deepEqual(await lines(survey(servers)), ['ok | the writer address 192.0.2.155 is on db10, the master']);
});

test('on another host: both commands', async () => {
  assert.deepEqual(await lines(survey(servers, ['db11'])), [
    'error | the writer address 192.0.2.155 is on db11, but db10 takes the writes | ' +
      'run "mha-helper vip release db11 -c /etc/mha/app1.cnf", then "mha-helper vip assign db10 -c /etc/mha/app1.cnf"',
  ]);
});

test('on more than one', async () => {
  const [line] = await lines(survey(servers, ['db10', 'db12']));
  assert.match(line ?? '', /^error \| .* is on more than one host: db10, db12 \| .*mha-helper vip release$/);
});

test('without one master only where it is, is told', async () => {
  assert.deepEqual(await lines(survey(none)), ['ok | the writer address 192.0.2.155 is on db10']);
  assert.deepEqual(await lines(survey(none, [])), []);
});

test('in part, and not known: told besides, and the network is not asked', async () => {
  const [one] = await lines(partly(survey(servers, []), 'db11'));
  assert.match(one ?? '', /^error \| .* is on db11 in part only/);
  const both = await lines(survey(servers, [], ['db10', 'db11']));
  assert.deepEqual(both, ['error | it is not known whether db10 or db11 has the writer address 192.0.2.155: gone']);
});

test('on no host: somebody else has it, nobody has, or the network could not be asked', async () => {
  const somebody = await lines(survey(servers, []), () => Promise.resolve({ kind: 'somebody', who: '192.0.2.9' }));
  assert.match(somebody.join('\n'), /^error \| .* on no host of the cluster, but 192\.0\.2\.9 answers for it/);
  const nobody = await lines(survey(servers, []), () => Promise.resolve({ kind: 'nobody' }));
  assert.match(nobody.join('\n'), /^error \| .* on no host that answers \| run "mha-helper vip assign db10 -c /);
  const unknown = await lines(survey(servers, []), () => Promise.resolve({ kind: 'unknown', why: 'no arping' }));
  assert.deepEqual(unknown, ['error | who has the writer address 192.0.2.155 is not known: no arping']);
});
