import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostSettings } from '../../../../src/config/options.ts';
import type { DaemonTools, Tools } from '../../../../src/context/Context.ts';
import type { ManagerTools } from '../../../../src/context/Managers.ts';
import type { ApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import { clusterKeys, managerKey } from '../../../../src/procedures/managers/keys.ts';
import { ManagerSeat } from '../../../../src/procedures/managers/ManagerSeat.ts';
import { MonitorSessions } from '../../../../src/procedures/managers/MonitorSessions.ts';
import { nothingShared } from '../../../../src/procedures/managers/sharedState.ts';
import { FakeClock } from '../../../doubles/clock.ts';
import { FakeLeaseClock, settled } from '../../../doubles/leaseClock.ts';
import { KeptLog } from '../../../doubles/log.ts';
import { MemoryStore } from '../../../doubles/store.ts';

const keys = clusterKeys('/p/', 'c');
const options = { ha_prefix: '/p/', ha_manager: 'mgr1', ha_ttl: 10, run_timeout: 60, mysql_tls: 'opportunistic' };
const settings = (change: object = {}): HostSettings =>
  ({
    cluster: 'c',
    file: '/etc/c.conf',
    options: { ...options, ha_endpoints: ['https://etcd1:2379'], ...change },
  }) as never;

function world(daemon?: Partial<DaemonTools>) {
  const store = new MemoryStore();
  const clock = new FakeLeaseClock();
  const log = new KeptLog();
  const told: string[] = [];
  let ask: ((line: string) => Promise<unknown>) | undefined;
  const leases = {
    grantLease: () => Promise.resolve({ id: '77', ttlSeconds: 10 }),
    renewLease: () => Promise.resolve(10),
    revokeLease: () => Promise.resolve(true),
    close: () => undefined,
  };
  const managers: ManagerTools = {
    clock,
    self: ['/opt/mha helper/mha-helper'],
    openStore: () => Promise.resolve(Object.assign(store, leases) as never),
    addresses: () => ['10.0.0.1'],
    keepFile: (path, text) => void told.push(`${path}: ${text.trimEnd() === '0' ? 'over' : 'on'}`),
    serveLines: (path, answer) => {
      told.push(`${path} is served`);
      ask = answer;
      return Promise.resolve(() => void told.push('served no more'));
    },
  };
  const tools = { clock: new FakeClock(), log, places: { hostname: 'host1' } } as unknown as Tools;
  const sessions = new MonitorSessions(tools, (daemon ?? { managers: () => Promise.resolve(managers) }) as DaemonTools);
  const work = {
    cluster: 'c',
    files: { guard: 'c.guard', lease: 'c.lease' },
    app: () => ({ name: 'c', managerWorkdir: '/work', servers: [] }) as unknown as ApplicationConfig,
    endManager: () => void told.push('end the manager'),
  };
  const seat = new ManagerSeat(work, sessions, tools);
  const run = async (ms: number): Promise<string> => {
    let wanted = '';
    for (let done = 0; done < ms; done += 500) {
      await clock.advance(500);
      wanted = seat.wanted('run', false, null);
      await settled();
    }
    return wanted;
  };
  return { store, clock, log, told, seat, sessions, run, ask: (line: object) => ask?.(JSON.stringify(line)) };
}

test('without ha_endpoints: nothing is opened, said, asked or refused', async () => {
  const { seat, told, log, sessions } = world({ managers: () => assert.fail('nobody is to be asked') });
  await seat.settle({ host: settings({ ha_endpoints: undefined }), isShared: false, told: null });
  await seat.settle({ host: null, isShared: false, told: null });
  for (const asked of ['run', 'pause', 'stop'] as const) assert.equal(seat.wanted(asked, true, 'a pause'), asked);
  seat.publish(nothingShared, { protected: true, why: null });
  assert.deepEqual(
    [seat.variables(), seat.record, seat.trouble, seat.takenOver(), seat.isShared, seat.looksAfter],
    [{}, null, null, null, false, true],
  );
  seat.end();
  await sessions.end();
  assert.deepEqual([told, log.lines], [[], []]);
});

test('a file that names other managers and cannot be used starts nothing', async () => {
  const { seat } = world();
  await assert.rejects(
    seat.settle({ host: null, isShared: true, told: null }),
    /ha_endpoints is set, and the configuration/,
  );
  const otherName = { ...settings(), cluster: 'd' };
  await assert.rejects(seat.settle({ host: otherName, isShared: true, told: null }), /must be called c\.conf/);
});

test('it waits for the key, then leads, publishes, and answers hooks', async () => {
  const { seat, store, told, run, ask } = world();
  await seat.settle({ host: settings(), isShared: true, told: null });
  assert.deepEqual(told, ['c.guard is served']);
  assert.deepEqual([seat.wanted('run', false, null), seat.variables(), seat.looksAfter], ['standby', null, false]);
  assert.equal(await run(5000), 'run');
  const epoch = store.entries.get(keys.leader)?.createRevision;
  assert.deepEqual(seat.variables(), {
    MHA_HELPER_EPOCH: String(epoch),
    MHA_HELPER_GUARD: 'c.guard',
    MHA_HELPER_LEASE: 'c.lease',
  });
  assert.ok(told.includes('c.lease: on'));
  assert.deepEqual(seat.takenOver(), nothingShared);
  assert.equal(seat.takenOver(), null);
  seat.publish({ ...nothingShared, absent: ['db10'] }, { protected: true, why: null });
  await settled();
  assert.match(store.entries.get(keys.state)?.value ?? '', /db10/);
  assert.match(store.entries.get(keys.word)?.value ?? '', /"protected":true/);
  assert.ok(store.entries.has(managerKey('/p/', 'mgr1')));
  assert.deepEqual(await ask({ what: 'x', phase: 'begun', epoch, from: 'db10' }), { granted: true });
  assert.deepEqual(await ask({ what: 'x' }), { refused: 'that is no request, or nobody can answer it yet' });
  assert.equal(seat.record?.standing, 'leader');
});

test('where its own settings are not those of the last leader it says so, and leads', async () => {
  const { seat, store, log, run } = world();
  store.put(keys.state, JSON.stringify({ ...nothingShared, settings: { 'db10 smtp_host': 'a' } }));
  await seat.settle({ host: settings(), isShared: true, told: { 'db10 smtp_host': 'b' } });
  assert.equal(await run(5000), 'run');
  const said = log.lines.filter((line) => line.includes('the configuration of this manager is not that of the last'));
  assert.equal(said.length, 1);
  assert.match(said[0] ?? '', /: smtp_host \(here b, there a\)$/);
  seat.publish(nothingShared, { protected: true, why: null });
  await settled();
  assert.match(store.entries.get(keys.state)?.value ?? '', /"settings":\{"db10 smtp_host":"b"\}/);
});

test('masterha_manager is told to ask the others, unless the one that leads decides alone', async () => {
  const { seat, store, run, ask } = world();
  assert.equal(seat.secondaryCheck, null);
  await seat.settle({ host: settings({ ha_agree: 'others' }), isShared: true, told: null });
  assert.equal(seat.secondaryCheck, "'/opt/mha helper/mha-helper' secondary-check");
  await run(5000);
  assert.ok(store.entries.has(`${keys.members}mgr1`));
  const asked = ask({ reach: { host: 'db10', port: 3306, ping: 'SELECT' } });
  await run(2000);
  const said = ['no other manager of this cluster is known to etcd: nobody can be asked about db10:3306'];
  assert.deepEqual(await asked, { verdict: 'dead', said });
  const alone = world();
  await alone.seat.settle({ host: settings({ ha_agree: 'alone' }), isShared: true, told: null });
  assert.equal(alone.seat.secondaryCheck, null);
});

test('a pause on a host that does not lead keeps it from taking over; on the leader the key stays', async () => {
  const paused = world();
  await paused.seat.settle({ host: settings(), isShared: true, told: null });
  for (let tick = 0; tick < 10; tick += 1) {
    await paused.clock.advance(500);
    assert.equal(paused.seat.wanted('pause', false, 'paused'), 'standby');
  }
  assert.equal(paused.store.entries.get(keys.leader), undefined);
  const leading = world();
  await leading.seat.settle({ host: settings(), isShared: true, told: null });
  await leading.run(5000);
  assert.equal(leading.seat.wanted('pause', true, 'paused'), 'pause');
  assert.notEqual(leading.store.entries.get(keys.leader), undefined);
});

test('when etcd has been silent for a minute a person is told', async () => {
  const { seat, store, run, clock, told } = world();
  await seat.settle({ host: settings(), isShared: true, told: null });
  await run(5000);
  const silence = () => Promise.reject(new Error('no answer'));
  Object.assign(store, { list: silence, renewLease: silence, transact: silence });
  await clock.advance(9000);
  assert.ok(told.includes('end the manager') && told.includes('c.lease: over'));
  assert.equal(seat.variables(), null);
  await clock.advance(60_000);
  assert.match(seat.trouble?.text ?? '', /^no automatic failover: mgr1 has had no answer from etcd for 60 s/);
});
