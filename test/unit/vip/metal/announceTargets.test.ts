import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cidr } from '../../../../src/config/optionTypes.ts';
import { announceTargets } from '../../../../src/vip/metal/announceTargets.ts';

function cidr(text: string): Cidr {
  const [address = '', prefix] = text.split('/');
  return { address, prefix: Number(prefix), family: address.includes(':') ? 6 : 4 };
}
const targets = (writer: string, ...own: string[]): string =>
  announceTargets(cidr(writer), own.map(cidr))
    .map((address) => address.replace('192.168.10.', '.'))
    .join(' ');

const cases: readonly (readonly [what: string, writer: string, own: readonly string[], expected: string])[] = [
  ['the nearest, on both sides', '192.168.10.155/24', ['192.168.10.11/24'], '.156 .154 .157 .153 .158 .152 .159 .151'],
  [
    "none of the host's own",
    '192.168.10.155/24',
    ['192.168.10.154/24', '192.168.10.156/32', 'fe80::1/64'],
    '.157 .153 .158 .152 .159 .151 .160 .150',
  ],
  ['not the network address', '192.168.10.1/24', ['192.168.10.11/24'], '.2 .3 .4 .5 .6 .7 .8 .9'],
  ['not the broadcast address', '192.168.10.254/24', ['192.168.10.11/24'], '.253 .252 .251 .250 .249 .248 .247 .246'],
  [
    'the broadcast address of a small subnet',
    '192.168.10.158/28',
    ['192.168.10.145/28'],
    '.157 .156 .155 .154 .153 .152 .151 .150',
  ],
  ['all that a /29 has', '192.168.10.10/29', ['192.168.10.9/29'], '.11 .12 .13 .14'],
  ['a /30 that is full', '192.168.10.10/30', ['192.168.10.9/30'], ''],
  [
    'across a border of bytes',
    '10.0.1.0/16',
    ['10.0.5.5/16'],
    '10.0.1.1 10.0.0.255 10.0.1.2 10.0.0.254 10.0.1.3 10.0.0.253 10.0.1.4 10.0.0.252',
  ],
  [
    'the upper half of the address space',
    '224.0.0.2/8',
    ['224.0.0.1/8'],
    '224.0.0.3 224.0.0.4 224.0.0.5 224.0.0.6 224.0.0.7 224.0.0.8 224.0.0.9 224.0.0.10',
  ],
  [
    "a /32: the interface's subnet that it lies in",
    '192.168.10.155/32',
    ['10.1.1.1/24', '192.168.10.11/24'],
    '.156 .154 .157 .153 .158 .152 .159 .151',
  ],
  [
    "a /32 outside: the interface's first subnet, from its nearer end",
    '172.16.0.1/32',
    ['192.168.10.11/24'],
    '.1 .2 .3 .4 .5 .6 .7 .8',
  ],
  ['a /32 on an interface without a subnet', '192.168.10.155/32', ['192.168.10.11/32', 'fd00::1/64'], ''],
  ['a /31', '192.168.10.154/31', [], ''],
  ['IPv6', 'fd00::155/64', ['192.168.10.11/24', 'fd00::1/64'], ''],
];

for (const [what, writer, own, expected] of cases) {
  test(`addresses for the kernel's announcement: ${what}`, () => {
    assert.equal(targets(writer, ...own), expected);
  });
}
