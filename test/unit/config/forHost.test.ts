import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findName, selectHosts } from '../../../src/config/forHost.ts';
import { readCluster } from '../../../src/config/validate.ts';

const reading = (file: string, text: string) => ({ file, reading: readCluster(file, text) });
const a = reading('/e/a.conf', '[default]\nreport_email = a@b\n[db10.example.com]\n[db11]\n[192.168.10.12]\n');
const b = reading('/e/b.conf', '[db20]\n');

const select = (
  hosts: readonly string[],
  files: Parameters<typeof selectHosts>[2] = [a, b],
  called: string | null = null,
) => selectHosts('/e', hosts, files, called);

test('the hosts in the order and under the names that were asked for', () => {
  assert.deepEqual(
    select(['DB11', 'db10.example.com']).map(({ host, cluster }) => [host, cluster]),
    [
      ['DB11', 'a'],
      ['db10.example.com', 'a'],
    ],
  );
  assert.deepEqual(select([]), []);
});

test('a name letter by letter goes before one of another case', () => {
  assert.equal(findName(['DB10', 'db10'], 'db10'), 'db10');
  assert.equal(findName(['DB10'], 'db10'), 'DB10');
  assert.equal(findName(['db1'], 'db10'), undefined);
});

test('one cluster is one file', () => {
  assert.throws(() => select(['db11', 'db20']), { kind: 'config', message: /db11 .*\/e\/a\.conf.*db20.*\/e\/b\.conf/ });
  assert.throws(() => select(['db11'], [a, reading('/e/c.conf', '[db11]\n')]), {
    kind: 'config',
    message: /\/e\/a\.conf, \/e\/c\.conf/,
  });
});

test('a host of two clusters: the file that is called as the cluster', () => {
  const files = [a, reading('/e/c.conf', '[db11]\nreport_email = c@d\n[db30]\n')];
  const clusterOf = (hosts: readonly string[], called: string | null) => select(hosts, files, called)[0]?.cluster;
  assert.equal(clusterOf(['db11', 'db30'], 'c'), 'c');
  assert.equal(clusterOf(['db11', 'db10.example.com'], 'a'), 'a');
  assert.equal(clusterOf(['db30'], 'a'), 'c', 'a host of one file alone needs no name');
  assert.throws(() => clusterOf(['db11', 'db30'], 'a'), { message: /db11 .*a\.conf and db30 in \/e\/c\.conf/ });
  assert.throws(() => clusterOf(['db11'], 'other'), {
    message: /more than one file .*, and none of them is other\.conf$/,
    hint: /\/etc\/mha\/other\.conf and \/e\/other\.conf/,
  });
  assert.throws(() => clusterOf(['db11'], null), { message: /not known which cluster/, hint: /\/e\/NAME\.conf/ });
});

test('a host without a section: the same host under another name, or the nearest, is the hint', () => {
  const hint = (host: string, nearest: RegExp): void =>
    assert.throws(() => select([host]), { kind: 'config', message: /looked in a\.conf, b\.conf/, hint: nearest });
  hint('db10', /\[db10\.example\.com\]/);
  hint('db11.example.com', /\[db11\]/);
  hint('db201', /\[db20\] in \/e\/b\.conf/);
  hint('192.168.10.13', /\[192\.168\.10\.12\]/);
  hint('somewhere', /add a section \[somewhere\]/);
});

test('a file that could not be read may have had it, and is named; one with a mistake is not used', () => {
  assert.throws(() => select(['x'], [a, { file: '/e/c.conf', unreadable: 'permission denied' }]), {
    message: /c\.conf \(permission denied\)/,
  });
  assert.throws(() => select(['db30'], [reading('/e/d.conf', '[db30]\nvip_type = x\n')]), {
    kind: 'config',
    message: /\/e\/d\.conf:2/,
  });
});
