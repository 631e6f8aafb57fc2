import assert from 'node:assert/strict';
import { test } from 'node:test';
import { streamProcess } from '../../../../src/adapters/processes/streamedProcess.ts';
import { systemClock } from '../../../../src/adapters/systemClock.ts';
import type { Look } from '../../../../src/procedures/witness/tally.ts';
import { LookReader, watchCommand } from '../../../../src/procedures/witness/watchCommand.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const tools = {
  clock: systemClock,
  connect: fakeTools('', { stream: (argv, options) => streamProcess(argv, process.env, options) }).connect,
};

async function run(command: string, until: (looks: readonly Look[]) => boolean) {
  const looks: Look[] = [];
  const stop = new AbortController();
  const why = await watchCommand(
    { command, facts: { HOST: 'db10', ADDRESS: '192.0.2.155' } },
    tools,
    stop.signal,
    (look) => {
      looks.push(look);
      if (until(looks)) stop.abort();
    },
  );
  return { why, looks };
}

test('its lines are looks, it gets the facts, and it is ended even when it does not want to', async () => {
  const command =
    'trap "" INT; echo noise; echo "{\\"writable\\":true,\\"server\\":\\"$MHA_HELPER_HOST\\"}"; ' +
    'echo "{\\"writable\\":false}"; exec sleep 60';
  const began = performance.now();
  const { why, looks } = await run(command, (seen) => seen.length === 2);
  assert.equal(why, null);
  assert.deepEqual(
    looks.map(({ state, server }) => [state, server]),
    [
      ['writable', 'db10'],
      ['away', null],
    ],
  );
  assert.ok(performance.now() - began < 20_000, 'it was not waited for');
});

test('one that ends by itself, and what it said', async () => {
  const { why, looks } = await run('echo "ssh: no route to host" >&2; exit 255', () => false);
  assert.deepEqual([why, looks], ['witness_command ended by itself (exit 255): ssh: no route to host', []]);
});

test('lines in pieces, times of its own, and lines that are no looks', () => {
  const reader = new LookReader();
  assert.deepEqual(reader.lines('{"writable":tr'), []);
  const [line = ''] = reader.lines('ue,"server":"db10","ms":12.5}\n');
  assert.equal(reader.read(line, 99_000)?.at, 12.5);
  for (const none of [
    'text',
    '[]',
    'null',
    '{"writable":"yes","server":"db10","ms":13}',
    '{"writable":true,"ms":13}',
    '{"writable":true,"server":"db10"}',
    '{"writable":false,"ms":3}',
  ])
    assert.equal(reader.read(none, 99_001), null, none);
  assert.equal(reader.read('{"writable":false,"ms":40}', 99_002)?.at, 40);
  const other = new LookReader();
  assert.equal(other.read('{"writable":false}', 500)?.at, 500);
});
