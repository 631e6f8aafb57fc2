import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHistory, readStory } from '../../../../src/procedures/history/readHistory.ts';
import { journalFor } from '../../../../src/steps/journal.ts';
import { journalPath } from '../../../../src/steps/journalFiles.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const conf = '/etc/mha/app1.cnf';
const ofMha = '[server default]\nuser=u\npassword=p\nmanager_log=/var/log/mha/app1.log\n[server1]\nhostname=db10\n';

async function withFailover(): Promise<ReturnType<typeof fakeTools>> {
  const tools = fakeTools('[default]\n[db10]\n[db11]\n');
  tools.files.texts.set(conf, ofMha);
  const journal = journalFor(tools, 'c');
  await journal.begin({ procedure: 'hard start', origHost: 'db10', newHost: 'db11', by: 'mha' });
  tools.clock.advance(2000);
  await journal.end('done', '');
  return tools;
}

/** As MHA writes it: in the local time. */
function logged(time: Date, text: string): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  const [weekday, month, day, year] = time.toDateString().split(' ');
  return `${weekday} ${month} ${day} ${clock} ${year} - [info] ${text}\n`;
}

test('what the record has, and nothing is written', async () => {
  const tools = await withFailover();
  const before = new Map(tools.files.texts);
  const [one, ...more] = await readHistory(conf, tools);
  assert.deepEqual([one?.number, one?.kind, one?.outcome, one?.by, more], [1, 'failover', 'done', 'mha', []]);
  assert.deepEqual(tools.files.texts, before);
});

test("a story has MHA's phases, from the log before the last rotation too", async () => {
  const tools = await withFailover();
  const began = new Date(Date.UTC(2026, 0, 31, 3, 0, 0));
  tools.files.texts.set('/var/log/mha/app1.log', '');
  tools.files.texts.set('/var/log/mha/app1.log.1', logged(began, 'Starting master failover.'));
  const { timeline, withoutLog } = await readStory(conf, 1, tools);
  assert.equal(withoutLog, null);
  assert.deepEqual(
    timeline.map(({ text }) => text),
    ['MHA begins the failover', 'hook hard start: done'],
  );
});

test('without the log, with a number that is none, and with a record that cannot be read', async () => {
  const tools = await withFailover();
  assert.match((await readStory(conf, 1, tools)).withoutLog ?? '', /app1\.log: there is no such file/);
  await assert.rejects(readStory(conf, 2, tools), { kind: 'usage', hint: 'they are 1 to 1' });
  tools.files.texts.delete(journalPath(tools.places, 'c'));
  await assert.rejects(readStory(conf, 1, tools), { kind: 'usage', hint: 'there is none yet' });
  const read = tools.files.read.bind(tools.files);
  tools.files.read = (path) =>
    path.endsWith('.journal') ? Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' })) : read(path);
  await assert.rejects(readHistory(conf, tools), {
    kind: 'environment',
    message: /it is not known what the hooks did/,
  });
});
