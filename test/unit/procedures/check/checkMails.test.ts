import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadHostSettings } from '../../../../src/config/load.ts';
import { Failure } from '../../../../src/errors/errors.ts';
import { checkMails } from '../../../../src/procedures/check/checkMails.ts';
import { fakeTools } from '../../../doubles/tools.ts';

async function lines(configuration: string, checkMail: () => Promise<void>): Promise<readonly string[]> {
  const tools = fakeTools(configuration, { checkMail });
  const settings = await loadHostSettings('/etc/mha-helper', ['db10', 'db11'], tools.files, tools.log, null);
  return (await checkMails(settings, tools)).map(({ severity, text }) => `${severity}: ${text}`);
}

const two = '[default]\nvip_type=none\nreport_email=a@example.com\n[db10]\n[db11]\n';

test('each server once, for all hosts', async () => {
  let asked = 0;
  const found = await lines(two, () => {
    asked += 1;
    return Promise.resolve();
  });
  assert.deepEqual([found, asked], [['ok: the mail server localhost:25 answers'], 1]);
});

test('a server that refuses is a warning: a report would wait', async () => {
  const found = await lines(two, () => Promise.reject(new Failure('mail', 'localhost:25: refused')));
  assert.deepEqual(found, ['warning: localhost:25: refused: a report would wait in the spool']);
});

test('hosts without a recipient are named', async () => {
  const one = '[default]\nvip_type=none\n[db10]\nreport_email=a@example.com\n[db11]\n';
  assert.deepEqual(await lines(one, () => Promise.resolve()), [
    'ok: the mail server localhost:25 answers (for db10)',
    'warning: report_email is not set for db11: nobody gets a mail about a failover there',
  ]);
});
