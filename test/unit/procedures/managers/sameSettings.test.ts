import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadHostSettings } from '../../../../src/config/load.ts';
import type { StoreEntry } from '../../../../src/context/Store.ts';
import { clusterKeys } from '../../../../src/procedures/managers/keys.ts';
import { differentOptions, toldSettings, otherSettings } from '../../../../src/procedures/managers/sameSettings.ts';
import { fakeTools } from '../../../doubles/tools.ts';

async function told(text: string) {
  const tools = fakeTools(text);
  return toldSettings(await loadHostSettings('/etc/mha-helper', ['db10', 'db11'], tools.files, tools.log, 'c'));
}

const file = (more = '', db11 = ''): string =>
  `[default]\nvip_type = none\nsmtp_host = mail\n${more}\n[db10]\n[db11]\n${db11}\n`;

test('nothing of a secret, and no argument of a command, is in them', async () => {
  const commands = 'fence_command = /bin/fence -p geheim\nnotify_command = /bin/n';
  const found = await told(file(`smtp_user = u\nsmtp_password = geheim\n${commands}`, 'run_timeout = 77'));
  assert.deepEqual(found, {
    ...Object.fromEntries(
      ['db10', 'db11'].flatMap((host) => [
        [`${host} fence_command`, '/bin/fence and 9 characters'],
        [`${host} notify_command`, '/bin/n'],
        [`${host} smtp_host`, 'mail'],
        [`${host} smtp_user`, 'u'],
        [`${host} vip_type`, 'none'],
      ]),
    ),
    'db11 run_timeout': '77',
  });
});

test('options that differ are named, with their hosts where not all differ', async () => {
  const own = await told(file());
  assert.deepEqual(differentOptions(own, await told(`# the same\n${file()}`)), []);
  const other = await told(file('report_email = a@b.example', 'run_timeout = 77').replace('mail', 'post'));
  assert.deepEqual(differentOptions(own, other), [
    'report_email (here not set, there a@b.example)',
    'run_timeout of db11 (here not set, there 77)',
    'smtp_host (here mail, there post)',
  ]);
});

test('the name, the certificate and the account are of each manager alone', async () => {
  const shared = 'ha_endpoints = https://e1:2379';
  const own = await told(file(`${shared}\nha_manager = mgr1\nha_ttl = 10`));
  const other = await told(file(`${shared}\nha_manager = mgr2\nha_ttl = 20`));
  assert.deepEqual(differentOptions(own, other), ['ha_ttl (here 10, there 20)']);
});

test('where nobody has told, nothing is different', async () => {
  const keys = clusterKeys('/p/', 'c');
  const own = await told(file());
  const view = (state: object) => {
    const entry = { key: keys.state, value: JSON.stringify({ absent: [], ...state }) } as StoreEntry;
    return { last: { beganAt: 1, entries: new Map([[keys.state, entry]]) } };
  };
  assert.equal(otherSettings(own, keys, view({})), null);
  assert.equal(otherSettings(own, keys, { last: { unknown: 'no answer' } }), null);
  assert.equal(otherSettings(null, keys, view({ settings: {} })), null);
  assert.equal(otherSettings(own, keys, view({ settings: own })), null);
  assert.equal(
    otherSettings(own, keys, view({ settings: { ...own, 'db11 run_timeout': 'x' } })),
    'the configuration of this manager is not that of the last leader: run_timeout of db11 (here not set, there x)',
  );
});
