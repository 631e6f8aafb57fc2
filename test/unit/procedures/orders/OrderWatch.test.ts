import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderWatch } from '../../../../src/procedures/orders/OrderWatch.ts';
import { isUnknown } from '../../../../src/errors/unknown.ts';
import { ordersPath } from '../../../../src/procedures/orders/standingOrders.ts';
import { shell } from '../../../doubles/tools.ts';
import { app, cluster, file, given, order } from './orderCases.ts';

/** @param options of mha-helper's file. @param local what programs on the manager host end with */
function watched(options = '', local: (argv: readonly string[]) => number = () => 2) {
  const { state, tools } = cluster(options);
  // Names of the servers, for who replicates from whom; fence_command.
  const connect = { ...tools.connect, local: shell((argv) => ({ code: local(argv) })) };
  const all = { ...tools, connect };
  const watch = new OrderWatch(all);
  const tick = async (): Promise<void> => {
    tools.clock.advance(1_000);
    await watch.tick(app, 'c');
    await watch.settled();
  };
  const standing = (): number => (isUnknown(watch.orders) ? -1 : watch.orders.standing.length);
  return { state, tools: all, watch, tick, standing };
}

test('nothing stands: nobody is asked', async () => {
  const { watch, tick, tools } = watched();
  await tick();
  assert.deepEqual([watch.trouble, watch.takeNotices(), tools.log.lines], [null, [], []]);
});

test('an old master that comes back writable is closed as soon as it answers, and people are told once', async () => {
  const { state, tools, watch, tick } = watched();
  await given(tools);
  state.db10.up = false;
  await tick();
  await tick();
  assert.deepEqual(watch.takeNotices(), []);
  state.db10.up = true;
  await tick();
  assert.equal(state.db10.readOnly, true);
  // What it has is compared too; this cluster's file is none.
  const closed = () => watch.takeNotices().filter(({ subject }) => subject.endsWith('was closed'));
  const [notice, ...more] = closed();
  assert.equal(notice?.subject, 'db10 is back and was closed');
  assert.match(notice.text, /writable[^]*mha-helper rejoin db10 -c \/etc\/mha\/a\.cnf/);
  await tick();
  assert.deepEqual([more, closed(), watch.trouble], [[], [], null]);
  // The order stands: whoever opens it again by hand is told, and it is closed.
  state.db10.readOnly = false;
  await tick();
  await tick();
  assert.equal(state.db10.readOnly, true);
  assert.equal(closed().length, 1);
});

test('a monitor that is started later does the same', async () => {
  const { state, tools, tick } = watched();
  await given(tools);
  const later = new OrderWatch(tools);
  await later.tick(app, 'c');
  await later.settled();
  assert.equal(state.db10.readOnly, true);
  await tick();
});

test('one that cannot be closed is trouble, with the reason and both ways out', async () => {
  const { state, tools, watch, tick } = watched();
  await given(tools);
  state.db11.up = false;
  for (let count = 0; count < 5; count += 1) await tick();
  assert.equal(state.db10.readOnly, false);
  assert.match(watch.trouble ?? '', /^db10, the old master, takes writes and was NOT closed: .*db11/);
  assert.match(watch.trouble ?? '', /mha-helper rejoin db10 .*mha-helper order lift db10/);
  state.db11.up = true;
  for (let count = 0; count < 5; count += 1) await tick();
  assert.deepEqual([watch.trouble, state.db10.readOnly], [null, true]);
});

test('one that replicates again needs no order', async () => {
  const { state, tools, tick, standing } = watched();
  await given(tools);
  state.db10.readOnly = true;
  await tick();
  assert.equal(standing(), 1);
  state.db10.source = '10.0.0.11';
  await tick();
  await tick();
  assert.equal(standing(), 0);
});

const subjects = (watch: OrderWatch): string[] => watch.takeNotices().map(({ subject }) => subject);

test('what it has is found out once, also by a monitor that is started after it was closed', async () => {
  const { state, tools, watch, tick } = watched();
  tools.files.texts.set(file.path, file.text);
  const closed = { at: 'then', by: 'mha-helper monitor', position: null, gtid: null, tookWrites: true };
  await given(tools, { closed });
  state.db10.readOnly = true;
  await tick();
  assert.deepEqual(subjects(watch), ['db10 has nothing more']);
  const later = new OrderWatch(tools);
  await later.tick(app, 'c');
  await later.settled();
  await later.tick(app, 'c');
  await later.settled();
  assert.deepEqual(subjects(later), []);
});

const fencing = 'unreachable_master = fence\nfence_command = off\n';

test('with fencing configured it is cut off first, once, and compared when it is back', async () => {
  const calls: string[] = [];
  const { state, tools, watch, tick } = watched(fencing, (argv) => {
    if (!argv.includes('off')) return 2;
    calls.push(argv.join(' '));
    assert.equal(state.db10.readOnly, false, 'before it is closed');
    return 0;
  });
  tools.files.texts.set(file.path, file.text);
  await given(tools);
  await tick();
  assert.deepEqual(calls, ['env MHA_HELPER_HOST=db10 MHA_HELPER_IP=10.0.0.10 sh -c off']);
  // A power switch takes longer than a server.
  assert.equal(state.db10.readOnly, true);
  assert.deepEqual(subjects(watch).toSorted(), ['db10 is back and was closed', 'db10 is back and was fenced']);
  state.db10.up = false;
  await tick();
  Object.assign(state.db10, { up: true, readOnly: false });
  await tick();
  assert.deepEqual([calls.length, state.db10.readOnly], [1, true], 'who switches it on again wants it back');
  assert.deepEqual(subjects(watch).toSorted(), ['db10 has nothing more', 'db10 is back and was closed']);
});

test('fenced by the failover, or read-only: it is not fenced; where that fails people are told', async () => {
  let calls = 0;
  const one = (): ReturnType<typeof watched> =>
    watched(fencing, (argv) => {
      if (argv.includes('off')) calls += 1;
      return 2;
    });
  const earlier = one();
  await given(earlier.tools, { fenced: { at: 'then', by: 'hard stop' } });
  await earlier.tick();
  const readOnly = one();
  await given(readOnly.tools);
  readOnly.state.db10.readOnly = true;
  await readOnly.tick();
  assert.deepEqual([calls, earlier.state.db10.readOnly], [0, true]);
  const failing = one();
  failing.tools.files.texts.set(file.path, file.text);
  await given(failing.tools);
  await failing.tick();
  const told = failing.watch.takeNotices().find(({ subject }) => subject === 'db10 is back and could NOT be fenced');
  assert.match(told?.text ?? '', /fence_command failed for db10 \(exit 2\)/);
  assert.deepEqual([calls, failing.state.db10.readOnly], [1, true]);
});

test('the master is never fenced', async () => {
  let calls = 0;
  const { state, tools, tick } = watched(fencing, (argv) => {
    if (argv.includes('off')) calls += 1;
    return 2;
  });
  await given(tools, { ...order, caller: null });
  state.db11.readOnly = true;
  state.db12.source = '10.0.0.10';
  for (let count = 0; count < 5; count += 1) await tick();
  assert.deepEqual([calls, state.db10.readOnly], [0, false]);
});

test('a record that cannot be read is trouble', async () => {
  const { tools, watch, tick } = watched();
  tools.files.texts.set(ordersPath(tools.places, 'c'), 'half a li');
  await tick();
  assert.match(watch.trouble ?? '', /^it is not known which old masters must be closed: /);
});
