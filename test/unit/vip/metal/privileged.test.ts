import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostAddresses } from '../../../../src/vip/hostAddresses.ts';
import { frostCommands, guardCommands, privilegedCommands } from '../../../../src/vip/metal/privileged.ts';
import type { MetalHost } from '../../../../src/vip/metal/host.ts';

const host = (more: Partial<MetalHost> = {}): MetalHost =>
  ({
    ip: '/sbin/ip',
    arping: { path: '/usr/bin/arping', kind: 'iputils' },
    ss: '/bin/ss',
    cidr: { address: '10.0.0.155', prefix: 24, family: 4 },
    settings: { cluster_interface: 'eth1', requires_arping: true },
    ...more,
  }) as MetalHost;
const lines = (...of: Parameters<typeof privilegedCommands>): readonly string[] =>
  privilegedCommands(...of).map((command) => command.join(' '));

test('IPv4: all that the scripts run', () => {
  assert.deepEqual(lines(host(), true, 'none'), [
    '/sbin/ip addr add 10.0.0.155/24 dev eth1',
    '/sbin/ip addr del 10.0.0.155/24 dev eth1',
    '/sbin/ip -4 route del local 10.0.0.155 dev eth1 table local',
    '/sbin/ip -4 route replace local 10.0.0.155 dev eth1 table local',
    '/sbin/ip -4 route replace local 10.0.0.155 dev eth1 table local proto kernel',
    '/sbin/ip -4 neigh del 10.0.0.155 dev eth1',
    '/usr/bin/arping -U -c 1 -I eth1 10.0.0.155',
    '/usr/bin/arping -D -c 1 -w 1 -I eth1 10.0.0.155',
    '/bin/ss -K state connected exclude time-wait src 10.0.0.155',
  ]);
});

test("Habets' arping, and a network where nobody is told", () => {
  const arping = { path: '/usr/sbin/arping', kind: 'habets' };
  const arpings = (announces: boolean, from: 'none' | 'own'): readonly string[] =>
    lines(host({ arping }), announces, from).filter((line) => line.includes('arping'));
  assert.deepEqual(arpings(true, 'none'), [
    '/usr/sbin/arping -U -c 1 -S 10.0.0.155 -i eth1 10.0.0.155',
    '/usr/sbin/arping -0 -c 1 -w 0.5 -i eth1 10.0.0.155',
  ]);
  assert.deepEqual(arpings(false, 'own'), ['/usr/sbin/arping -c 1 -w 0.5 -i eth1 10.0.0.155']);
});

test('IPv6 needs no arping', () => {
  const found = lines(host({ cidr: { address: 'fd00::a5', prefix: 64, family: 6 } }), true, 'none');
  assert.equal(found[2], '/sbin/ip -6 route del local fd00::a5 dev eth1 table local');
  assert.equal(found.at(-1), '/bin/ss -K state connected exclude time-wait src [fd00::a5]');
  assert.ok(!found.some((line) => line.includes('arping')));
});

test('other addresses of the interface can be kept', () => {
  const found = hostAddresses(
    'db10',
    JSON.stringify([
      {
        ifname: 'eth1',
        addr_info: [
          { local: '10.0.0.10', prefixlen: 24 },
          { local: '10.0.0.155', prefixlen: 24 },
          { local: 'fe80::1', prefixlen: 64 },
        ],
      },
      { ifname: 'eth2', addr_info: [{ local: '10.1.0.1', prefixlen: 24 }] },
    ]),
  );
  assert.deepEqual(
    guardCommands(host(), found).map((command) => command.join(' ')),
    [
      '/sbin/ip addr add 10.0.0.10/32 dev eth1',
      '/sbin/ip addr add 10.0.0.10/24 brd + dev eth1',
      '/sbin/ip addr del 10.0.0.10/32 dev eth1',
    ],
  );
});

test('what freezes connections: nothing where they could not be reset', () => {
  const texts = (of: MetalHost): readonly string[] => frostCommands(of).map((command) => command.join(' '));
  assert.deepEqual(texts(host()), [
    '/sbin/ip -4 rule add from 10.0.0.155/32 blackhole pref 1',
    '/sbin/ip -4 rule del from 10.0.0.155/32 blackhole pref 1',
    '/sbin/ip addr add 10.0.0.155/32 dev lo scope host',
    '/sbin/ip -4 route del local 10.0.0.155 dev lo table local',
    '/sbin/ip addr del 10.0.0.155/32 dev lo',
  ]);
  assert.deepEqual(texts(host({ cidr: { address: 'fd00::a5', prefix: 64, family: 6 } })), [
    '/sbin/ip -6 rule add from fd00::a5/128 blackhole pref 1',
    '/sbin/ip -6 rule del from fd00::a5/128 blackhole pref 1',
  ]);
  assert.deepEqual(texts(host({ ss: null })), []);
});
