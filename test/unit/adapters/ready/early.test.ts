import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { openEarly, woken, wordFrom } from '../../../../src/adapters/ready/early.ts';
import { linesOf } from '../../../../src/adapters/ready/lines.ts';
import type { Shell, SqlConnection } from '../../../../src/context/Context.ts';
import { Failure } from '../../../../src/errors/errors.ts';
import { shell } from '../../../doubles/tools.ts';

const server = { label: 'db11', host: '10.0.0.11', port: 3306, user: 'u', password: 'p' };
const host = { label: 'db11', host: 'db11', ip: '10.0.0.11' };

/** @param asked gets what each connection was asked */
function connecting(asked: string[], dead = false) {
  const say = (what: string): Promise<never> | Promise<undefined> => {
    asked.push(what);
    return dead ? Promise.reject(new Failure('ssh', 'gone')) : Promise.resolve(undefined);
  };
  return {
    mysql: (): Promise<SqlConnection> =>
      Promise.resolve({
        threadId: 7,
        query: async (sql) => (await say(sql)) ?? [],
        close: async () => void (await say('quit')),
      }),
    ssh: (): Promise<Shell> =>
      Promise.resolve({
        ...shell(() => ({})),
        run: async (argv) => {
          await say(argv.join(' '));
          return { code: 0, stdout: '', stderr: '' };
        },
      }),
  };
}

test('each connection is given once, after a look that it lives', async ({ mock }) => {
  const asked: string[] = [];
  const early = openEarly(connecting(asked), { mysql: [server], ssh: [host] });
  await Promise.resolve();
  const now = performance.now();
  mock.method(performance, 'now', () => now + 3_000);
  assert.equal((await early.mysql({ ...server }, 5))?.threadId, 7);
  await early.ssh({ ...host }, 5);
  assert.deepEqual(asked, ['DO 0', 'true']);
  assert.equal(early.mysql(server, 5), undefined);
  assert.equal(early.ssh(host, 5), undefined);
  assert.equal(early.mysql({ ...server, host: '10.0.0.10' }, 5), undefined);
});

test('further ones are opened later, and a login of just now needs no program to say that it lives', async () => {
  const asked: string[] = [];
  const early = openEarly(connecting(asked), { mysql: [], ssh: [] });
  assert.equal(early.mysql(server, 5), undefined);
  early.open({ mysql: [server], ssh: [host] });
  assert.equal((await early.mysql(server, 5))?.threadId, 7);
  await early.ssh(host, 5);
  assert.deepEqual(asked, ['DO 0']);
});

test('one that has died is not given; one that never came about is nobody else’s failure', async ({ mock }) => {
  const early = openEarly(connecting([], true), { mysql: [server], ssh: [host] });
  await Promise.resolve();
  const now = performance.now();
  mock.method(performance, 'now', () => now + 3_000);
  await assert.rejects(async () => early.mysql(server, 5), { message: 'gone' });
  await assert.rejects(async () => early.ssh(host, 5), { message: 'gone' });
  const refused = { ...connecting([]), mysql: () => Promise.reject(new Failure('mysql', 'refused')) };
  await openEarly(refused, { mysql: [server], ssh: [] }).close();
});

test('the end says goodbye, and does not wait for a login that hangs', async () => {
  const asked: string[] = [];
  const hanging = { ...connecting(asked), ssh: () => new Promise<never>(() => undefined) };
  await openEarly(hanging, { mysql: [server], ssh: [host] }).close();
  assert.deepEqual(asked, ['quit']);
});

test('the word, and what is none: the end, another line, the time, an interruption', async () => {
  const said = async (
    text: string | null,
    limitMs: number,
    signal = new AbortController().signal,
  ): Promise<string | null> => {
    const input = new PassThrough();
    const told: string[] = [];
    const heard = (news: string): void => void told.push(news);
    const word = wordFrom(linesOf(input), { write: (line: string) => told.push(line) > 0 }, { limitMs, heard }, signal);
    assert.deepEqual(told, signal.aborted ? [] : ['ready\n']);
    if (text !== null) input.end(text);
    const result = await word;
    const news = (text ?? '').split('\n').filter((line) => line === 'soon' || line === 'silent');
    assert.deepEqual(told.slice(1), news);
    return result;
  };
  assert.equal(await said('soon\ngo \n', 5_000), '');
  assert.equal(await said('soon\n', 5_000), null);
  assert.equal(await said('silent\nsoon\ngo \n', 5_000), '');
  assert.equal(await said('go \n', 5_000), '');
  assert.equal(await said('go /tmp/a b/word\n', 5_000), '/tmp/a b/word');
  assert.equal(await said('', 5_000), null);
  assert.equal(await said('g', 5_000), null);
  assert.equal(await said('gone\n', 5_000), null);
  assert.equal(await said(null, 5), null);
  assert.equal(await said('go \n', 5_000, AbortSignal.abort()), null);
  const later = new AbortController();
  const word = said(null, 5_000, later.signal);
  later.abort();
  assert.equal(await word, null);
});

test('it sleeps until it is woken, and ends where nobody will do that any more', async () => {
  const slept = (text: string, parentLives = true, signal = new AbortController().signal): Promise<boolean> => {
    const input = new PassThrough();
    const result = woken(linesOf(input), parentLives ? process.ppid : 0, signal);
    if (text !== '') input.write(text);
    else if (parentLives) input.end();
    return result;
  };
  assert.equal(await slept('wake\n'), true);
  assert.equal(await slept(''), false);
  assert.equal(await slept('go \n'), false);
  assert.equal(await slept('', false), false);
  assert.equal(await slept('wake\n', true, AbortSignal.abort()), false);
});
