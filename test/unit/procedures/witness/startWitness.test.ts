import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Connectors, SqlTarget } from '../../../../src/context/Context.ts';
import { readCluster } from '../../../../src/config/validate.ts';
import { systemClock } from '../../../../src/adapters/systemClock.ts';
import { Failure, SqlError } from '../../../../src/errors/errors.ts';
import { startWitness } from '../../../../src/procedures/witness/startWitness.ts';
import type { WitnessRecord } from '../../../../src/steps/witnessRecord.ts';
import { fakeTools } from '../../../doubles/tools.ts';
import { app, db10, db11 } from '../switch/switchCases.ts';

const address = 'vip_type=metal\nwriter_vip_cidr=192.0.2.155/24\ncluster_interface=eth0\n';

function settingsOf(options: string) {
  const text = `[default]\n${options}[db10]\n[db11]\n[db12]\n`;
  const reading = readCluster('/etc/mha-helper/c.conf', text);
  assert.deepEqual(reading.problems, []);
  return reading.cluster?.hosts ?? assert.fail('no cluster');
}

/** The server that the writer address leads to; each host is itself. */
function cluster(
  behindAddress: () => { readonly id: number; readonly readOnly: boolean } | Error,
): Partial<Connectors> {
  const own = (host: string): number => Number(host.replace(/\D/g, ''));
  return {
    mysql({ host }: SqlTarget) {
      const found = host === '192.0.2.155' ? behindAddress() : { id: own(host), readOnly: host !== 'db10' };
      if (found instanceof Error) return Promise.reject(found);
      return Promise.resolve({
        threadId: 1,
        close: () => Promise.resolve(),
        async query(sql) {
          // Others get their turn, as with a real one.
          await new Promise((resolve) => setImmediate(resolve));
          const now = host === '192.0.2.155' ? behindAddress() : found;
          if (now instanceof Error) throw now;
          if (sql.includes('max_connections')) return [{ most: 151 }];
          if (sql.startsWith('SHOW')) return [{ Value: '7' }];
          return [{ id: now.id, ro: now.readOnly ? 1 : 0 }];
        },
      });
    },
  };
}

async function seen(
  behindAddress: Parameters<typeof cluster>[0],
  {
    dead = null,
    options = address,
    patienceMs = 5_000,
  }: { dead?: typeof db10 | null; options?: string; patienceMs?: number },
) {
  // Patience and looks run side by side: in real time.
  const tools = { ...fakeTools('', cluster(behindAddress)), clock: systemClock };
  const told: WitnessRecord[] = [];
  const request = { app, settings: settingsOf(options), dead, master: dead ?? db10 };
  const witness = startWitness(request, tools, (word) => {
    told.push(word);
    return Promise.reject(new Error('a disk that is full is nothing to a switch'));
  });
  const word = (await witness?.end(patienceMs)) ?? null;
  assert.deepEqual(told, word === null ? [] : [word], 'it is told once, and the same');
  return word;
}

test('a planned switch: there is a figure, and the servers are told apart by their server_id', async () => {
  let looks = 0;
  const word = await seen(() => {
    looks += 1;
    if (looks < 8) return { id: 10, readOnly: false };
    if (looks < 12) return new Failure('deadline', 'no answer');
    return { id: 11, readOnly: false };
  }, {});
  assert.deepEqual([word?.met, word?.before, word?.server, word?.atLeast], ['new master', 'db10', 'db11', false]);
  assert.ok((word?.outageMs ?? 0) > 0);
  assert.deepEqual([word?.through, word?.seenFrom], ['the writer address 192.0.2.155', 'mgr']);
});

test('a dead master is not asked who it is, and is never taken for the new one', async () => {
  const word = await seen(() => ({ id: 10, readOnly: false }), { dead: db10, patienceMs: 100 });
  assert.equal(word?.met, 'unknown');
  assert.match(word.note, /none of the cluster's \(server_id 10\)/);
  assert.equal((await seen(() => ({ id: 11, readOnly: false }), { dead: db10 }))?.server, db11.hostname);
});

test('a refused login ends the witness, and nothing else', async () => {
  const denied = new Failure('mysql', 'Access denied', { cause: new SqlError(1045, 'Access denied') });
  const word = await seen(() => denied, {});
  assert.deepEqual([word?.met, word?.note], ['unknown', 'Access denied']);
});

test('it is not waited for longer than a moment when it does not end', async () => {
  const tools = { ...fakeTools('', { mysql: () => new Promise(() => undefined) }), clock: systemClock };
  const request = { app, settings: settingsOf(address), dead: null, master: db10 };
  const witness = startWitness(request, tools, () => Promise.resolve());
  const began = performance.now();
  const word = await witness?.end(50);
  assert.deepEqual([word?.met, word?.note], ['unknown', 'it did not come to look']);
  assert.ok(performance.now() - began < 10_000);
});

test('none where there is no address, unless a command looks', async () => {
  assert.equal(await seen(() => new Error('nobody asks'), { options: 'vip_type=none\n' }), null);
  const tools = fakeTools('', {
    stream(argv, { onOutput }) {
      assert.ok(argv.includes('MHA_HELPER_HOST=db10') && argv.includes('MHA_HELPER_ADDRESS='), argv.join(' '));
      onOutput('{"writable":true,"server":"db10"}\n{"writable":false}\n');
      tools.clock.advance(250);
      onOutput('{"writable":true,"server":"db11"}\n');
      return Promise.resolve(130);
    },
  });
  const settings = settingsOf('vip_type=none\nwitness_command=ssh app1 witness\n');
  const witness = startWitness({ app, settings, dead: null, master: db10 }, tools, () => Promise.resolve());
  const word = await witness?.end(0);
  assert.deepEqual([word?.outageMs, word?.server, word?.seenFrom], [250, 'db11', null]);
});
