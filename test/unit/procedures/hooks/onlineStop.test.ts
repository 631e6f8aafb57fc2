import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onlineStop } from '../../../../src/procedures/hooks/onlineStop.ts';
import { fakeTools, readOnlyConnection } from '../../../doubles/tools.ts';

const end = (host: string) => ({ host, ip: host, port: 3306, user: 'u', password: 'p' });

test('called once more after the switch it does not close the only server that takes writes', async () => {
  const states = { db10: { readOnly: true }, db11: { readOnly: false } };
  const tools = fakeTools('[default]\nvip_type = none\n[db10]\n[db11]\n', {
    mysql: ({ label }) => Promise.resolve(readOnlyConnection(states[label as keyof typeof states])),
    keepReady: () => Promise.resolve({ keep: () => undefined }),
  });
  const request = { command: 'stop', orig: end('db10'), new: end('db11'), origIsNewSlave: false } as const;
  await assert.rejects(onlineStop(request, tools), {
    kind: 'refused',
    message: 'db10 is read-only and db11 takes writes already; nothing has been changed',
  });
  assert.deepEqual(states.db11, { readOnly: false });
});
