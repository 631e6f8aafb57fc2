import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCluster } from '../../../../src/config/validate.ts';
import { readApplicationConfig } from '../../../../src/mha/applicationConfig.ts';
import { firstFile, whatIsNext, type Seen } from '../../../../src/procedures/init/firstFile.ts';
import { sortOut } from '../../../../src/procedures/init/seeHosts.ts';
import { hostAddresses } from '../../../../src/vip/hostAddresses.ts';

const text =
  '[server default]\nuser=mha\npassword=p\nssh_user=root\nreport_script=/x\n[server1]\nhostname=db10\n' +
  '[server2]\nhostname=db11\n';
const app = readApplicationConfig({ path: '/etc/mha/a.cnf', text });
const seen: Seen = {
  master: 'db10',
  candidates: [{ cidr: '192.0.2.155/24', interface: 'eth1' }],
  interfaces: new Map([
    ['db10', 'eth1'],
    ['db11', 'ens3'],
  ]),
  unknown: [],
};
const read = (made: Seen) => {
  const { cluster, problems, warnings } = readCluster(
    '/etc/mha-helper/a.conf',
    firstFile(app, '/etc/mha-helper/a.conf', made),
  );
  assert.deepEqual([problems, warnings], [[], []]);
  return cluster?.hosts.map(({ host, options }) => [
    host,
    options.vip_type,
    options.writer_vip_cidr?.address,
    options.cluster_interface,
    options.requires_sudo,
  ]);
};

test('what was seen is in force, and each host has its interface', () => {
  assert.deepEqual(read(seen), [
    ['db10', 'metal', '192.0.2.155', 'eth1', false],
    ['db11', 'metal', '192.0.2.155', 'ens3', false],
  ]);
});

test('what is not known is a comment, and nothing is guessed', () => {
  const two = [...seen.candidates, { cidr: '192.0.2.7/24', interface: 'eth1' }];
  for (const made of [
    { ...seen, candidates: [] },
    { ...seen, candidates: two },
    { ...seen, master: null, candidates: [] },
  ])
    assert.deepEqual(read(made)?.[0], ['db10', 'none', undefined, undefined, false]);
  const said = firstFile(app, '/x', { ...seen, candidates: two, unknown: ['db11: no answer'] });
  assert.match(said, /^# Not seen: db11: no answer$/m);
  assert.match(
    said,
    /^# Which of these on db10 is the writer address\?\n# {3}192\.0\.2\.155\/24 on eth1\n# {3}192\.0\.2\.7/m,
  );
});

test('the address besides its own, on the same interface', () => {
  const link = (ifname: string, ...found: readonly string[]) => ({
    ifname,
    addr_info: found.map((one) => ({ local: one.split('/')[0], prefixlen: Number(one.split('/')[1]) })),
  });
  const json = JSON.stringify([
    link('lo', '127.0.0.1/8'),
    link('eth1', '192.0.2.10/24', '192.0.2.155/24', 'fe80::1/64', 'fd00::10/64'),
    link('docker0', '172.17.0.1/16'),
  ]);
  const addresses = hostAddresses('db10', json);
  assert.deepEqual(sortOut(addresses, ['192.0.2.10']), {
    own: 'eth1',
    others: [{ cidr: '192.0.2.155/24', interface: 'eth1' }],
  });
  assert.deepEqual(sortOut(addresses, ['198.51.100.1']), { own: null, others: [] });
});

test('what is next: only the lines that are missing', () => {
  const next = whatIsNext(app, '/etc/mha-helper/a.conf', true);
  assert.match(next, /^1\. Read \/etc\/mha-helper\/a\.conf/m);
  assert.match(next, /master_ip_failover_script = .*\n +master_ip_online_change_script = /);
  assert.doesNotMatch(next, /report_script/);
  assert.match(next, /^5\. .*\n {4}mha-helper check -c \/etc\/mha\/a\.cnf$/m);
});
