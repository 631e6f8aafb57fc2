import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mail, SmtpTarget } from '../../../../src/context/Mail.ts';
import { MailFailure, type MailRefusal } from '../../../../src/errors/errors.ts';
import { readApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import { loadClusterSettings, sendNotice } from '../../../../src/procedures/monitor/clusterSettings.ts';
import { FakeClock } from '../../../doubles/clock.ts';
import { MemoryFiles } from '../../../doubles/files.ts';
import { KeptLog } from '../../../doubles/log.ts';

const app = readApplicationConfig({ path: '/etc/mha/a.cnf', text: '[server1]\nhostname=db10\n' });
const helper = `[default]
report_email = one@x, two@x, three@x
smtp_host = mail.example.com
smtp_security = tls
smtp_user = me
smtp_password = secret
[db10]
`;

async function send(refusals: readonly MailRefusal[], to?: readonly string[]) {
  const sent: { to: readonly string[]; smtp: SmtpTarget }[] = [];
  const tools = {
    clock: new FakeClock(),
    log: new KeptLog(),
    files: new MemoryFiles({ '/etc/mha-helper/a.conf': helper }),
    interrupted: new AbortController().signal,
    places: { configDirectory: '/etc/mha-helper', stateDirectory: '/state', hostname: 'mgr', pid: 7 },
    connect: {
      sendMail: (mail: Mail, smtp: SmtpTarget) => {
        sent.push({ to: mail.to, smtp });
        return refusals.length === 0 ? Promise.resolve() : Promise.reject(new MailFailure('no', refusals));
      },
    },
  };
  const notice = { subject: 'NOT PROTECTED', text: 'why', ...(to === undefined ? {} : { to }) };
  const rest = await sendNotice(notice, 'a', app.file, await loadClusterSettings(app, tools as never), tools as never);
  return { rest, sent, lines: tools.log.lines };
}

test("the monitor's mails go the way that the configuration says, encrypted and with the login", async () => {
  const { rest, sent } = await send([]);
  assert.equal(rest, null);
  assert.deepEqual(sent, [
    {
      to: ['one@x', 'two@x', 'three@x'],
      smtp: { host: 'mail.example.com', port: 465, security: 'tls', login: { user: 'me', password: 'secret' } },
    },
  ]);
});

test('it is tried again only for those it did not reach, and not where it was refused for good', async () => {
  const { rest, lines } = await send([
    { to: ['two@x'], reason: '450', again: 'now' },
    { to: ['three@x'], reason: '550', again: 'never' },
  ]);
  assert.deepEqual(rest?.to, ['two@x']);
  assert.deepEqual(lines, [
    'a: mail "a: NOT PROTECTED" handed to mail.example.com:465 for one@x',
    '! a: mail "a: NOT PROTECTED": no; tried again for two@x',
  ]);
  assert.deepEqual(
    (await send([], rest.to)).sent.map(({ to }) => to),
    [['two@x']],
  );
  const { rest: none } = await send([{ to: ['two@x'], reason: '550', again: 'never' }], ['two@x']);
  assert.equal(none, null);
});
