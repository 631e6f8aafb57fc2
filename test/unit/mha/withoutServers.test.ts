import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfigTiny } from '../../../src/mha/configTiny.ts';
import { withoutServers } from '../../../src/mha/withoutServers.ts';

const text =
  '[server default]\nuser=a ; b\n\n# the old master\n[server1]\r\nhostname=db10\n\n[ server2 ] ; new\nhostname=db11\n' +
  '[server1]\nport=3307\n[server10]\nhostname=db12';

test('every block of that name goes, with all up to the next one; every other line stays as it is', () => {
  assert.equal(
    withoutServers(text, ['server1']),
    '[server default]\nuser=a ; b\n\n# the old master\n[ server2 ] ; new\nhostname=db11\n[server10]\nhostname=db12',
  );
});

test('several, the last one, none, and names that there are not', () => {
  assert.equal(withoutServers(text, ['server1', 'server2', 'server10']).split('[').length, 2);
  assert.equal(withoutServers(text, []), text);
  assert.equal(withoutServers(text, ['server', 'Server1', 'server default ']), text);
});

test('MHA reads in the rest what it read there before', () => {
  const before = parseConfigTiny(text).blocks;
  const after = parseConfigTiny(withoutServers(text, ['server1'])).blocks;
  assert.deepEqual([...after.keys()], ['server default', 'server2', 'server10']);
  for (const [name, { parameters }] of after)
    assert.deepEqual(
      [...parameters].map(([key, { value }]) => [key, value]),
      [...(before.get(name)?.parameters ?? [])].map(([key, { value }]) => [key, value]),
    );
});
