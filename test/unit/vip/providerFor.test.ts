import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCluster } from '../../../src/config/validate.ts';
import { providerFor, type ProviderTools } from '../../../src/vip/providerFor.ts';

/** Nothing is connected to before it is needed: no tool is there. */
const choose = (text: string) => {
  const { cluster } = readCluster('/etc/mha-helper/c.conf', text);
  return providerFor(cluster?.hosts ?? [], {} as ProviderTools);
};

const common = '[default]\nwriter_vip_cidr = 10.0.0.155/32\ncluster_interface = eth1\n';

test('each vip_type has its provider: what it can without the host tells them apart', () => {
  const command = 'vip_type = command\nvip_assign_command = a\nvip_release_command = b\nvip_status_command = c\n';
  for (const [type, address, worksWithoutHost] of [
    ['vip_type = none\n', null, true],
    ['vip_type = metal\n', '10.0.0.155', false],
    ['vip_type = aws\naws_method = private-ip\n', '10.0.0.155', true],
    ['vip_type = openstack\nopenstack_method = floating-ip\n', '10.0.0.155', true],
    [command, '10.0.0.155', true],
  ] as const) {
    const provider = choose(`${common}${type}[db10]\n[db11]\n`);
    assert.deepEqual([provider.address, provider.worksWithoutHost], [address, worksWithoutHost], type);
  }
});

test('hosts that want different ones have none', () => {
  assert.throws(() => choose(`${common}[db10]\nvip_type = metal\n[db11]\nvip_type = none\n`), {
    kind: 'config',
    message: /metal for \[db10\], none for \[db11\]/,
  });
});
