import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkNetworkFiles, networkLines } from '../../../../src/procedures/check/checkNetworkFiles.ts';
import { shell } from '../../../doubles/tools.ts';

const address = '192.168.1.155';
const interfaces = { path: '/etc/network/interfaces', mode: 0o644 };
const hidden = (name: string) => ({ path: `/etc/netplan/${name}.yaml`, text: null, mode: null });
const told = (files: Parameters<typeof networkLines>[0]): readonly string[] =>
  networkLines(files, address).map(({ severity, text }) => `${severity}: ${text}`);

test('there, not there, not known', () => {
  assert.deepEqual(told([{ ...interfaces, text: `iface a\naddress ${address}/24` }]), [
    'warning: /etc/network/interfaces:2 gives this host the writer address 192.168.1.155 when it starts, master or not',
  ]);
  assert.deepEqual(told([{ ...interfaces, text: '' }]), [
    'ok: the writer address is not in the network configuration (1 files)',
  ]);
  const [line] = told([{ ...interfaces, text: '' }, ...['a', 'b', 'c', 'd'].map(hidden)]);
  assert.match(line ?? '', /^warning: it is not known .* may not read \/etc\/netplan\/a\.yaml, .*c\.yaml and 1 more$/);
});

test('a host whose configuration is nowhere that is known', () => {
  assert.deepEqual(told([]), ['ok: there is no configuration of ifupdown, netplan, NetworkManager, networkd or ifcfg']);
});

test('an address that is none is looked for nowhere', async () => {
  const nobody = shell(() => assert.fail('asked'));
  assert.deepEqual(await checkNetworkFiles(nobody, null), []);
  assert.deepEqual(await checkNetworkFiles(nobody, '(by command)'), []);
});
