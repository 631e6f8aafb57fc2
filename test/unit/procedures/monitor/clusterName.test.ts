import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterFile, knownClusters } from '../../../../src/procedures/monitor/clusterName.ts';
import { newCluster } from '../../../../src/procedures/monitor/clusterState.ts';
import { MemoryFiles } from '../../../doubles/files.ts';
import { fakeTools } from '../../../doubles/tools.ts';

const { places } = fakeTools('');
const ofMha = (host: string): string =>
  `[server default]\nuser=u\npassword=p\n[server1]\nhostname=${host}\n[server2]\nhostname=${host}b\n`;
const own = (host: string): string => `[default]\n[${host}]\n[${host}b]\n`;
const record = (conf: string): string => JSON.stringify({ conf, cluster: 'x', state: newCluster });

const two = {
  '/etc/mha/app.cnf': ofMha('db10'),
  '/etc/mha/shop.conf': ofMha('db20'),
  '/etc/mha/notes.txt': '',
  '/etc/mha-helper/production.conf': own('db20'),
};

function named(given: string | undefined, texts: Readonly<Record<string, string>>): Promise<string> {
  return clusterFile(given, { files: new MemoryFiles(texts), places });
}

for (const [given, path] of [
  ['app', '/etc/mha/app.cnf'],
  ['shop', '/etc/mha/shop.conf'],
  ['shop.conf', '/etc/mha/shop.conf'],
  ['/etc/mha/app.cnf', '/etc/mha/app.cnf'],
  ['./app.cnf', './app.cnf'],
  ['/not/there.cnf', '/not/there.cnf'],
  ['production', '/etc/mha/shop.conf'],
] as const) {
  test(`-c ${given}: ${path}`, async () => {
    assert.equal(await named(given, two), path);
  });
}

test('a cluster that is monitored from another directory has its name too', async () => {
  const texts = {
    ...two,
    '/srv/web.cnf': ofMha('db30'),
    '/var/lib/mha-helper/monitor/web.json': record('/srv/web.cnf'),
  };
  assert.equal(await named('web', texts), '/srv/web.cnf');
});

test('a file in the directory of the call', async () => {
  assert.equal(await named('here.cnf', { ...two, 'here.cnf': ofMha('db40') }), 'here.cnf');
});

test('a name that is none: what was meant, or which there are', async () => {
  await assert.rejects(named('shpo', two), {
    message: 'there is no cluster "shpo"; did you mean shop?',
    kind: 'usage',
  });
  await assert.rejects(named('billing', two), { message: 'there is no cluster "billing"', hint: '-c NAME: app, shop' });
});

test('a name that two files have is no guess', async () => {
  await assert.rejects(named('app', { ...two, '/etc/mha/app.conf': ofMha('db50') }), {
    message: '/etc/mha/app.cnf and /etc/mha/app.conf both have the name app',
  });
});

test('left out: the only cluster; a file of mha-helper in the directory is none', async () => {
  const one = { '/etc/mha/app.cnf': ofMha('db10'), '/etc/mha/helper.conf': own('db10') };
  assert.equal(await named(undefined, one), '/etc/mha/app.cnf');
});

test('left out where there is none, or more than one', async () => {
  await assert.rejects(named(undefined, two), { message: 'which cluster?', hint: '-c NAME: app, shop', kind: 'usage' });
  await assert.rejects(named(undefined, {}), { message: 'no cluster is given', kind: 'usage' });
  const moved = { '/etc/mha/app.cnf': ofMha('db10'), '/var/lib/mha-helper/monitor/old.json': record('/srv/old.cnf') };
  assert.equal(await named(undefined, moved), '/etc/mha/app.cnf', 'a monitored file that is gone does not count');
});

test('a cluster whose file cannot be read counts: leaving it out would be a guess', async () => {
  class Closed extends MemoryFiles {
    override read(path: string): Promise<string> {
      if (path !== '/etc/mha/shop.conf') return super.read(path);
      return Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' }));
    }
  }
  await assert.rejects(clusterFile(undefined, { files: new Closed(two), places }), { message: 'which cluster?' });
});

test("mha-helper's own file is said to be that, with the file that was meant", async () => {
  await assert.rejects(named('/etc/mha-helper/production.conf', two), {
    message: "/etc/mha-helper/production.conf is mha-helper's own configuration, and MHA's is needed here",
    hint: 'it is /etc/mha/shop.conf',
    kind: 'config',
  });
  await assert.rejects(named('/x/y.conf', { '/x/y.conf': own('db90') }), { hint: /^for instance/ });
});

test('-c with nothing', async () => {
  await assert.rejects(named('', two), { message: '-c is empty', kind: 'usage' });
});

test('the clusters that a monitor has ever had here; nobody has had one where there is no directory', async () => {
  const files = new MemoryFiles({
    '/var/lib/mha-helper/monitor/b.json': '',
    '/var/lib/mha-helper/monitor/a.json': '',
    '/var/lib/mha-helper/monitor/a.lock': '',
  });
  assert.deepEqual(await knownClusters({ files, places }), ['a', 'b']);
  assert.deepEqual(await knownClusters({ files: new MemoryFiles(), places }), []);
});
