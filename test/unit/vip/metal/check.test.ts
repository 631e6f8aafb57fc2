import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../../../src/vip/Provider.ts';
import { hostAddresses } from '../../../../src/vip/hostAddresses.ts';
import { checkMetal } from '../../../../src/vip/metal/check.ts';
import type { MetalHost } from '../../../../src/vip/metal/host.ts';

const addresses = (...links: readonly (readonly [name: string, ...addresses: readonly string[]])[]) =>
  hostAddresses(
    'db10',
    JSON.stringify(links.map(([ifname, ...all]) => ({ ifname, addr_info: all.map((local) => ({ local })) }))),
  );

/** @param denied what is missing for a program: sudo's leave, or root */
const check = (
  more: Partial<MetalHost> = {},
  denied: Readonly<Record<string, string>> = {},
  found = addresses(['eth1']),
  announces = true,
): Promise<readonly Finding[]> =>
  checkMetal(
    {
      name: 'db10',
      file: '/etc/mha-helper/c.conf',
      settings: { cluster_interface: 'eth1', requires_arping: true },
      cidr: { address: '10.0.0.155', prefix: 24, family: 4 },
      ip: '/sbin/ip',
      arping: { path: '/sbin/arping', kind: 'iputils' },
      ss: '/bin/ss',
      rightsHint: 'see sudoers',
      script: () => Promise.resolve({ lines: new Map(Object.entries(denied)) }),
      ...more,
    } as MetalHost,
    '10.0.0.155',
    found,
    announces,
  );

const told = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ severity, text }) => `${severity} ${text}`);

test('a host as it should be', async () => {
  assert.deepEqual(await check(), []);
});

test('without its interface, or without ip, the address cannot move: an error', async () => {
  const [missing] = told(await check({}, {}, addresses(['eth0'], ['lo'])));
  assert.match(missing ?? '', /^error db10: .*'eth1'.*eth0, lo/);
  const denied = told(await check({}, { '/sbin/ip': 'sudo' }));
  assert.equal(denied.length, 1);
  assert.match(denied[0] ?? '', /^error db10: sudo .*\/sbin\/ip/);
  assert.match(told(await check({}, { '/sbin/ip': 'root' }))[0] ?? '', /not root/);
});

test('a rule that lets ip do anything is told of; a command that a narrow one lacks is named', async () => {
  const [wide] = await check({}, { wide: 'yes' });
  assert.equal(wide?.severity, 'note');
  assert.match(wide.text, /^db10: .*\/sbin\/ip with any .* root/);
  const line = '/sbin/ip addr add 10.0.0.155/24 dev eth1';
  assert.deepEqual(told(await check({}, { '/sbin/ip': `part ${line}` })), [
    `error db10: sudo does not let the SSH user run "${line}" without a password`,
  ]);
});

test('without arping or ss it moves, but worse: a warning', async () => {
  for (const findings of [
    await check({}, { '/sbin/arping': 'sudo' }),
    await check({}, { '/bin/ss': 'sudo' }),
    await check({ arping: null }),
    await check({ ss: null }),
  ])
    assert.deepEqual(
      findings.map(({ severity }) => severity),
      ['warning'],
    );
});

test('arping is not missed where nobody needs it', async () => {
  const ipv6 = { cidr: { address: 'fd00::a5', prefix: 64, family: 6 as const } };
  assert.deepEqual(await check({ arping: null, ...ipv6 }), []);
  assert.deepEqual(await check({ arping: null }, {}, addresses(['eth1']), false), []);
  assert.deepEqual(
    await check({ arping: null, settings: { cluster_interface: 'eth1', requires_arping: false } as never }),
    [],
  );
});

test('an address on another interface is told of', async () => {
  assert.match(
    told(await check({}, {}, addresses(['eth1', '10.0.0.155'], ['lo', '10.0.0.155']))).join(),
    /^warning db10: .* on lo, not on eth1$/,
  );
});
