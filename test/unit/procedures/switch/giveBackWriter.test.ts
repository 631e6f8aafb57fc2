import assert from 'node:assert/strict';
import { test } from 'node:test';
import { giveBackWriter } from '../../../../src/procedures/switch/giveBackWriter.ts';
import { app, cluster } from '../orders/orderCases.ts';

const at = '2026-01-31T03:00:00.000Z';

/** Where it is only told: nobody has looked at a server. */
async function told(procedure: string, step: string): Promise<string | null> {
  const { tools } = cluster();
  const lines = [
    { kind: 'run', run: 'a', pid: 7, procedure, origHost: 'db10', newHost: 'db11', at },
    { kind: 'step', run: 'a', id: step, title: step, before: {}, at },
    ...(procedure === 'online stop' ? [{ kind: 'end', run: 'a', outcome: 'done', message: '', at }] : []),
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  tools.files.texts.set('/var/lib/mha-helper/c.journal', text);
  return (await giveBackWriter(app, 'c', () => true, { allowed: false }, tools)).said;
}

test('a start that was killed may have opened the new master: nobody is said to be without one', async () => {
  const stop = await told('online stop', 'set-read-only:db10');
  assert.match(stop ?? '', /^MHA ended before it had called "start": "online stop" had closed db10; .* undo -c/);
  const start = await told('online start', 'clear-read-only:db11');
  assert.match(start ?? '', /^MHA ended after "online start" had begun and not finished: db11 may be open; /);
  for (const text of [stop, start]) assert.doesNotMatch(text ?? '', /no server takes writes/i);
});
