import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostSettings } from '../../../../src/config/options.ts';
import type { SqlConnection, Tools } from '../../../../src/context/Context.ts';
import type { ApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import { prepareToLead, type Preparation } from '../../../../src/procedures/managers/prepareToLead.ts';
import { nothingShared } from '../../../../src/procedures/managers/sharedState.ts';
import type { LookAtNewMaster } from '../../../../src/procedures/managers/takeover.ts';
import { FakeClock } from '../../../doubles/clock.ts';
import { known } from './failovers.ts';

/** For certain. */
const closed = { isReadOnly: true, hasAddress: false };

function prepare(change: Partial<Preparation> = {}) {
  const kept: unknown[][] = [];
  const connection = {
    threadId: 1,
    query: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  } as unknown as SqlConnection;
  const server = (hostname: string) => ({ hostname, port: 3306, user: 'mha', password: 'x' });
  const app = { name: 'c', managerWorkdir: '/work', servers: ['db10', 'db11', 'db12'].map(server) };
  const prepared = prepareToLead({
    app: app as unknown as ApplicationConfig,
    known: null,
    waitedMs: 0,
    settings: { options: { run_timeout: 60, mysql_tls: 'opportunistic' } } as unknown as HostSettings,
    before: null,
    note: { manager: 'mgr2', host: 'mgr2', addresses: ['10.0.0.2'], since: '' },
    state: null,
    keepFile: (...args) => void kept.push(args),
    takeOrders: () => Promise.resolve([]),
    takeRuns: (runs) => Promise.resolve(runs.map((run) => `taken: ${run}`)),
    look: () => Promise.resolve({ look: closed, replicas: ['db12: CHANGE MASTER TO x'] }),
    tools: { clock: new FakeClock(), connect: { mysql: () => Promise.resolve(connection) } } as unknown as Tools,
    ...change,
  });
  return prepared.then((found) => ({ ...found, kept }));
}

const state = { absent: ['db10'], lastFailover: null, completeAt: 5000, failedOn: null };

test('the first leader of a cluster finds nothing, and leads', async () => {
  assert.deepEqual(await prepare(), { told: [], obstacle: null, state: nothingShared, kept: [] });
});

test("the next one gets what the last one knew, and MHA's file of the last failover with its time", async () => {
  const { state: found, kept } = await prepare({ state: JSON.stringify(state), known: known({ phase: 'done' }) });
  assert.deepEqual(found, { ...nothingShared, ...state });
  assert.deepEqual(kept, [['/work/c.failover.complete', '', 5000]]);
});

test('what hooks of the last one have left half done is taken over', async () => {
  const { told } = await prepare({ state: JSON.stringify({ ...state, runs: ['a line'] }) });
  assert.deepEqual(told, ['taken: a line']);
});

test('a failover whose owner may still be at it is waited for; then a person is asked', async () => {
  const open = known({ phase: 'open', to: 'db11' });
  const waiting = await prepare({ known: open, waitedMs: 59_000 });
  assert.deepEqual([waiting.state, waiting.obstacle], [null, null]);
  const { obstacle, state: none } = await prepare({ known: open, waitedMs: 61_000 });
  assert.equal(none, null);
  assert.equal(obstacle?.subject, 'FAILOVER NOT FINISHED');
  assert.match(
    obstacle.text,
    /clients write on db11, or may\. .*Point db12 to db11: db12: CHANGE MASTER TO x\. When .* monitor unblock$/,
  );
  const half = await prepare({ known: known({ phase: 'recovering' }), waitedMs: 61_000 });
  assert.match(half.obstacle?.text ?? '', /logs of db10 may have been applied to the new master/);
});

test('a failover that failed elsewhere is in the way, one that failed here is for MHA itself to say', async () => {
  const failed = (failedOn: string) => prepare({ state: JSON.stringify({ ...state, failedOn }) });
  assert.equal((await failed('mgr1')).obstacle?.subject, 'FAILOVER FAILED');
  assert.notEqual((await failed('mgr2')).state, null);
});

test('what cannot be read is not taken for nothing', async () => {
  assert.match((await prepare({ state: '{' })).obstacle?.text ?? '', /cannot be read/);
  assert.match((await prepare({ known: { unknown: 'unreadable' } })).obstacle?.text ?? '', /^unreadable/);
});

test('left while the new master was opened: only what is closed for certain counts as closed', async () => {
  const opening = known({ phase: 'opening', to: 'db11', position: 'bin.000003:4711' });
  const left = (look: LookAtNewMaster) =>
    prepare({ known: opening, waitedMs: 61_000, look: () => Promise.resolve({ look, replicas: [] }) });
  assert.match((await left(closed)).obstacle?.text ?? '', /which nobody opened/);
  const unknown = { unknown: 'no answer' };
  for (const change of [
    { isReadOnly: false },
    { hasAddress: true },
    { isReadOnly: unknown },
    { hasAddress: unknown },
  ]) {
    const text = (await left({ ...closed, ...change })).obstacle?.text ?? '';
    assert.match(
      text,
      /clients write on db11, or may\..* The log of db11 was at bin\.000003:4711 before it was opened/,
    );
  }
  const early = prepare({ known: opening, waitedMs: 1000, look: () => assert.fail('its owner may still be at it') });
  assert.equal((await early).obstacle, null);
});

test('standing orders of the last leader are taken in before anything is led, or nothing is', async () => {
  const orders = { standing: [], lifted: [] };
  const asked: unknown[] = [];
  const takeOrders = (theirs: unknown): Promise<readonly string[]> => {
    asked.push(theirs);
    return Promise.resolve(['db10 must stay closed']);
  };
  const found = await prepare({ state: JSON.stringify({ ...state, orders }), takeOrders });
  assert.deepEqual([found.told, found.state?.orders, asked], [['db10 must stay closed'], orders, [orders]]);
  await prepare({ takeOrders });
  assert.equal(asked.length, 1);
  const failing = await prepare({ state: JSON.stringify(state), takeOrders: () => Promise.reject(new Error('full')) });
  assert.equal(failing.state, null);
  assert.match(failing.obstacle?.text ?? '', /old masters must stay closed cannot be recorded here: .*full/);
});
