import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostAddresses, sameAddress } from '../../../src/vip/hostAddresses.ts';

const listing = JSON.stringify([
  {
    ifname: 'lo',
    addr_info: [
      { local: '127.0.0.1', prefixlen: 8 },
      { local: '10.0.0.155', prefixlen: 32 },
    ],
  },
  { ifname: 'eth1', addr_info: [{ local: '10.0.0.155', prefixlen: 24 }, { prefixlen: 64 }] },
  {
    ifname: 'eth2',
    addr_info: [{ local: 'fd00::a5', prefixlen: 64, tentative: true, dadfailed: true }, { local: 'fd00::1' }],
  },
  { ifname: 'eth3' },
  {},
]);

test('an address is found wherever it is, with every prefix that it has', () => {
  const addresses = hostAddresses('db10', listing);
  assert.deepEqual(
    addresses.find('10.0.0.155').map(({ interface: name, prefix }) => [name, prefix]),
    [
      ['lo', 32],
      ['eth1', 24],
    ],
  );
  assert.deepEqual(addresses.find('10.0.0.15'), []);
});

test('an entry without an address is nobody, whichever way it lacks it', () => {
  const addresses = hostAddresses('db10', '[{"ifname":"eth1","addr_info":[{"local":null},{}]},{"addr_info":null}]');
  assert.deepEqual([addresses.on('eth1'), addresses.find('10.0.0.155')], [[], []]);
});

test('IPv6: however it is written, and what the kernel says of it', () => {
  const addresses = hostAddresses('db10', listing);
  const wanted = [{ interface: 'eth2', prefix: 64, tentative: true, duplicate: true }];
  assert.deepEqual(addresses.find('fd00::a5'), wanted);
  assert.deepEqual(addresses.find('FD00:0:0:0::00A5'), wanted);
  assert.deepEqual(addresses.find('fd00::1')[0], { interface: 'eth2', prefix: 0, tentative: false, duplicate: false });
});

test('interfaces, those without an address too; addresses of one of them', () => {
  const addresses = hostAddresses('db10', listing);
  assert.deepEqual([...addresses.interfaces], ['lo', 'eth1', 'eth2', 'eth3']);
  assert.deepEqual(addresses.on('eth1'), [{ address: '10.0.0.155', prefix: 24 }]);
  assert.deepEqual([addresses.on('eth3'), addresses.on('eth9')], [[], []]);
});

test('what is no list of addresses is not taken for "it has none"', () => {
  for (const text of ['', 'Option "-j" is unknown', '{}', 'null', listing.slice(0, -1)])
    assert.throws(() => hostAddresses('db10', text), { kind: 'address', message: /^db10: / }, text);
});

test('the same address is the same, and nothing else', () => {
  assert.ok(sameAddress('fd00::1', 'FD00:0::1'));
  assert.ok(sameAddress('10.0.0.1', '10.0.0.1'));
  assert.ok(!sameAddress('10.0.0.1', '10.0.0.10'));
  assert.ok(!sameAddress('::ffff:10.0.0.1', '10.0.0.1'));
});
