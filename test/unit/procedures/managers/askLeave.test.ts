import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../../src/errors/errors.ts';
import {
  guardSocket,
  leaveFor,
  leaveToSwitch,
  noLeave,
  type Leave,
} from '../../../../src/procedures/managers/askLeave.ts';
import type { HostSettings } from '../../../../src/config/options.ts';
import type { Tools } from '../../../../src/context/Context.ts';
import type { ApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import { KeptLog } from '../../../doubles/log.ts';

const several = { options: { ha_endpoints: ['https://etcd1:2379'] } } as unknown as HostSettings;
const one = { options: {} } as unknown as HostSettings;

function leave(procedure: string, answer: string, epoch: number | null = 7, record?: 'none' | 'undone') {
  const asked: string[] = [];
  const tools = {
    places: { stateDirectory: '/state', caller: { epoch, guard: null } },
    connect: {
      askLine: (path: string, line: string) => {
        const { phase, epoch: of, from, to } = JSON.parse(line) as Record<string, unknown>;
        asked.push([path, phase, of, from, to].map(String).join(' '));
        return answer === '' ? Promise.reject(new Failure('environment', 'nobody listens')) : Promise.resolve(answer);
      },
    },
  } as unknown as Tools;
  const request = { procedure, record, orig: { host: 'db10' }, next: { host: 'db11' } };
  return { asked, leave: leaveFor(request, several, guardSocket(tools, 'c'), tools), tools };
}

const all = async ({ begin, still, end }: Leave): Promise<void> => {
  await begin();
  await still();
  await end();
};

test('each hook of a failover asks for its phase before it changes anything, and tells that it is open', async () => {
  const start = leave('hard start', '{"granted":true}');
  await all(start.leave);
  const socket = '/state/monitor/c.guard';
  assert.deepEqual(
    start.asked,
    ['opening', 'still', 'open'].map((phase) => `${socket} ${phase} 7 db10 db11`),
  );
  const stop = leave('hard stopssh', '{"granted":true}');
  await all(stop.leave);
  assert.deepEqual(
    stop.asked.map((line) => line.split(' ')[1]),
    ['stopping', 'still'],
  );
});

test('what a run records is told to the monitor, and nobody waits for that or hears of its failure', async () => {
  const lines: string[] = [];
  const connect = {
    askLine: (path: string, line: string) => {
      lines.push(`${path} ${line}`);
      return Promise.reject(new Failure('environment', 'nobody listens'));
    },
  };
  const tools = { places: { stateDirectory: '/state' }, connect } as unknown as Tools;
  const run = { procedure: 'online stop', orig: { host: 'db10' }, next: null };
  leaveFor(run, several, guardSocket(tools, 'c'), tools).recorded();
  leaveFor(run, one, guardSocket(tools, 'c'), tools).recorded();
  leaveFor({ ...run, record: 'undone' }, several, guardSocket(tools, 'c'), tools).recorded();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(lines, ['/state/monitor/c.guard {"recorded":true}']);
});

test('by hand the end of a failover is told too; whatever else a person does asks who leads', async () => {
  const start = leave('hard start', '{"granted":true}', null);
  await all(start.leave);
  assert.deepEqual(
    start.asked.map((line) => line.split(' ')[1]),
    ['opening', 'still', 'open', 'done'],
  );
  const assign = leave('vip assign', '{"granted":true}', null);
  await all(assign.leave);
  assert.deepEqual(
    assign.asked.map((line) => line.split(' ')[1]),
    ['lead', 'lead'],
  );
});

test('what is refused, not answered or not understood is not done', async () => {
  const refused = { kind: 'refused' };
  await assert.rejects(leave('online stop', '{"refused":"mgr2 leads"}').leave.begin(), {
    ...refused,
    message: 'mgr2 leads',
  });
  await assert.rejects(leave('hard start', '').leave.begin(), {
    ...refused,
    message: 'ha_endpoints is set, and the monitor of this host does not answer: nobody listens',
  });
  await assert.rejects(leave('hard start', 'yes').leave.still(), refused);
});

test('one manager, a look, or what takes back: nobody is asked', async () => {
  const { tools } = leave('hard start', '');
  const request = { procedure: 'hard start', orig: { host: 'db10' }, next: null };
  assert.equal(leaveFor(request, one, 'x', tools), noLeave);
  assert.equal(leaveFor(request, undefined, 'x', tools), noLeave);
  await all(noLeave);
  assert.equal(leave('hard status', '', 7, 'none').leave, noLeave);
  assert.equal(leave('undo', '', 7, 'undone').leave, noLeave);
});

test('a failover without etcd: its hooks ask whether etcd is still silent, and nothing else', async () => {
  const silence = { forMs: 60_000, why: 'no answer', ttlMs: 10_000, own: [], others: [], failover: null };
  const world = (answer: object, procedure: string) => {
    const asked: string[] = [];
    const tools = {
      places: { stateDirectory: '/state', caller: { epoch: null, guard: null, withoutStore: true } },
      connect: {
        askLine: (_path: string, line: string) => (asked.push(line), Promise.resolve(JSON.stringify(answer))),
      },
    } as unknown as Tools;
    const request = { procedure, orig: { host: 'db10' }, next: { host: 'db11' } };
    return { asked, leave: leaveFor(request, several, 'c.guard', tools) };
  };
  const start = world(silence, 'hard start');
  await all(start.leave);
  assert.deepEqual(start.asked, ['{"silence":true}', '{"silence":true}']);
  await assert.rejects(world({ ...silence, forMs: null }, 'hard start').leave.begin(), /etcd answers again/);
  // Whatever else is done by hand asks as ever.
  await assert.rejects(world(silence, 'online stop').leave.begin(), { kind: 'refused' });
});

test('before MHA is started by hand', async () => {
  const silence = { forMs: 60_000, why: 'no answer', ttlMs: 10_000, own: [], others: [], failover: null };
  const app = { name: 'c', servers: [] } as unknown as ApplicationConfig;
  const tools = (isGranted: boolean, silent: object): Tools =>
    ({
      log: new KeptLog(),
      places: { stateDirectory: '/state', caller: null },
      connect: {
        askLine: (_path: string, line: string) => {
          const lead = isGranted ? { granted: true } : { refused: 'mgr1 does not lead now' };
          return Promise.resolve(JSON.stringify(line.includes('silence') ? silent : lead));
        },
      },
    }) as unknown as Tools;
  const to = (dead: string | null, isGranted: boolean, silent: object, alone = false, settings = several) =>
    leaveToSwitch(app, dead, settings, alone, tools(isGranted, silent));
  assert.equal(await to('db10', true, silence), false);
  assert.equal(await to('db10', false, silence, false, one), false);
  await assert.rejects(to('db10', false, silence), /^Failure: etcd does not answer \(no answer\)/);
  await assert.rejects(to('db10', false, { ...silence, forMs: null }), /mgr1 does not lead now/);
  await assert.rejects(to(null, false, silence), /mgr1 does not lead now/);
  assert.equal(await to('db10', false, silence, true), true);
  await assert.rejects(to('db10', true, { ...silence, forMs: null }, true), /etcd answers: do it with etcd/);
  await assert.rejects(to('db10', true, silence, true, one), /the cluster has one manager/);
});
