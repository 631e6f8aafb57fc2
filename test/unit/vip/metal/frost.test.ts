import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostAddresses } from '../../../../src/vip/hostAddresses.ts';
import { frostOf } from '../../../../src/vip/metal/frost.ts';

const loopback = '127.0.0.0/8 127.0.0.1 10.0.0.10';

/** @param places where the writer address is: interface and prefix length */
function seen(address: string, places: readonly (readonly [string, number])[], local = loopback, hasRule = true) {
  const links = places.map(([ifname, prefixlen]) => ({ ifname, addr_info: [{ local: address, prefixlen }] }));
  return frostOf(address, hostAddresses('db10', JSON.stringify(links)), { hasRule, local });
}

test('frozen is only what the kernel does not answer for', () => {
  assert.equal(seen('10.0.0.155', [['lo', 32]]), 'frozen');
  for (const local of [`${loopback} 10.0.0.155`, `${loopback} 10.0.0.0/24`, `${loopback} default`, '10.0.0.10', ''])
    assert.equal(seen('10.0.0.155', [['lo', 32]], local), 'held', local);
});

test('on another interface, or with another prefix, it is the address', () => {
  assert.equal(seen('10.0.0.155', [['eth1', 24]]), 'held');
  assert.equal(seen('10.0.0.155', [['lo', 24]]), 'held');
  assert.equal(seen('10.0.0.155', [['lo', 32], ['eth1', 24]]), 'held'); // prettier-ignore
});

test('nowhere: the rule alone tells of connections that are frozen', () => {
  assert.deepEqual([seen('fd00::a5', [], ''), seen('fd00::a5', [], '', false)], ['frozen', 'nothing']);
  assert.deepEqual([seen('10.0.0.155', []), seen('10.0.0.155', [], loopback, false)], ['frozen', 'nothing']);
  assert.equal(seen('fd00::a5', [['lo', 128]], ''), 'held', 'IPv6 needs no copy: neighbours would be answered');
});
