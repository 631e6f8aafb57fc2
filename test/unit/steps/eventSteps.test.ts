import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScheduledEvent } from '../../../src/mysql/Server.ts';
import { startEvents, stopEvents, stoppedEvents } from '../../../src/steps/eventSteps.ts';
import type { RunRecord } from '../../../src/steps/journal.ts';
import { FakeServer } from '../../doubles/server.ts';

const event = (name: string, status: ScheduledEvent['status'] = 'enabled'): ScheduledEvent => ({
  schema: 'app',
  name,
  definer: 'root@localhost',
  status,
});

function running(host: string): FakeServer {
  const server = new FakeServer(host);
  server.scheduler = 'ON';
  server.events = [event('tick'), event('off', 'disabled')];
  return server;
}

test('events that run are stopped, and undone to what they were', async () => {
  const server = running('db10');
  const step = stopEvents(server);
  const before = (await step.check()) ?? assert.fail();
  assert.equal((await step.apply(before)).detail, 'app.tick');
  assert.equal(server.scheduler, 'OFF');
  assert.deepEqual(
    server.events.map(({ status }) => status),
    ['disabled on replica', 'disabled'],
  );
  assert.equal(await step.check(), null);
  await step.undo?.run(before);
  assert.deepEqual([server.scheduler, server.events[0]?.status], ['ON', 'enabled']);
});

test('without a scheduler, or without events, nothing is touched', async () => {
  const off = running('db10');
  off.scheduler = 'OFF';
  const none = running('db10');
  none.events = [event('off', 'disabled')];
  for (const server of [off, none]) assert.equal(await stopEvents(server).check(), null);
});

test('the new master runs those that the old one ran, and no others', async () => {
  const server = new FakeServer('db11');
  server.events = [event('tick', 'disabled on replica'), event('other', 'disabled on replica')];
  const step = startEvents(server, [{ schema: 'app', name: 'tick', definer: 'root@localhost' }]);
  await step.apply((await step.check()) ?? assert.fail());
  assert.deepEqual(
    server.events.map(({ status }) => status),
    ['enabled', 'disabled on replica'],
  );
  assert.equal(server.scheduler, 'ON');
});

test('after a failover nobody knows what the dead master ran: the scheduler is left to a person', async () => {
  const server = new FakeServer('db11');
  server.events = [event('tick', 'disabled on replica')];
  const step = startEvents(server, null);
  const { leftToDo } = await step.apply((await step.check()) ?? assert.fail());
  assert.match(leftToDo?.[0] ?? '', /^set event_scheduler=ON on db11 if its events \(app\.tick\) are to run/);
  assert.equal(server.scheduler, 'OFF');
});

test('what was stopped is in the record', () => {
  const before = { scheduler: 'ON', events: '[{"schema":"app","name":"tick","definer":"root@localhost"}]' };
  const step = { id: 'stop-events:db10', title: '', before, state: 'done', at: '', endedAt: '' } as const;
  assert.deepEqual(
    stoppedEvents({ steps: [step] } as unknown as RunRecord).map(({ name }) => name),
    ['tick'],
  );
  assert.deepEqual(stoppedEvents({ steps: [] } as unknown as RunRecord), []);
});
