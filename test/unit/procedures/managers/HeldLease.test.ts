import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreFailure } from '../../../../src/errors/errors.ts';
import { HeldLease } from '../../../../src/procedures/managers/HeldLease.ts';
import { FakeLeaseClock, settled } from '../../../doubles/leaseClock.ts';

/** What a renewal is answered with, and after which time; `silence`: by a failure at the end of its limit. */
type Answer = { readonly seconds: number | null; readonly afterMs: number } | 'silence' | 'refusal';

async function held() {
  const clock = new FakeLeaseClock();
  const said: string[] = [];
  const at = (what: string): void => void said.push(`${clock.now() - began} ${what}`);
  let answer: Answer = { seconds: 9, afterMs: 0 };
  let renewals = 0;
  const revoked: string[] = [];
  const store = {
    grantLease: async () => ({ id: '77', ttlSeconds: 9 }),
    renewLease(_id: string, timeoutMs: number): Promise<number | null> {
      renewals += 1;
      const given = answer;
      if (given === 'refusal') return Promise.reject(new StoreFailure('refused', 'no'));
      return new Promise((resolve, reject) => {
        if (given === 'silence')
          clock.at(clock.now() + timeoutMs, () => reject(new StoreFailure('silence', 'unknown')));
        else clock.at(clock.now() + given.afterMs, () => resolve(given.seconds));
      });
    },
    revokeLease: async (id: string) => {
      revoked.push(id);
      return true;
    },
  };
  const began = clock.now();
  const lease = await HeldLease.grant(
    store,
    clock,
    { ttlSeconds: 9, marginMs: 2000 },
    {
      doubtful: () => at('doubtful'),
      answersAgain: () => at('answersAgain'),
      gone: () => at('gone'),
      notRenewed: () => at('notRenewed'),
    },
  );
  return {
    clock,
    said,
    lease,
    revoked,
    renewals: () => renewals,
    answerWith: (next: Answer) => (answer = next),
    left: () => lease.endsAt - clock.now(),
  };
}

test('it is renewed each third, and its end is two seconds before that of the store', async () => {
  const { clock, said, lease, renewals, left } = await held();
  assert.equal(left(), 7000);
  await clock.advance(90_000);
  assert.equal(renewals(), 30);
  assert.ok(lease.isHeld());
  assert.deepEqual(said, []);
});

test('the end is counted from before the renewal was sent, however long the answer takes', async () => {
  const { clock, answerWith, left } = await held();
  answerWith({ seconds: 9, afterMs: 2500 });
  await clock.advance(5500);
  assert.equal(left(), 3000 + 7000 - 5500);
});

test('without an answer time alone ends it, and the renewals go on', async () => {
  const { clock, said, lease, answerWith } = await held();
  answerWith('silence');
  await clock.advance(6999);
  assert.ok(lease.isHeld());
  await clock.advance(1);
  assert.ok(!lease.isHeld());
  assert.deepEqual(said, ['6000 notRenewed', '7000 doubtful']);
  await clock.advance(60_000);
  assert.equal(said.filter((line) => line.endsWith('doubtful')).length, 1);
  assert.equal(said.filter((line) => line.endsWith('notRenewed')).length, 20);
});

test('a store that refuses at once is asked again in a moment, not at once', async () => {
  const { clock, answerWith, renewals } = await held();
  answerWith('refusal');
  await clock.advance(4000);
  assert.equal(renewals(), 6);
});

test('an answer after the end gives nothing back: that needs a look at the keys', async () => {
  const { clock, said, lease, answerWith } = await held();
  answerWith('silence');
  await clock.advance(8000);
  answerWith({ seconds: 9, afterMs: 0 });
  await clock.advance(3000);
  assert.ok(said.some((line) => line.endsWith('answersAgain')));
  assert.ok(!lease.isHeld());
  assert.ok(lease.confirm());
  assert.ok(lease.isHeld());
  assert.ok(!lease.confirm(), 'there was nothing to confirm');
});

test('a look that took longer than the lease confirms nothing', async () => {
  const { clock, lease, answerWith } = await held();
  answerWith('silence');
  await clock.advance(8000);
  answerWith({ seconds: 9, afterMs: 0 });
  await clock.advance(1500);
  answerWith('silence');
  await clock.advance(30_000);
  assert.ok(!lease.confirm());
  assert.ok(!lease.isHeld());
});

test('a process that was stopped holds nothing when it goes on, whichever it hears of first', async () => {
  const { clock, said, lease, answerWith } = await held();
  answerWith({ seconds: 9, afterMs: 10 });
  await clock.advance(3000);
  clock.leap(27_000);
  assert.ok(!lease.isHeld(), 'before any timer was called');
  await clock.advance(10);
  await settled();
  assert.ok(!lease.isHeld());
  const [first] = said;
  assert.match(first ?? '', /doubtful$/);
});

test('a lease that the store has ended is gone for good', async () => {
  const { clock, said, lease, answerWith, renewals } = await held();
  answerWith({ seconds: null, afterMs: 0 });
  await clock.advance(60_000);
  assert.deepEqual(said, ['3000 gone']);
  assert.equal(renewals(), 1);
  assert.ok(!lease.isHeld());
  assert.ok(!lease.confirm());
});

test('a release ends it on this side first, and an answer under way changes nothing', async () => {
  const { clock, said, lease, answerWith, revoked } = await held();
  answerWith({ seconds: 9, afterMs: 500 });
  await clock.advance(3100);
  const releasing = lease.release(1000);
  assert.ok(!lease.isHeld());
  await releasing;
  await clock.advance(60_000);
  assert.deepEqual(revoked, ['77']);
  assert.deepEqual(said, []);
  assert.ok(!lease.isHeld());
});
