import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readApplicationConfig } from '../../../src/mha/applicationConfig.ts';
import { withSecondaryCheck } from '../../../src/mha/withSecondaryCheck.ts';

const script = '/usr/bin/mha-helper secondary-check';
const server = '[server1]\nhostname=db10\n[server2]\nhostname=db11\n';
const looks = (text: string): readonly (string | undefined)[] =>
  readApplicationConfig({ path: 'c.conf', text }).servers.map(({ scripts }) => scripts.secondaryCheck);

test('each server that has none of its own gets it, and every other line stays', () => {
  const rest = 'user=mha ; who\nmanager_workdir=/var/log/mha\n';
  const text = `# mine\n[server default] ; of all\n${rest}${server}secondary_check_script=own\n`;
  const changed = withSecondaryCheck(text, script);
  assert.equal(changed.replace(`secondary_check_script=${script}\n`, ''), text);
  assert.deepEqual(looks(changed), [script, 'own']);
});

test('where there is no such block, or nothing after it', () => {
  assert.deepEqual(looks(withSecondaryCheck(server, script)), [script, script]);
  assert.deepEqual(looks(withSecondaryCheck(`${server}[server default]`, script)), [script, script]);
});
