import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../src/errors/errors.ts';
import { errorLine } from '../../../src/errors/message.ts';
import {
  assignWriterAddress,
  freezeWriterAddress,
  FrozenConnections,
  hasFrozen,
  heldBy,
  letGo,
  placeWriterAddress,
  releaseByOrder,
  releaseWriterAddress,
  takeWriterAddress,
  unlessUnknown,
} from '../../../src/steps/writerAddressSteps.ts';
import type { RunRecord } from '../../../src/steps/journal.ts';
import { none } from '../../../src/vip/none.ts';
import type { Elsewhere, Held, Provider, VipHost } from '../../../src/vip/Provider.ts';

const host = { name: 'db11' } as VipHost;

/** @param held what the host has */
function provider(held: Held, more: Partial<Provider> = {}) {
  const calls: string[] = [];
  const note = (what: string) => () => {
    calls.push(what);
    return Promise.resolve([]);
  };
  const subject: Provider = {
    ...none,
    address: '10.0.0.155',
    holds: () => Promise.resolve(held === 'held'),
    remains: () => Promise.resolve(held),
    release: note('release'),
    assign: note('assign'),
    byHand: () => 'do it by hand',
    ...more,
  };
  return { subject, calls };
}

test('a provider that knows one place only: it is there or it is not', async () => {
  const { remains: _, ...simple } = provider('held').subject;
  assert.equal(await heldBy(simple, host), 'held');
  assert.equal(await heldBy({ ...simple, holds: () => Promise.resolve(false) }, host), 'nothing');
  assert.equal(await heldBy(provider('rest').subject, host), 'rest');
});

test('release: whatever remains is taken away, and given back only where clients were led there', async () => {
  for (const [held, given] of [
    ['held', ['release', 'assign']],
    ['partly', ['release', 'assign']],
    ['rest', ['release']],
  ] as const) {
    const { subject, calls } = provider(held);
    const step = releaseWriterAddress(subject, host);
    const before = (await step.check()) ?? assert.fail();
    await step.apply(before);
    await step.undo?.run(before);
    assert.deepEqual(calls, given, held);
  }
  assert.equal(await releaseWriterAddress(provider('nothing').subject, host).check(), null);
});

test('release by order: given back only where nobody else is seen to have it', async () => {
  const undone = async (elsewhere: Elsewhere, held = true): Promise<readonly string[]> => {
    const { subject, calls } = provider('held', { answersElsewhere: () => Promise.resolve(elsewhere) });
    const failed = await releaseByOrder(subject, host)
      .undo?.run({ held })
      .then(
        () => [],
        (error: unknown) => [errorLine(error)],
      );
    return [...calls, ...(failed ?? [])];
  };
  const nobody = { kind: 'nobody' } as const;
  assert.deepEqual(await undone(nobody), ['assign']);
  assert.deepEqual(await undone(nobody, false), []);
  const how = '"mha-helper vip assign db11 -c APP.CNF" gives it back where nobody else has it';
  assert.deepEqual(await undone({ kind: 'somebody', who: 'db10' }), [`db10 answers for it -- ${how}`]);
  assert.deepEqual(await undone({ kind: 'unknown', why: 'no arping' }), [
    `it is not known whether another host has it: no arping -- ${how}`,
  ]);
});

test("a dead master's address is taken unless it is certain that it has none, and is never given back", async () => {
  const { subject, calls } = provider('nothing');
  const step = takeWriterAddress(subject, host);
  assert.ok(!('undo' in step));
  assert.notEqual(step.id, releaseWriterAddress(subject, host).id, 'a later run must not give it back either');
  await step.apply((await step.check()) ?? assert.fail());
  assert.deepEqual(calls, ['release']);
  assert.equal(await takeWriterAddress(subject, host, () => Promise.resolve(true)).check(), null);
});

test('assign: never while somebody else answers for the address', async () => {
  const { subject } = provider('nothing');
  const elsewhere = () => Promise.resolve({ kind: 'somebody', who: '02:00:00:00:00:01' } as const);
  for (const step of [
    assignWriterAddress(subject, host, elsewhere),
    placeWriterAddress(subject, host, false, elsewhere()),
  ])
    await assert.rejects(step.check(), { kind: 'refused', message: /^02:00:00:00:00:01 .*10\.0\.0\.155/ });
});

test('assign: where the host has it nobody is asked', async () => {
  const { subject } = provider('held');
  assert.equal(await assignWriterAddress(subject, host, () => assert.fail()).check(), null);
});

test('who cannot be asked whether somebody has it does not get it', async () => {
  const { subject } = provider('nothing');
  const unknown = () => Promise.resolve({ kind: 'unknown', why: 'no way to ask' } as const);
  await assert.rejects(assignWriterAddress(subject, host, unknown).check(), {
    kind: 'refused',
    message: /not known .*10\.0\.0\.155: no way to ask/,
  });
  const warned: string[] = [];
  const known = unlessUnknown(unknown, (line) => warned.push(line));
  assert.notEqual(await assignWriterAddress(subject, host, known).check(), null, 'a caller that knows better goes on');
  assert.equal(warned.length, 1);
});

test('in a failover a failure is left to a person, with what to type; by an order it is undone', async () => {
  const { subject, calls } = provider('nothing');
  const nobody = () => Promise.resolve({ kind: 'nobody' } as const);
  const left =
    assignWriterAddress(subject, host, nobody).failureLeaves?.(new Failure('address', 'no such device')) ?? [];
  assert.equal(left.length, 1);
  for (const part of [/db11/, /10\.0\.0\.155/, /no such device/, /mha-helper vip assign db11/, /do it by hand$/])
    assert.match(left[0] ?? '', part);
  const placed = placeWriterAddress(subject, host, false, nobody);
  assert.equal(placed.failureLeaves, undefined);
  await placed.apply((await placed.check()) ?? assert.fail());
  await placed.undo?.run({ held: false });
  assert.deepEqual(calls, ['assign', 'release']);
});

test('by an order a host that has it tells the network once more, and there is nothing to take back', async () => {
  const { subject, calls } = provider('held');
  const step = placeWriterAddress(subject, host, true, () => assert.fail());
  assert.ok(!('undo' in step));
  await step.apply((await step.check()) ?? assert.fail());
  assert.deepEqual(calls, ['assign']);
});

test('freeze: the step of a release, with its undo; it tells whose connections stay, and records it', async () => {
  const { subject, calls } = provider('held', {
    freeze: () => Promise.resolve({ peers: ['10.0.0.7:5000'], leftToDo: [] }),
  });
  const told: string[] = [];
  const step = freezeWriterAddress(subject, host, (peers) => told.push(...peers));
  const before = (await step.check()) ?? assert.fail();
  const { detail } = await step.apply(before);
  assert.equal(step.id, releaseWriterAddress(subject, host).id);
  assert.deepEqual(told, ['10.0.0.7:5000']);
  const record = (state: string, text = detail): RunRecord =>
    ({ steps: [{ id: step.id, state, detail: text }] }) as unknown as RunRecord;
  assert.deepEqual(
    [hasFrozen(record('done'), 'db11'), hasFrozen(record('undone'), 'db11'), hasFrozen(record('done'), 'db12')],
    [true, false, false],
  );
  await step.undo?.run(before);
  assert.deepEqual(calls, ['assign']);
});

test('freeze: a provider that cannot, or does not, releases', async () => {
  const cannot = provider('held');
  await freezeWriterAddress(cannot.subject, host, () => assert.fail()).apply({ held: true });
  assert.deepEqual(cannot.calls, ['release']);
  const not = provider('held', { freeze: () => Promise.resolve({ peers: null, leftToDo: [] }) });
  assert.deepEqual(await freezeWriterAddress(not.subject, host, () => assert.fail()).apply({ held: true }), {
    leftToDo: [],
  });
});

test('frozen connections are reset once: when the new host can be reached, or after it in any case', async () => {
  const { subject, calls } = provider('nothing', {
    assign: (_, usable) => {
      void usable?.();
      calls.push('verdict');
      return Promise.resolve([]);
    },
  });
  const frozen = new FrozenConnections(subject, { name: 'db10' } as VipHost);
  const nobody = () => Promise.resolve({ kind: 'nobody' } as const);
  await assignWriterAddress(subject, host, nobody, () => frozen.reset()).apply({ held: false });
  await letGo(frozen).apply({});
  assert.deepEqual(calls, ['release', 'verdict']);
});

test('a host that does not answer lets go by itself; one that refuses is for a person', async () => {
  const failing = (failure: Failure): FrozenConnections =>
    new FrozenConnections(provider('rest', { release: () => Promise.reject(failure) }).subject, host);
  const { note } = await letGo(failing(new Failure('ssh', 'no route to host'))).apply({});
  assert.match(note ?? '', /no route to host.*: a host that lives does it by itself soon/);
  const step = letGo(failing(new Failure('address', 'sudo: no')));
  await assert.rejects(step.apply({}), { kind: 'address' });
  assert.match(
    step.failureLeaves?.(new Failure('address', 'sudo: no')).join() ?? '',
    /vip release db11.*" does it at once/,
  );
});
