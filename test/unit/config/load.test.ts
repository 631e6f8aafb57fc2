import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadAllClusters, loadCluster, loadHostSettings } from '../../../src/config/load.ts';
import { ConfigFailure } from '../../../src/config/problems.ts';
import { Failure } from '../../../src/errors/errors.ts';
import { errorLine } from '../../../src/errors/message.ts';
import { errno, filesOf, recordingLog, seedExample } from './fixtures.ts';

const directory = '/etc/mha-helper';

async function load(contents: Record<string, string | Error>, ...hosts: string[]) {
  const log = recordingLog();
  const settings = await loadHostSettings(directory, hosts, filesOf(directory, contents), log, null);
  return { settings, lines: log.lines };
}

async function failure(contents: Record<string, string | Error>, ...hosts: string[]): Promise<string> {
  const thrown: unknown = await load(contents, ...hosts).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(thrown instanceof Failure);
  assert.equal(thrown.kind, 'config');
  return errorLine(thrown);
}

test('the settings of the hosts, in their order', async () => {
  const { settings, lines } = await load({ 'a.conf': seedExample, 'b.conf': '[other]\n' }, 'db12', 'db10');
  assert.deepEqual(
    settings.map(({ host, cluster, file, options }) => [host, cluster, file, options.cluster_interface]),
    [
      ['db12', 'a', '/etc/mha-helper/a.conf', 'eth1'],
      ['db10', 'a', '/etc/mha-helper/a.conf', 'eth10'],
    ],
  );
  assert.deepEqual(lines, []);
});

test('a trailing slash of the directory does not show', async () => {
  const settings = await loadHostSettings(
    '/etc/mha-helper/',
    ['db10'],
    { ...filesOf(directory, { 'a.conf': '[db10]\n' }), list: () => Promise.resolve(['a.conf']) },
    recordingLog(),
    null,
  );
  assert.equal(settings[0]?.file, '/etc/mha-helper/a.conf');
});

test('host names are found letter by letter first, then whatever the case; the name is the one asked for', async () => {
  const text = '[DB10.Example.com]\nreport_email = a@b\n[db11]\nreport_email = c@d\n[DB11]\nreport_email = e@f\n';
  const { settings } = await load({ 'a.conf': text }, 'db10.example.com', 'DB11');
  assert.deepEqual(
    settings.map(({ host, options }) => [host, options.report_email]),
    [
      ['db10.example.com', ['a@b']],
      ['DB11', ['e@f']],
    ],
  );
});

test('IPv6 addresses are host names', async () => {
  const { settings } = await load({ 'a.conf': '[fd00::1]\n[fd00::2]\n' }, 'fd00::1', 'fd00::2');
  assert.deepEqual(
    settings.map(({ host }) => host),
    ['fd00::1', 'fd00::2'],
  );
});

test('editor backups and hidden files are no clusters', async () => {
  await load(
    {
      'a.conf': '[db10]\n',
      '.a.conf': '[db10]\n',
      'a.conf~': '[db10]\n',
      'a.conf.bak': '[db10]\n',
      '#a.conf#': '[db10]\n',
      '.#a.conf': '[db10]\n',
    },
    'db10',
  );
});

test('warnings of the own file are logged, those of others are not', async () => {
  const { lines } = await load({ 'a.conf': '[db10]\nsmtp_hots = x\n', 'b.conf': '[x]\ncolour = red\n' }, 'db10');
  assert.deepEqual(lines, [
    'warn /etc/mha-helper/a.conf:2: [db10] unknown option smtp_hots is ignored; did you mean smtp_host?',
  ]);
});

test('a broken file of another cluster does not stop this one', async () => {
  const { settings, lines } = await load(
    { 'a.conf': '[db10]\n[db11]\n', 'b.conf': 'nonsense\n[x]\nvip_type = y\n', 'c.conf': errno('EACCES') },
    'db10',
    'db11',
  );
  assert.equal(settings.length, 2);
  assert.deepEqual(lines, [
    "warn 2 problems in /etc/mha-helper/b.conf: line 1: 'nonsense' is neither [HOST] nor option = value nor a " +
      'comment; line 3: [x] vip_type = y: must be none, metal, aws, openstack or command (not needed for db10, db11)',
    'warn /etc/mha-helper/c.conf cannot be read (permission denied); it is not needed for db10, db11',
  ]);
});

test('a broken file of the own cluster does', async () => {
  assert.equal(
    await failure({ 'a.conf': '[db10]\nvip_type = y\n[db11]\n' }, 'db11'),
    '/etc/mha-helper/a.conf:2: [db10] vip_type = y: must be none, metal, aws, openstack or command',
  );
});

test('no section for the host', async () => {
  assert.equal(
    await failure({ 'a.conf': '[alpha]\n', 'b.conf': '[beta]\n' }, 'db10'),
    'no section [db10] in /etc/mha-helper (looked in a.conf, b.conf) -- add a section [db10] to the file of its ' +
      "cluster; its name must be written as the hostname in MHA's configuration",
  );
  assert.equal(
    await failure({ 'a.conf': '[db10]\n[db11]\n' }, 'db10', 'db13'),
    'no section [db13] in /etc/mha-helper (looked in a.conf) -- the nearest is [db10] in /etc/mha-helper/a.conf',
  );
});

test('the short or the full name stands there instead', async () => {
  assert.equal(
    await failure({ 'a.conf': '[db10]\n' }, 'db10.example.com'),
    'no section [db10.example.com] in /etc/mha-helper (looked in a.conf) -- /etc/mha-helper/a.conf has [db10]; ' +
      "the section's name must be written as the hostname in MHA's configuration, [db10.example.com]",
  );
  assert.equal(
    await failure({ 'a.conf': '[db10.example.com]\n' }, 'db10'),
    'no section [db10] in /etc/mha-helper (looked in a.conf) -- /etc/mha-helper/a.conf has [db10.example.com]; ' +
      "the section's name must be written as the hostname in MHA's configuration, [db10]",
  );
  assert.doesNotMatch(await failure({ 'a.conf': '[10.0.0.1]\n' }, '10'), /has \[10/);
});

test('no section for the host, and a file that it may be in could not be read', async () => {
  assert.equal(
    await failure({ 'a.conf': '[alpha]\n', 'b.conf': errno('EACCES'), 'c.conf': 'nonsense\n[x]\n' }, 'db10'),
    'no section [db10] in /etc/mha-helper (looked in a.conf, b.conf, c.conf); not all of them could be read: ' +
      'b.conf (permission denied), ' +
      "/etc/mha-helper/c.conf:1: 'nonsense' is neither [HOST] nor option = value nor a comment" +
      " -- add a section [db10] to the file of its cluster; its name must be written as the hostname in MHA's " +
      'configuration',
  );
});

test('a host in two files', async () => {
  assert.equal(
    await failure({ 'a.conf': '[db10]\n', 'b.conf': '[DB10]\nvip_type = y\n' }, 'db10'),
    'db10 has a section in more than one file (/etc/mha-helper/a.conf, /etc/mha-helper/b.conf), and it is not known ' +
      "which cluster is meant -- a host of two clusters needs the file of each to be called as MHA's, for instance " +
      '/etc/mha/NAME.conf and /etc/mha-helper/NAME.conf',
  );
});

test('hosts in different files', async () => {
  assert.equal(
    await failure({ 'a.conf': '[db10]\n', 'b.conf': '[db20]\n' }, 'db10', 'db20'),
    'db10 has its section in /etc/mha-helper/a.conf and db20 in /etc/mha-helper/b.conf: the hosts of one cluster ' +
      'must be in one file',
  );
});

test('the directory', async () => {
  const hint = ' -- each cluster needs a file NAME.conf there, with a [default] section and one section per host';
  assert.equal(await failure({}, 'db10'), `there is no *.conf file in /etc/mha-helper${hint}`);
  for (const [code, why] of [
    ['ENOENT', 'there is no such file or directory'],
    ['EACCES', 'permission denied'],
    ['ENOTDIR', 'it is not a directory'],
    ['EIO', "EIO: something, open '/somewhere'"],
  ]) {
    const files = { ...filesOf(directory, {}), list: () => Promise.reject(errno(code ?? '')) };
    const thrown: unknown = await loadHostSettings(directory, ['db10'], files, recordingLog(), null).catch(
      (error: unknown) => error,
    );
    assert.equal(errorLine(thrown), `cannot read the configuration directory /etc/mha-helper: ${why ?? ''}${hint}`);
  }
});

test('one file', async () => {
  const files = filesOf(directory, {
    'a.conf': '[db10]\ncolour = red\n',
    'b.conf': '[db10]\nvip_type = x\nrun_timeout = 0\n',
    'c.conf': errno('EISDIR'),
  });
  const { cluster, warnings } = await loadCluster(`${directory}/a.conf`, files);
  assert.deepEqual([cluster.name, cluster.file, cluster.hosts.length], ['a', '/etc/mha-helper/a.conf', 1]);
  assert.deepEqual(warnings, ['/etc/mha-helper/a.conf:2: [db10] unknown option colour is ignored']);
  await assert.rejects(
    loadCluster(`${directory}/b.conf`, files),
    (error) => error instanceof ConfigFailure && error.problems.length === 2,
  );
  await assert.rejects(loadCluster(`${directory}/c.conf`, files), {
    message: 'cannot read /etc/mha-helper/c.conf: it is a directory',
  });
});

test('all clusters, with what is wrong in each and between them', async () => {
  const metal = '[default]\nvip_type = metal\nwriter_vip_cidr = 10.0.0.9/24\ncluster_interface = eth1\n';
  const all = await loadAllClusters(
    directory,
    filesOf(directory, {
      'a.conf': `${metal}[db10]\n`,
      'b.conf': `${metal}[db20]\n[DB10]\ncolour = red\n`,
      'c.conf': '[x]\nvip_type = y\nnonsense\n',
      'd.conf': errno('EACCES'),
    }),
  );
  assert.deepEqual(
    all.clusters.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.deepEqual(all.problems, [
    '/etc/mha-helper/c.conf:2: [x] vip_type = y: must be none, metal, aws, openstack or command',
    "/etc/mha-helper/c.conf:3: 'nonsense' is neither [HOST] nor option = value nor a comment",
    '/etc/mha-helper/d.conf: permission denied',
    '/etc/mha-helper/a.conf: writer address 10.0.0.9 is also in /etc/mha-helper/b.conf',
  ]);
  assert.deepEqual(all.warnings, [
    '/etc/mha-helper/b.conf:7: [DB10] unknown option colour is ignored',
    '/etc/mha-helper/a.conf: host db10 is also in /etc/mha-helper/b.conf: the file of each cluster must be called as ' +
      "MHA's, without the directory",
  ]);
});
