import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mail } from '../../../../src/context/Mail.ts';
import { MailFailure, type MailRefusal } from '../../../../src/errors/errors.ts';
import { deliver } from '../../../../src/procedures/outbox/deliver.ts';
import { claim, keepNew, settle, waiting } from '../../../../src/procedures/outbox/spool.ts';
import { describeRuns } from '../../../../src/procedures/run/describeRuns.ts';
import { FakeClock } from '../../../doubles/clock.ts';
import { MemoryFiles } from '../../../doubles/files.ts';
import { freeLocks } from '../../../doubles/tools.ts';
import { KeptLog } from '../../../doubles/log.ts';
import { patternOf } from '../../../patternOf.ts';

const mail: Mail = { from: 'a@b', to: ['one@x', 'two@x'], subject: 's', text: 't' };
const smtp = { host: 'localhost', port: 25 };

function spoolTools() {
  const places = {
    configDirectory: '/etc/mha-helper',
    stateDirectory: '/state',
    hostname: 'mgr',
    pid: 7,
    bootId: 'boot',
  };
  return { clock: new FakeClock(), files: new MemoryFiles(), log: new KeptLog(), places };
}

function refusal(to: readonly string[], again: MailRefusal['again'], reason = '4xx'): MailRefusal {
  return { to, again, reason };
}

/** A server that answers with these refusals in turn, then takes everything. */
function server(clock: FakeClock, answers: (readonly MailRefusal[])[], takesMs = 0) {
  const asked: (readonly string[])[] = [];
  const connect = {
    sendMail: (sent: Mail) => {
      asked.push(sent.to);
      clock.advance(takesMs);
      const refusals = answers.shift() ?? [];
      return refusals.length === 0 ? Promise.resolve() : Promise.reject(new MailFailure('no', refusals));
    },
  };
  return { asked, tools: { clock, connect: connect as never, interrupted: new AbortController().signal } };
}

test("a mail that this run works on is nobody else's, until it was killed ten minutes ago", async () => {
  const tools = spoolTools();
  await keepNew({ host: 'db10', cluster: 'c', mail }, tools);
  assert.deepEqual(await waiting(tools), []);
  tools.clock.advance(600_001);
  const [name] = await waiting(tools);
  const claimed = await claim(name ?? '', tools);
  assert.deepEqual(claimed?.mail, mail);
  assert.deepEqual(await waiting(tools), []);
  assert.equal(await claim(name ?? '', tools), null);
});

test('what was not taken waits for those it did not reach; what was refused for good is set aside', async () => {
  const tools = spoolTools();
  const claimed = await keepNew({ host: 'db10', cluster: 'c', mail }, tools);
  await settle(claimed, [refusal(['one@x'], 'never'), refusal(['two@x'], 'corrected')], tools);
  assert.deepEqual([...tools.files.texts.keys()].sort(), [
    '/state/spool/20260131T030000.000Z-c-7.json',
    '/state/spool/refused/20260131T030000.000Z-c-7.json',
  ]);
  const again = await claim((await waiting(tools))[0] ?? '', tools);
  assert.deepEqual(again?.mail.to, ['two@x']);
  await settle(again ?? claimed, [], tools);
  assert.deepEqual(await waiting(tools), []);
});

test('a file that is no mail is set aside, and oldest is first', async () => {
  const tools = spoolTools();
  tools.files.texts.set('/state/spool/2-c-1.json', '{"half":');
  tools.files.texts.set('/state/spool/1-c-1.json', JSON.stringify({ host: 'h', cluster: 'c', mail }));
  assert.deepEqual(await waiting(tools), ['1-c-1.json', '2-c-1.json']);
  assert.equal(await claim('2-c-1.json', tools), null);
  assert.ok(tools.files.texts.has('/state/spool/refused/2-c-1.json'));
});

test('a disk that is full is no reason not to send', async () => {
  const tools = spoolTools();
  tools.files.writePrivate = () => Promise.reject(new Error('ENOSPC'));
  const claimed = await keepNew({ host: 'db10', cluster: 'c', mail }, tools);
  assert.equal(claimed.path, null);
  assert.match(tools.log.lines.join(), /! report: the mail cannot be kept in \/state\/spool \(ENOSPC\): it is lost if/);
  await settle(claimed, [], tools);
});

test('tries again only for those who may get it, and not for ever', async () => {
  const clock = new FakeClock();
  const busy = server(clock, [[refusal(['two@x'], 'now')], [refusal(['two@x'], 'now')]]);
  assert.deepEqual(await deliver(mail, smtp, 28_000, busy.tools).then(({ refusals }) => refusals), []);
  assert.deepEqual(busy.asked, [['one@x', 'two@x'], ['two@x'], ['two@x']]);
  const down = server(
    clock,
    Array.from({ length: 20 }, () => [refusal(mail.to, 'now')]),
    2_000,
  );
  const begun = clock.monotonic();
  assert.equal((await deliver(mail, smtp, begun + 28_000, down.tools)).refusals.length, 1);
  assert.ok(clock.monotonic() - begun <= 28_000);
  assert.ok(down.asked.length >= 3);
});

test('a wrong password and a 5xx get one try', async () => {
  for (const again of ['corrected', 'never'] as const) {
    const { asked, tools } = server(new FakeClock(), [[refusal(mail.to, again)]]);
    assert.equal((await deliver(mail, smtp, 28_000, tools)).refusals[0]?.again, again);
    assert.equal(asked.length, 1);
  }
});

test('status tells of the mails that wait, and of those that were set aside', async () => {
  const files = new MemoryFiles({ '/etc/mha-helper/c.conf': '[db10]\n' });
  const tools = { ...spoolTools(), files, locks: freeLocks };
  assert.equal(await describeRuns(tools as never), 'cluster c\n  no hook has run yet');
  const claimed = await keepNew({ host: 'db10', cluster: 'c', mail }, tools);
  await settle(claimed, [refusal(['one@x'], 'never'), refusal(['two@x'], 'corrected')], tools);
  assert.match(
    await describeRuns(tools as never),
    patternOf(
      /\n\nmails\n {2}1 not delivered yet, in \/state\/spool: mha-helper report --flush\n/,
      / {2}1 refused for good by the mail server, set aside in \/state\/spool\/refused$/,
    ),
  );
});
