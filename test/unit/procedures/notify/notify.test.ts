// notify_command with real programs: one that takes it, one that fails and is tried again, one that hangs; and the
// examples, with a server on this machine in the place of Slack and PagerDuty.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { localShell } from '../../../../src/adapters/processes/childProcess.ts';
import type { CommandResult } from '../../../../src/context/Context.ts';
import { Failure } from '../../../../src/errors/errors.ts';
import { readApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import { happenedOf, type Notification } from '../../../../src/procedures/notify/Notification.ts';
import { notificationsDirectory, notify, notifyAgain } from '../../../../src/procedures/notify/notify.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const directory = mkdtempSync(join(tmpdir(), 'mha-helper-notify-'));
after(() => rmSync(directory, { recursive: true }));
const app = readApplicationConfig({ path: '/etc/mha/c.cnf', text: '[server1]\nhostname=db10\n' });
const broken = happenedOf({ subject: 'REPLICATION BROKEN', text: 'db11 & <db12> "do not" \\ replicate' });
const over = happenedOf({ subject: 'over: REPLICATION BROKEN', text: 'It was.' });

function world(command: string, run?: () => Promise<CommandResult>) {
  const local = {
    label: 'here',
    close: () => Promise.resolve(),
    run: (argv: readonly string[], ms: number, secrets: Readonly<Record<string, string>> = {}) =>
      run?.() ?? localShell({ env: { ...process.env, ...secrets } }).run(argv, ms),
  };
  const tools = fakeTools(`[default]\nnotify_command = ${command}\n[db10]\n`, { local });
  const waiting = (): readonly string[] =>
    [...tools.files.texts.keys()].filter((path) => path.startsWith(notificationsDirectory(tools)));
  return { tools, waiting };
}

test('it reads one line of JSON, and nothing is left', async () => {
  const path = join(directory, 'told');
  const { tools, waiting } = world(`cat >>${path}`);
  await notify(broken, app, 'c', tools);
  const told = JSON.parse(readFileSync(path, 'utf8')) as Notification;
  assert.deepEqual([told.event, told.text, told.hosts], ['replication-broken', broken.text, ['db10']]);
  assert.deepEqual([waiting(), tools.log.lines], [[], []]);
});

test('one that fails is tried again until it works; one that never does, for a day', async () => {
  const path = join(directory, 'works');
  const { tools, waiting } = world(`test -e ${path} || { echo no network >&2; exit 7; }`);
  await notify(broken, app, 'c', tools);
  assert.match(tools.log.lines.at(-1) ?? '', /notify_command: exit 7: no network; the monitor tries again each minute/);
  await notifyAgain(app, tools);
  assert.equal(waiting().length, 1);
  writeFileSync(path, '');
  await notifyAgain(app, tools);
  assert.deepEqual(waiting(), []);

  rmSync(path);
  await notify(broken, app, 'c', tools);
  await tools.clock.sleep(25 * 3_600_000);
  await notifyAgain(app, tools);
  assert.deepEqual(waiting(), []);
  assert.match(tools.log.lines.at(-1) ?? '', /given up after a day: REPLICATION BROKEN/);
});

test("one that hangs; a disk that is full; and another run's file is left alone", async () => {
  const hangs = (): Promise<CommandResult> => Promise.reject(new Failure('deadline', 'x'));
  const { tools, waiting } = world('sleep 99', hangs);
  await notify(broken, app, 'c', tools);
  assert.match(tools.log.lines.join(), /it did not end within 10 s; the monitor tries again/);
  const [path = ''] = waiting();
  await tools.files.rename(path, `${path}.sending-${tools.clock.now().getTime()}`);
  await notifyAgain(app, tools);
  assert.deepEqual(waiting(), [`${path}.sending-${tools.clock.now().getTime()}`]);
  const full = world('cat >/dev/null');
  full.tools.files.writePrivate = () => Promise.reject(new Error('ENOSPC'));
  await notify(broken, app, 'c', full.tools);
  assert.match(full.tools.log.lines.join(), /^! notify_command: it is not kept for another try \(ENOSPC\)$/);
});

test('the examples: what a webhook, Slack and PagerDuty get, and a server that refuses is a failure', async () => {
  const calls: { type: string | undefined; body: Record<string, unknown> }[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      calls.push({ type: request.headers['content-type'], body: JSON.parse(text) as Record<string, unknown> });
      response.writeHead(status).end('ok');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  const file = join(directory, 'secret');
  writeFileSync(file, `${url}\n`);
  const example = (name: string): string => {
    const path = fileURLToPath(new URL(`../../../../examples/notify/mha-helper-${name}`, import.meta.url));
    chmodSync(path, 0o755);
    return `env MHA_HELPER_URL_FILE=${file} MHA_HELPER_KEY_FILE=${file} MHA_HELPER_PAGERDUTY_URL=${url} '${path}'`;
  };
  const told = async (name: string, happened = broken): Promise<Record<string, unknown>> => {
    const { tools, waiting } = world(example(name));
    await notify(happened, app, 'c', tools);
    assert.deepEqual([waiting(), tools.log.lines], [[], []], name);
    const call = calls.pop() ?? assert.fail('no call');
    assert.equal(call.type, 'application/json');
    return call.body;
  };
  try {
    const hook = await told('webhook');
    assert.deepEqual([hook['event'], hook['text']], ['replication-broken', broken.text]);
    assert.deepEqual(await told('slack'), {
      text:
        ':rotating_light: *c: REPLICATION BROKEN*\ndb11 &amp; &lt;db12&gt; "do not" \\ replicate\n' +
        '`mha-helper status -c /etc/mha/c.cnf`',
    });
    const { payload, ...trigger } = await told('pagerduty');
    assert.deepEqual(trigger, {
      routing_key: url,
      dedup_key: 'mha-helper/c/replication-broken',
      event_action: 'trigger',
      client: 'mha-helper',
    });
    const { summary, source, severity, custom_details: details } = payload as Record<string, unknown>;
    assert.deepEqual([summary, source, severity], ['c: REPLICATION BROKEN', 'mgr', 'critical']);
    assert.equal((details as Record<string, unknown>)['text'], broken.text);
    assert.deepEqual(await told('pagerduty', over), {
      routing_key: url,
      dedup_key: 'mha-helper/c/replication-broken',
      event_action: 'resolve',
    });
    status = 500;
    for (const name of ['webhook', 'slack', 'pagerduty']) {
      const { tools, waiting } = world(example(name));
      await notify(broken, app, 'c', tools);
      assert.equal(waiting().length, 1, name);
      assert.match(tools.log.lines.join(), /notify_command: exit \d+: .*500/, name);
    }
  } finally {
    server.close();
  }
});
