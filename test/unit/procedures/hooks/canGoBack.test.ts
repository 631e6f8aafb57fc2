import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MasterEnd } from '../../../../src/mha/request.ts';
import { canGoBack } from '../../../../src/procedures/hooks/canGoBack.ts';
import type { Provider, VipHost } from '../../../../src/vip/Provider.ts';
import { FakeServer } from '../../../doubles/server.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const end = (host: string): MasterEnd => ({ host, ip: host, port: 3306, user: 'u', password: 'p' });
const request = { command: 'start', orig: end('db10'), new: end('db11'), origIsNewSlave: false } as const;
const rest = 'bin.000001:100';

interface Seen {
  readonly readOnly?: boolean;
  readonly position?: string | null;
  readonly holds?: Partial<Record<string, boolean>>;
  readonly elsewhere?: 'nobody' | 'somebody' | 'unknown';
  readonly asksNetwork?: boolean;
}

/** All is well for going back where nothing else is said; a host of `holds` that is undefined does not answer. */
function back(seen: Seen, restThere: string | null = rest): Promise<boolean> {
  const holds = { db10: false, db11: false, ...seen.holds };
  const server = new FakeServer('db10');
  server.flags = { readOnly: seen.readOnly ?? true, superReadOnly: null };
  server.position = seen.position === undefined ? rest : seen.position;
  const provider = {
    asksNetwork: seen.asksNetwork ?? true,
    holds: ({ name }: VipHost) => {
      const held = holds[name as keyof typeof holds];
      return held === undefined ? Promise.reject(new Error(`${name}: no answer`)) : Promise.resolve(held);
    },
    answersElsewhere: () => Promise.resolve({ kind: seen.elsewhere ?? 'nobody', who: 'db12', why: 'no arping' }),
  } as unknown as Provider;
  return canGoBack(
    {
      provider,
      tools: fakeTools('[default]\n'),
      host: ({ host }) => ({ name: host }) as VipHost,
      server: () => Promise.resolve(server),
    },
    request,
    restThere,
  );
}

test('where the old master is as it was left, and the address is nowhere', async () => {
  assert.equal(await back({}), true);
});

test('a new host that does not answer: the network says whether the address is there', async () => {
  assert.equal(await back({ holds: { db11: undefined } }), true);
  assert.equal(await back({ holds: { db11: undefined }, elsewhere: 'somebody' }), false);
  assert.equal(await back({ holds: { db11: undefined }, asksNetwork: false }), false);
});

test('no way back where anything else is so, or is not known', async () => {
  const others: readonly Seen[] = [
    { readOnly: false },
    { position: 'bin.000001:200' },
    { position: null },
    { holds: { db10: true } },
    { holds: { db10: undefined } },
    { holds: { db11: true } },
    { elsewhere: 'somebody' },
    { elsewhere: 'unknown' },
  ];
  for (const seen of others) assert.equal(await back(seen), false, JSON.stringify(seen));
  assert.equal(await back({}, null), false);
});
