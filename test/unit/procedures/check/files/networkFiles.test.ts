import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placesOf, readNetworkFiles } from '../../../../../src/procedures/check/files/networkFiles.ts';
import { shell } from '../../../../doubles/tools.ts';

const v4 = '192.168.1.155';
const v6 = 'fd00::155';

/** Numbers of the lines that give the address. */
const lines = (path: string, text: string, address = v4): readonly number[] =>
  placesOf([{ path, text, mode: 0o644 }], address).map(({ line }) => line);

test('ifupdown: address, and commands that add it; no gateway, no comment, no removal', () => {
  const text = `iface eth1 inet static
  address 192.168.1.155/24
  gateway 192.168.1.155
  # address 192.168.1.155
  up ip addr add 192.168.1.155/32 dev eth1 || true
  post-up /sbin/ip -4 address add dev lo local 192.168.1.155
  down ip addr del 192.168.1.155/24 dev eth1
  up ifconfig eth1:1 192.168.1.155 netmask 255.255.255.0
  address 192.168.1.15
`;
  assert.deepEqual(lines('/etc/network/interfaces', text), [2, 5, 8]);
  assert.deepEqual(lines('/srv/more', 'iface eth1 inet6 static\naddress FD00:0:0::0155/64\n', v6), [2]);
});

test('netplan: block and flow lists of an interface; no name server, no gateway, no comment', () => {
  const text = `network:
  ethernets:
    eth1:
      addresses:
      - 192.168.1.10/24
      - "192.168.1.155/24":
          label: "eth1:1"
      # - 192.168.1.155/24
      nameservers:
        addresses: [192.168.1.155]
      gateway4: 192.168.1.155
      routes:
        - to: default
          via: 192.168.1.155
    eth2: {addresses: [10.0.0.1/24, '192.168.1.155/32'], nameservers: {addresses: [192.168.1.155]}}
    eth3:
      addresses: [ "fd00::155/64",
        192.168.1.155/24 ] # both
      mtu: 1500
`;
  assert.deepEqual(lines('/etc/netplan/50-cloud-init.yaml', text), [6, 15, 18]);
  assert.deepEqual(lines('/etc/netplan/50-cloud-init.yaml', text, v6), [17]);
});

test('NetworkManager: the address before the comma, in [ipv4] and [ipv6]', () => {
  const text = `[connection]
id=192.168.1.155
[ipv4]
address1=192.168.1.10/24,192.168.1.155
#address2=192.168.1.155/24
address3=192.168.1.155/24
dns=192.168.1.155;
[ipv6]
addresses1=fd00::0:155;64;fd00::1
`;
  assert.deepEqual(lines('/etc/NetworkManager/system-connections/a b.nmconnection', text), [6]);
  assert.deepEqual(lines('/etc/NetworkManager/system-connections/a b.nmconnection', text, v6), [9]);
});

test('systemd-networkd: Address= of [Network] and [Address]', () => {
  const text = `[Match]
Name=eth1
[Network]
Address = 192.168.1.155/24
Gateway=192.168.1.155
; Address=192.168.1.155
[Address]
Address=192.168.1.155
[Route]
Destination=192.168.1.155
`;
  assert.deepEqual(lines('/etc/systemd/network/10-eth1.network', text), [4, 8]);
});

test('ifcfg of Red Hat and SUSE', () => {
  const text = `IPADDR=192.168.1.10
IPADDR1="192.168.1.155"
IPADDR_2='192.168.1.155/24' # second
#IPADDR3=192.168.1.155
GATEWAY=192.168.1.155
IPV6ADDR_SECONDARIES="fd00::1/64 fd00::155/64"
`;
  assert.deepEqual(lines('/etc/sysconfig/network-scripts/ifcfg-eth1', text), [2, 3]);
  assert.deepEqual(lines('/etc/sysconfig/network/ifcfg-eth1', text, v6), [6]);
});

test('what interfaces sources is read too, and no copy of an editor', async () => {
  const asked: (readonly string[])[] = [];
  const host = shell((argv) => {
    asked.push(argv.slice(4));
    if (asked.length > 1) return { stdout: 'file 644 /srv/n/eth1\n|address 192.168.1.155\n\n' };
    const first = 'file 644 /etc/network/interfaces\n|source interfaces.d/*\n|source-directory /srv/n/\n\n';
    return { stdout: `${first}file 644 /etc/sysconfig/network/ifcfg-eth1.bak\n|IPADDR=192.168.1.155\n\n` };
  });
  const files = await readNetworkFiles(host);
  assert.deepEqual(asked[1], ['/etc/network/interfaces.d/*', '/srv/n/*']);
  assert.deepEqual(placesOf(files, v4), [{ path: '/srv/n/eth1', line: 1 }]);
});
