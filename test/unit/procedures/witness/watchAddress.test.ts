import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SqlConnection, SqlTarget } from '../../../../src/context/Context.ts';
import { Failure, SqlError } from '../../../../src/errors/errors.ts';
import type { Look } from '../../../../src/procedures/witness/tally.ts';
import { watchAddress } from '../../../../src/procedures/witness/watchAddress.ts';
import { FakeClock } from '../../../doubles/clock.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const target: SqlTarget = { label: 'the address', host: '192.0.2.155', port: 3306, user: 'mha', password: 'p' };
const names: ReadonlyMap<number, string> = new Map([
  [10, 'db10'],
  [11, 'db11'],
]);

interface World {
  readonly clock: FakeClock;
  /** What a new connection meets, at a time in ms. */
  connect(at: number): { readonly id: number; readonly readOnly: boolean | null } | Error;
  /** Ends the sessions that are open then. */
  readonly cutAt?: number;
  readonly free?: number;
}

async function watched(world: World, forMs: number, roundTrip: number | null = 1) {
  const { clock } = world;
  const [looks, opened, closed]: [Look[], number[], number[]] = [[], [], []];
  const stop = new AbortController();
  function connection(at: number, id: number, readOnly: boolean | null): SqlConnection {
    return {
      threadId: 1,
      close: () => Promise.resolve(void closed.push(clock.monotonic())),
      query(sql) {
        const now = clock.monotonic();
        if (world.cutAt !== undefined && at < world.cutAt && now >= world.cutAt)
          return Promise.reject(new Failure('mysql', 'the connection to MySQL was lost'));
        if (sql.includes('max_connections')) return Promise.resolve([{ most: 100 }]);
        if (sql.startsWith('SHOW'))
          return Promise.resolve([{ Variable_name: 'x', Value: String(100 - (world.free ?? 50)) }]);
        return Promise.resolve([{ ro: readOnly === null ? null : Number(readOnly), id }]);
      },
    };
  }
  const tools = {
    clock,
    connect: fakeTools('', {
      mysql(wanted, timeoutMs) {
        const at = clock.monotonic();
        opened.push(at);
        const found = world.connect(at);
        if (!(found instanceof Error)) return Promise.resolve(connection(at, found.id, found.readOnly));
        // As the adapter does: TCP gets the shorter limit.
        if (found instanceof Failure && found.kind === 'deadline')
          clock.advance(found.message.includes('login') ? timeoutMs : (wanted.openMs ?? timeoutMs));
        return Promise.reject(found);
      },
    }).connect,
  };
  const address = { target, name: (id: number) => names.get(id) ?? null, roundTripMs: () => roundTrip };
  const why = await watchAddress(address, tools, stop.signal, (look) => {
    looks.push(look);
    if (look.at >= forMs) stop.abort();
  });
  return { why, looks, opened, closed };
}

const lost = new Failure('deadline', 'no answer within 0.025 s');

test('one session while it lasts; then a new attempt every 25 ms, and one login on the new master', async () => {
  const connect: World['connect'] = (at) => {
    if (at >= 200 && at < 500) return lost;
    return { id: at < 200 ? 10 : 11, readOnly: false };
  };
  const world = { clock: new FakeClock(), cutAt: 200, connect };
  const { why, looks, opened } = await watched(world, 600);
  assert.equal(why, null);
  assert.deepEqual(opened.filter((at) => at < 200 || at >= 500).length, 2, 'a login on each master');
  const attempts = opened.filter((at) => at >= 200 && at < 500);
  assert.ok(attempts.length >= 10 && attempts.length <= 13, String(attempts.length));
  assert.deepEqual([looks[0]?.server, looks.at(-1)?.server], ['db10', 'db11']);
  assert.ok(looks.filter(({ state }) => state === 'away').length >= 10);
});

test('a server that takes no writes is left at once, and one that is not of the cluster counts as none', async () => {
  const world = {
    clock: new FakeClock(),
    connect: (at: number) => (at < 100 ? { id: 10, readOnly: true } : { id: 99, readOnly: false }),
  };
  const { looks, opened, closed } = await watched(world, 300);
  assert.deepEqual(new Set(looks.map(({ state }) => state)), new Set(['closed']));
  assert.equal(opened.length, looks.length, 'a new session for each look: the old one may be on a server that is left');
  assert.equal(closed.length, opened.length);
  assert.match(looks.at(-1)?.text ?? '', /none of the cluster's \(server_id 99\)/);
});

test('a server that does not say whether it is read-only: nothing is known', async () => {
  const { why, looks } = await watched({ clock: new FakeClock(), connect: () => ({ id: 10, readOnly: null }) }, 1_000);
  assert.match(why ?? '', /^db10 did not say whether it is read-only$/);
  assert.deepEqual(looks, []);
});

for (const [what, error, wanted] of [
  ['a wrong password', new SqlError(1045, 'Access denied'), /Access denied/],
  ['a host that is blocked', new SqlError(1129, 'Host is blocked because of many connection errors'), /blocked/],
  ["a limit of the account's", new SqlError(1226, 'has exceeded the max_connections_per_hour'), /exceeded/],
] as const) {
  test(`gives up at the first time: ${what}`, async () => {
    const failure = new Failure('mysql', error.message, { cause: error });
    const { why, looks, opened } = await watched({ clock: new FakeClock(), connect: () => failure }, 1_000);
    assert.match(why ?? '', wanted);
    assert.deepEqual([opened.length, looks.length], [1, 0]);
  });
}

test('takes no connection that the hooks may need', async () => {
  const clock = new FakeClock();
  const { why, closed } = await watched({ clock, free: 3, connect: () => ({ id: 10, readOnly: false }) }, 1_000);
  assert.match(why ?? '', /3 free connections/);
  assert.equal(closed.length, 1);
  const full = new Failure('mysql', 'Too many connections', { cause: new SqlError(1040, 'Too many connections') });
  const { opened } = await watched({ clock: new FakeClock(), connect: () => full }, 3_000);
  assert.ok(opened.length <= 8, `${opened.length} attempts in 3 s`);
});

test('a server that accepts and says nothing is not asked so often that it would block this host', async () => {
  const hung = new Failure('deadline', 'no answer to the login');
  const { why, opened } = await watched({ clock: new FakeClock(), connect: () => hung }, 600_000);
  assert.match(why ?? '', /no answer to the login/);
  assert.ok(opened.length === 30, String(opened.length));
});

test('it has an end of its own', async () => {
  const { why } = await watched({ clock: new FakeClock(), connect: () => lost }, Infinity, null);
  assert.match(why ?? '', /given up after 15 minutes/);
});
