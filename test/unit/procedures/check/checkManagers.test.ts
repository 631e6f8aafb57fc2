import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadHostSettings } from '../../../../src/config/load.ts';
import type { Store, StoreTarget } from '../../../../src/context/Store.ts';
import { Failure, StoreFailure } from '../../../../src/errors/errors.ts';
import type { ApplicationServer } from '../../../../src/mha/applicationConfig.ts';
import { checkManagers } from '../../../../src/procedures/check/checkManagers.ts';
import type { SharedState } from '../../../../src/procedures/managers/sharedState.ts';
import { MemoryStore } from '../../../doubles/store.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const addresses: Readonly<Record<string, string>> = { e1: '10.0.1.1', e2: '10.0.1.2', e3: '10.0.0.10' };

/** @param failing endpoints that give no answer, with why; one that is not known resolves to nothing */
async function checked(options: string, { failing = {}, managers = ['mgr', 'mgr2'], last, slowMs = 0 }: Setting = {}) {
  const tools = fakeTools(`[default]\nvip_type = none\n${options}\n[db10]\n[db11]\n`);
  const entries = new MemoryStore();
  for (const name of managers) entries.put(`/mha/v1/managers/${name}`, '{}');
  if (last !== undefined) entries.put('/mha/v1/clusters/c/state', JSON.stringify({ absent: [], ...last }));
  const before = structuredClone([...entries.entries]);
  const asked: StoreTarget[] = [];
  let closed = 0;
  const connect = {
    store(target: StoreTarget) {
      asked.push(target);
      const why = failing[target.endpoints[0] ?? ''];
      const transact: Store['transact'] = (one) =>
        why === undefined ? entries.transact(one) : Promise.reject(new StoreFailure(why, 'no'));
      const list: Store['list'] = (prefix) => {
        tools.clock.advance(slowMs);
        return entries.list(prefix);
      };
      return Promise.resolve({ transact, list, close: () => (closed += 1) } as unknown as Store);
    },
    lookup(name: string) {
      const address = addresses[name];
      const nobody = new Failure('address', `${name}: no address`);
      return address === undefined ? Promise.reject(nobody) : Promise.resolve([address]);
    },
  };
  const settings = await loadHostSettings('/etc/mha-helper', ['db10', 'db11'], tools.files, tools.log, null);
  const servers = ['db10', 'db11'].map(
    (hostname, index) => ({ hostname, ip: `10.0.0.1${index}`, port: 3306 }) as ApplicationServer,
  );
  const lines = await checkManagers({ name: 'c', servers: [servers[0]!, ...servers.slice(1)] }, settings, {
    connect: { ...tools.connect, ...connect },
    places: tools.places,
    clock: tools.clock,
  });
  assert.deepEqual([...entries.entries], before, 'nothing is changed');
  assert.equal(closed, asked.length);
  const all = lines.map(({ severity, text, hint }) => [severity, text, hint ?? ''].join(': '));
  return { asked, all, said: all.filter((line) => !line.includes('names two members')) };
}

interface Setting {
  readonly failing?: Readonly<Record<string, string>>;
  readonly managers?: readonly string[];
  /** What the last leader has told. */
  readonly last?: Partial<SharedState>;
  /** How long etcd takes to answer. */
  readonly slowMs?: number;
}

const two = 'ha_endpoints = https://e1:2379, https://e2:2379';

test('one manager: nobody is asked', async () => {
  assert.deepEqual(await checked(''), { asked: [], all: [], said: [] });
});

test('each member is asked by itself, and who else runs', async () => {
  const { asked, said } = await checked(`${two}\nha_user = mha\nha_password = x`);
  assert.deepEqual(
    asked.map(({ endpoints, login }) => [endpoints, login?.user]),
    [
      [['https://e1:2379'], 'mha'],
      [['https://e2:2379'], 'mha'],
    ],
  );
  assert.deepEqual(said, [
    'ok: etcd answers at https://e1:2379, and lets this manager read and write there: ',
    'ok: etcd answers at https://e2:2379, and lets this manager read and write there: ',
    'ok: other managers that run now: mgr2: ',
  ]);
});

test('a manager whose files are not those of the last leader', async () => {
  const servers = ['db10:3306', 'db11:3306'];
  assert.equal((await checked(two, { last: { servers } })).said.length, 3);
  const { said } = await checked(two, { last: { servers: [...servers, 'db12:3306'], settings: {} } });
  const hint = "make the managers' files alike, then mha-helper monitor restart there";
  assert.deepEqual(said.slice(3), [
    "error: this manager does not lead: MHA's configuration here has other servers than the last leader's " +
      `(only here: none; only there: db12:3306): ${hint}`,
    `warning: the configuration of this manager is not that of the last leader: ` +
      `ha_endpoints (here https://e1:2379, https://e2:2379, there not set); ` +
      `vip_type (here none, there not set): ${hint}`,
  ]);
});

test('a member that is down is told; without any this manager may not lead', async () => {
  const one = await checked(two, { failing: { 'https://e2:2379': 'https://e2:2379: refused' } });
  assert.match(one.said[1] ?? '', /^warning: etcd: https:\/\/e2:2379: refused: the managers do with the others/);
  const failing = { 'https://e1:2379': 'permission denied', 'https://e2:2379': 'https://e2:2379: refused' };
  const { said } = await checked(two, { failing });
  assert.match(said[0] ?? '', /^warning: etcd: https:\/\/e1:2379: permission denied: $/);
  assert.match(said[2] ?? '', /^error: no member of etcd answers this manager: .*: a majority .* in .*c\.conf$/);
});

test('an etcd that is slow, or has too few members', async () => {
  assert.equal((await checked(two, { slowMs: 400 })).said.length, 3);
  const { all } = await checked(`${two}\nha_ttl = 20`, { slowMs: 2_001 });
  assert.match(
    all[1] ?? '',
    /^warning: etcd took \d+ ms to answer at https:\/\/e1:2379: more than a tenth .*\(20 s\): /,
  );
  assert.match(
    all.at(-1) ?? '',
    /^warning: ha_endpoints names two members of etcd: .* two are worse than one: have three/,
  );
  const three = await checked(`${two}, https://e4:2379`);
  assert.ok(three.all.every((line) => !/names (one|two) member/.test(line)));
});

test('what is no cluster of managers yet, or stands on the wrong host', async () => {
  const { said } = await checked('ha_endpoints = https://e3:2379', { managers: ['mgr'] });
  assert.match(said[1] ?? '', /^warning: no other manager runs now: when this host dies, nobody takes over/);
  assert.match(said[2] ?? '', /^warning: ha_endpoints names one member of etcd/);
  assert.match(said[3] ?? '', /^warning: etcd runs on the database host db10 \(https:\/\/e3:2379\)/);
  const unknown = await checked('ha_endpoints = https://e9:2379');
  assert.match(unknown.said.at(-1) ?? '', /not known whether https:\/\/e9:2379 is a database host: e9: no address/);
});
