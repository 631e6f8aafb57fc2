import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfigTiny } from '../../../src/mha/configTiny.ts';
import { effectiveValues, noValues } from '../../../src/mha/parameters.ts';

/** What is in force for [server1]. */
function inForce(text: string) {
  const { blocks } = parseConfigTiny(text);
  return effectiveValues(blocks.get('server1'), effectiveValues(blocks.get('server default'), noValues));
}

test("a server's own value goes before the default, even where it is empty or 0", () => {
  assert.equal(inForce('[server default]\nport=3307\n[server1]\nport=3308\n').get('port'), '3308');
  assert.equal(inForce('[server default]\nport=3307\n[server1]\n').get('port'), '3307');
  assert.equal(inForce('[server default]\nport=3307\n[server1]\nport=\n').get('port'), '');
  assert.equal(inForce('[server default]\nport=3307\n[server1]\nport=0\n').get('port'), '0');
});

test("MHA's own defaults stand in for what is not set, or is empty or 0 in [server default]", () => {
  for (const text of ['[server1]\n', '[server default]\nport=\nuser=0\n[server1]\n']) {
    const values = inForce(text);
    assert.deepEqual(
      ['port', 'user', 'ssh_port', 'manager_workdir'].map((name) => values.get(name)),
      ['3306', 'root', '22', '/var/tmp'],
    );
  }
});

test('what only a server can say is not taken over', () => {
  const values = inForce(
    '[server default]\nhostname=a\nip=1\nno_master=1\ncandidate_master=1\nssh_host=b\n[server1]\n',
  );
  for (const name of ['hostname', 'ip', 'no_master', 'candidate_master', 'ssh_host'])
    assert.equal(values.get(name), undefined, name);
});

test('a quote at the end comes off once at each level, the first one with it', () => {
  const own = (value: string): string | undefined => inForce(`[server1]\npassword=${value}\n`).get('password');
  assert.deepEqual([own("'a'"), own('"a"'), own("a'"), own("'a"), own("''a''")], ['a', 'a', 'a', "'a", "'a'"]);
  assert.equal(inForce("[server default]\npassword=''a''\n[server1]\n").get('password'), 'a');
});

test('what Perl takes for false is no text', () => {
  const values = inForce('[server1]\na=\nb=0\nc=00\n');
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((name) => values.text(name)),
    [undefined, undefined, '00', undefined],
  );
});
