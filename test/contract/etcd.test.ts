// Against real etcd (Debian's): three members, certificates on both sides, accounts on.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { bootClock } from '../../src/adapters/bootClock.ts';
import { openStore } from '../../src/adapters/etcd/store.ts';
import type { Store, StoreEvent, StoreTarget } from '../../src/context/Store.ts';
import { StoreFailure } from '../../src/errors/errors.ts';
import { errorLine } from '../../src/errors/message.ts';
import { HeldLease } from '../../src/procedures/managers/HeldLease.ts';
import { ETCD_ACCOUNTS, ETCD_PREFIX, etcdObstacle, startEtcd, type Etcd } from '../lab/etcd.ts';
import type { Certificate } from '../lab/etcdCertificates.ts';
import { orSkip } from '../lab/orSkip.ts';
import { waitUntil } from '../lab/processes.ts';

const skip = orSkip('the store of several managers', etcdObstacle());
/** For calls that must be answered, on a machine that does much else. */
const patience = 20_000;

describe('etcd', { concurrency: false, skip }, () => {
  if (skip !== false) return;
  let started: Etcd | undefined;
  const opened: Store[] = [];
  before(async () => {
    started = await startEtcd(3);
  });
  after(async () => {
    for (const store of opened) store.close();
    await started?.stop();
  });
  const etcd = (): Etcd => started ?? assert.fail('no etcd');

  function open(change: Partial<StoreTarget> = {}, client: Certificate = etcd().certificates.mgr1): Store {
    const { ca } = etcd().certificates;
    const tls = { caFile: ca, certFile: client.cert, keyFile: client.key };
    const store = openStore({ endpoints: etcd().endpoints, tls, ...change });
    opened.push(store);
    return store;
  }
  const byPassword = (change: Partial<StoreTarget> = {}): Store =>
    open({ login: ETCD_ACCOUNTS.byPassword, ...change }, etcd().certificates.withoutCn);

  let keys = 0;
  /** A key that no other test has. */
  const newKey = (): string => `${ETCD_PREFIX}key${(keys += 1)}`;
  const failureOf = (call: Promise<unknown>): Promise<StoreFailure> =>
    call.then(
      (value) => assert.fail(`answered: ${JSON.stringify(value)}`),
      (error: unknown) => (error instanceof StoreFailure ? error : assert.fail(String(error))),
    );

  test('a transaction is made when its conditions hold, and else tells how it is', async () => {
    const store = open();
    const [leader, state] = [newKey(), newKey()];
    const take = (value: string) =>
      store.transact(
        { when: [{ key: leader, createRevision: 0 }], change: [{ put: leader, value }], read: [leader, state] },
        patience,
      );
    const first = await take('mgr1');
    const epoch = first.read[0]?.createRevision ?? 0;
    assert.deepEqual(first, {
      done: true,
      revision: epoch,
      read: [{ key: leader, value: 'mgr1', createRevision: epoch, changeRevision: epoch, lease: null }, null],
    });
    const second = await take('mgr2');
    assert.equal(second.done, false);
    assert.equal(second.read[0]?.value, 'mgr1');

    const write = (createRevision: number, value: string) =>
      store.transact(
        {
          when: [
            { key: leader, createRevision },
            { key: leader, value: 'mgr1' },
            { key: state, changeRevision: 0 },
          ],
          change: [{ put: state, value }],
        },
        patience,
      );
    assert.equal((await write(epoch - 1, 'of an old epoch')).done, false);
    assert.equal(await store.get(state, patience), null);
    assert.equal((await write(epoch, 'ä 漢 "\\')).done, true);
    assert.equal((await store.get(state, patience))?.value, 'ä 漢 "\\');
    assert.equal((await write(epoch, 'twice')).done, false, 'state has another revision now');

    await store.transact({ when: [], change: [{ remove: leader }] }, patience);
    const again = await take('mgr2');
    assert.ok(again.done && (again.read[0]?.createRevision ?? 0) > epoch, 'a new epoch');
  });

  test('a listing has what begins so, in order, and nothing beside it', async () => {
    const store = open();
    const names = ['managers/b', 'managers/a', 'managers', 'managers0', 'managers/'];
    await store.transact(
      { when: [], change: names.map((name) => ({ put: `${ETCD_PREFIX}${name}`, value: name })) },
      patience,
    );
    const { entries, revision } = await store.list(`${ETCD_PREFIX}managers/`, patience);
    assert.deepEqual(
      entries.map(({ value }) => value),
      ['managers/', 'managers/a', 'managers/b'],
    );
    assert.equal(revision, entries[0]?.changeRevision);
  });

  test('a key goes with its lease, which lives while it is renewed', async () => {
    const store = open();
    const key = newKey();
    const { id, ttlSeconds } = await store.grantLease(2, patience);
    assert.ok(ttlSeconds >= 2);
    const put = await store.transact(
      { when: [], change: [{ put: key, value: 'x', lease: id }], read: [key] },
      patience,
    );
    assert.equal(put.read[0]?.lease, id);
    const events: StoreEvent[] = [];
    const end = store.watch(key, put.revision, {
      changed: (more) => void events.push(...more),
      ended: (why) => assert.fail(errorLine(why)),
    });
    for (let renewals = 0; renewals < 8; renewals += 1) {
      assert.equal(await store.renewLease(id, patience), ttlSeconds);
      await sleep(500);
    }
    assert.notEqual(await store.get(key, patience), null, 'twice its length after it was granted');
    assert.ok(((await store.leaseLeft(id, patience)) ?? 0) <= ttlSeconds);
    await waitUntil('the key to be removed', patience, () => events.some(({ kind }) => kind === 'removed'));
    assert.deepEqual(
      events.map((event) => [event.kind, event.kind === 'put' ? event.entry.key : event.key]),
      [
        ['put', key],
        ['removed', key],
      ],
    );
    assert.equal(await store.get(key, patience), null);
    assert.equal(await store.renewLease(id, patience), null);
    assert.equal(await store.leaseLeft(id, patience), null);
    assert.equal(await store.revokeLease(id, patience), false);
    end();
  });

  test('a lease that is revoked takes its keys with it at once; none can be put on it any more', async () => {
    const store = open();
    const key = newKey();
    const { id } = await store.grantLease(60, patience);
    const change = [{ put: key, value: 'x', lease: id }];
    await store.transact({ when: [], change }, patience);
    assert.equal(await store.revokeLease(id, patience), true);
    assert.equal(await store.get(key, patience), null);
    const failure = await failureOf(store.transact({ when: [], change }, patience));
    assert.match(failure.message, /requested lease not found/);
    assert.equal(failure.made, 'no');
  });

  test('a watch tells what was changed since; what is no longer kept ends it', async () => {
    const store = open();
    const key = newKey();
    const put = async (value: string) => store.transact({ when: [], change: [{ put: key, value }] }, patience);
    const first = await put('one');
    await put('two');
    const values: string[] = [];
    const end = store.watch(key, first.revision, {
      changed: (events) => void values.push(...events.map((event) => (event.kind === 'put' ? event.entry.value : '-'))),
      ended: (why) => assert.fail(errorLine(why)),
    });
    await put('three');
    await waitUntil('three values', patience, () => values.length === 3);
    assert.deepEqual(values, ['one', 'two', 'three']);
    end();
    etcd().ctl('compact', String(first.revision + 1));
    const why = await new Promise<Error>((resolve) => {
      store.watch(key, first.revision, { changed: () => assert.fail('told of it'), ended: resolve });
    });
    assert.match(why.message, /the watch was ended: what was before revision \d+ is no longer kept/);
  });

  test('accounts: the CN of a certificate, or a login, and each only below its prefix', async () => {
    for (const store of [open(), byPassword()]) {
      const key = newKey();
      await store.transact({ when: [], change: [{ put: key, value: 'x' }] }, patience);
      for (const outside of [
        () => store.get('/other', patience),
        () => store.transact({ when: [], change: [{ put: '/mha/v2/x', value: 'x' }] }, patience),
        () => store.list('/', patience),
      ]) {
        const failure = await failureOf(outside());
        assert.match(errorLine(failure), /permission denied -- the role of this user needs readwrite/);
        assert.equal(failure.made, 'no');
      }
    }
    const { password } = ETCD_ACCOUNTS.byPassword;
    const wrong = byPassword({ login: { user: 'mgr2', password: 'wrong' } });
    const failure = await failureOf(wrong.get(newKey(), patience));
    assert.match(errorLine(failure), /authentication failed.* -- user or password is wrong/);
    assert.ok(!failure.message.includes(password));
  });

  test('a password in a file is read at each login, and what is wrong with the file is said without it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'mha-etcd-password-'));
    const passwordFile = join(directory, 'password');
    const { user, password } = ETCD_ACCOUNTS.byPassword;
    try {
      const store = byPassword({ login: { user, passwordFile } });
      const missing = await failureOf(store.get(newKey(), patience));
      assert.deepEqual([missing.made, missing.message.includes(`'${passwordFile}'`)], ['no', true], missing.message);
      writeFileSync(passwordFile, 'of old\n');
      assert.match(errorLine(await failureOf(store.get(newKey(), patience))), /authentication failed/);
      writeFileSync(passwordFile, `${password}\n`);
      assert.equal(await store.get(newKey(), patience), null);
      writeFileSync(passwordFile, `${password}\nmore\n`);
      const two = await failureOf(byPassword({ login: { user, passwordFile } }).get(newKey(), patience));
      assert.match(two.message, /^ha_password_file: .* must hold one line/);
      assert.ok(!two.message.includes(password));
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('a login lasts: etcd started anew, and accounts that were changed, ask for another one', async () => {
    const [endpoint] = etcd().endpoints;
    const [member] = etcd().members;
    const store = byPassword({ endpoints: [endpoint ?? ''] });
    const key = newKey();
    const change = [{ put: key, value: 'x' }];
    await store.transact({ when: [], change }, patience);
    etcd().ctl('role', 'add', `role${keys}`);
    assert.ok((await store.transact({ when: [], change }, patience)).done);
    await member?.kill();
    member?.start();
    await etcd().healthy();
    const seen: string[] = [];
    await waitUntil('the member to answer', patience, () =>
      store.transact({ when: [], change }, 2000).then(
        () => true,
        (error: unknown) => (seen.push(errorLine(error)), false),
      ),
    );
    assert.ok(!seen.some((line) => /token/.test(line)), seen.join('\n'));
  });

  test('encryption: whoever is not trusted is refused, and nothing was sent', async () => {
    const { certificates, endpoints } = etcd();
    const { ca, otherCa, mgr1, expired, stranger } = certificates;
    const own = { certFile: mgr1.cert, keyFile: mgr1.key };
    const elsewhere = endpoints.map((url) => url.replace('127.0.0.1', '127.0.0.2'));
    const cases: readonly (readonly [Partial<StoreTarget>, Certificate | undefined, RegExp])[] = [
      [{ tls: { caFile: otherCa, ...own } }, undefined, /unable to verify.* -- the file of authorities must hold/],
      [{ tls: own }, undefined, /unable to verify.* -- the file of authorities must hold/],
      [{ tls: { caFile: ca } }, undefined, /refuses the encrypted connection.* -- the client certificate is missing/],
      [{}, expired, /refuses the encrypted connection.* -- the client certificate is missing or expired/],
      [{}, stranger, /refuses the encrypted connection.* -- .*an authority that etcd does not trust/],
      [{ endpoints: elsewhere }, undefined, /altnames.* -- its certificate is for another name/],
    ];
    for (const [change, client, pattern] of cases) {
      const store = open(change, client);
      const failure = await failureOf(store.transact({ when: [], change: [{ remove: newKey() }] }, patience));
      assert.match(errorLine(failure), pattern);
      assert.equal(failure.made, 'no');
    }
    const named = open({ endpoints: endpoints.map((url) => url.replace('127.0.0.1', 'localhost')) });
    assert.equal(await named.get(newKey(), patience), null);
    const missing = { certFile: '/nowhere/mgr1.crt', keyFile: mgr1.key };
    assert.throws(() => open({ tls: missing }), /\/nowhere\/mgr1.crt cannot be read: ENOENT/);
  });

  test('one endpoint that refuses costs nothing; when all do, nothing was made', async () => {
    const nobody = 'https://127.0.0.1:1';
    const store = open({ endpoints: [nobody, ...etcd().endpoints] });
    assert.ok((await store.transact({ when: [], change: [{ put: newKey(), value: 'x' }] }, patience)).done);
    const failure = await failureOf(
      open({ endpoints: [nobody] }).transact({ when: [], change: [{ remove: newKey() }] }, patience),
    );
    assert.match(errorLine(failure), /https:\/\/127\.0\.0\.1:1: connect ECONNREFUSED .* -- is etcd running there/);
    assert.equal(failure.made, 'no');
  });

  test('a member that is silent: a look asks the next one, a change that it has may be made', async () => {
    const [silent] = etcd().members;
    const store = open();
    const [one, two] = [newKey(), newKey()];
    const put = (key: string, timeoutMs: number) =>
      store.transact({ when: [], change: [{ put: key, value: 'x' }] }, timeoutMs);
    await put(one, patience);
    silent?.pause();
    try {
      const failure = await failureOf(put(two, 500));
      assert.match(failure.message, /no answer within 0\.\d+ s/);
      assert.equal(failure.made, 'unknown');
      assert.ok((await put(two, patience)).done, 'the next call asks another member');
    } finally {
      silent?.resume();
    }
    await etcd().healthy();
    const other = open();
    await other.get(one, patience);
    silent?.pause();
    try {
      assert.equal((await other.get(one, 9000))?.value, 'x');
    } finally {
      silent?.resume();
    }
    await etcd().healthy();
  });

  test('without a majority there is no answer, not even to a look; with it all goes on', async () => {
    const [, second, third] = etcd().members;
    const store = open();
    const key = newKey();
    const { id } = await store.grantLease(60, patience);
    const change = [{ put: key, value: 'x', lease: id }];
    const before = await store.transact({ when: [], change, read: [key] }, patience);
    for (const member of [second, third]) member?.pause();
    try {
      const looked = await failureOf(store.get(key, 3000));
      assert.match(looked.message, /no answer within|timed out|no leader/);
      const changed = await failureOf(store.transact({ when: [], change: [{ remove: key }] }, 500));
      assert.equal(changed.made, 'unknown');
    } finally {
      for (const member of [second, third]) member?.resume();
    }
    await etcd().healthy();
    const seen = await store.get(key, patience);
    // The change that nobody answered may have been made by now: that is what "unknown" says.
    assert.ok(seen === null || seen.createRevision === before.read[0]?.createRevision);
    assert.notEqual(await store.renewLease(id, patience), null);
  });

  test('a watch on a member that ends is ended', async () => {
    const [, , member] = etcd().members;
    const store = open({ endpoints: [member?.url ?? ''] });
    const key = newKey();
    const put = (value: string) => open().transact({ when: [], change: [{ put: key, value }] }, patience);
    const { revision } = await put('one');
    const heard: string[] = [];
    const ended = new Promise<Error>((resolve) => {
      store.watch(key, revision, {
        changed: (events) => void heard.push(...events.map(({ kind }) => kind)),
        ended: resolve,
      });
    });
    await waitUntil('the watch to tell', patience, () => heard.length === 1);
    await member?.kill();
    assert.ok((await ended) instanceof StoreFailure);
    member?.start();
    await etcd().healthy();
  });

  test('a held lease ends by time when all of etcd is silent, and is confirmed by a look afterwards', async () => {
    const store = open();
    const key = newKey();
    const said: { what: string; at: number }[] = [];
    const note = (what: string) => (): void => void said.push({ what, at: bootClock.now() });
    const when = (what: string): number | undefined => said.find((entry) => entry.what === what)?.at;
    const length = { ttlSeconds: 6, marginMs: 2000 };
    const lease = await HeldLease.grant(store, bootClock, length, {
      doubtful: note('doubtful'),
      answersAgain: note('answersAgain'),
      gone: note('gone'),
      notRenewed: note('notRenewed'),
    });
    const put = await store.transact(
      { when: [], change: [{ put: key, value: 'mgr1', lease: lease.id }], read: [key] },
      patience,
    );
    const beforePause = lease.endsAt;
    await waitUntil('a renewal', patience, () => lease.endsAt > beforePause);
    for (const member of etcd().members) member.pause();
    try {
      await waitUntil('the end of the lease', patience, () => when('doubtful') !== undefined);
      const late = (when('doubtful') ?? 0) - lease.endsAt;
      assert.ok(late >= 0 && late < 1000, `${late} ms after its end`);
      assert.ok(!lease.isHeld());
    } finally {
      for (const member of etcd().members) member.resume();
    }
    await waitUntil('etcd to renew or end it', patience, () => ['answersAgain', 'gone'].some((what) => when(what)));
    if (when('gone') === undefined) {
      assert.ok(!lease.isHeld(), 'an answer alone gives nothing back');
      const seen = await store.get(key, patience);
      assert.equal(seen?.createRevision, put.read[0]?.createRevision);
      assert.ok(lease.confirm());
      assert.ok(lease.isHeld());
      await lease.release(patience);
    }
    assert.ok(!lease.isHeld());
    assert.equal(await store.get(key, patience), null);
  });

  test('the rights for a change that is never made are looked at, and nothing is changed', async () => {
    const key = newKey();
    const never = (of: string) => ({
      when: [{ key: of, createRevision: 2 ** 53 - 1 }],
      change: [{ put: of, value: '' }],
    });
    const store = open();
    assert.equal((await store.transact(never(key), patience)).done, false);
    assert.equal(await store.get(key, patience), null);
    const { message } = await failureOf(store.transact(never('/elsewhere/check'), patience));
    assert.match(message, /permission denied/);
  });
});
