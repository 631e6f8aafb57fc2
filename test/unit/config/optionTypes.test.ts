import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optionTypes, readMailHost, type OptionType } from '../../../src/config/optionTypes.ts';

const uuid = '3c068fd8-c53a-4de9-9975-ff800b6cb6d7';

/** Of each type: what is read as what, and what is refused. */
const table: Readonly<
  Record<
    OptionType,
    { readonly good: readonly (readonly [raw: string, value?: unknown])[]; readonly bad: readonly string[] }
  >
> = {
  text: { good: [['a b']], bad: [''] },
  endpoints: {
    good: [
      ['https://etcd1:2379', ['https://etcd1:2379']],
      ['https://a:2379, https://[fd00::1]:2379/', ['https://a:2379', 'https://[fd00::1]:2379']],
      ['http://127.0.0.1:2379', ['http://127.0.0.1:2379']],
      ['http://[::1]:2379', ['http://[::1]:2379']],
    ],
    bad: [
      '',
      'etcd1:2379',
      'http://etcd1:2379',
      'https://etcd1',
      'https://u:p@etcd1:2379',
      'https://etcd1:2379/v3',
      'https://a:2379,https://a:2379',
      'https://a:2379,',
      'http://127.0.0.1.example:2379',
    ],
  },
  storePrefix: { good: [['/mha/v1/'], ['/a/']], bad: ['', '/', 'mha/', '/mha', '//', '/a b/'] },
  managerName: { good: [['mgr1'], ['mgr1.example']], bad: ['', '-a', 'a b', 'a/b', 'a'.repeat(64)] },
  agreement: { good: [['others'], ['Alone', 'alone']], bad: ['', 'all'] },
  leaseSeconds: {
    good: [
      ['5', 5],
      ['60', 60],
    ],
    bad: ['', '4', '61', '10s', '010'],
  },
  mysqlTls: { good: [['verify'], ['require'], ['opportunistic']], bad: ['', 'yes', 'verify-ca'] },
  yesno: {
    good: [
      ['yes', true],
      ['ON', true],
      ['1', true],
      ['No', false],
      ['false', false],
      ['0', false],
    ],
    bad: ['', 'maybe', 'yes ', '2'],
  },
  seconds: {
    good: [
      ['0', 0],
      ['3600', 3600],
    ],
    bad: ['', '-1', '3601', '1.5', '1s'],
  },
  timeout: {
    good: [
      ['1', 1],
      ['3600', 3600],
    ],
    bad: ['0', '3601', 'x'],
  },
  minutes: {
    good: [
      ['0', 0],
      ['9999', 9999],
    ],
    bad: ['10000', '-1', '1h'],
  },
  days: {
    good: [
      ['1', 1],
      ['9999', 9999],
    ],
    bad: ['0', '10000', '-1', '1d', ''],
  },
  kilobytes: {
    good: [
      ['16', 16],
      ['99999', 99999],
    ],
    bad: ['15', '9', '016', '100000', '1M', ''],
  },
  cidr: {
    good: [
      ['10.0.0.5/24', { address: '10.0.0.5', prefix: 24, family: 4 }],
      ['FD00:0:0:0::00a5/64', { address: 'fd00::a5', prefix: 64, family: 6 }],
    ],
    bad: [
      '10.0.0.5',
      '10.0.0.5/33',
      '10.0.0.5/0',
      '10.0.0/24',
      'fd00::1/129',
      'fe80::1%eth0/64',
      '10.0.0.5/24/1',
      'a/24',
    ],
  },
  vipType: { good: [['metal'], ['AWS', 'aws'], ['none']], bad: ['gcp', ''] },
  interface: {
    good: [['eth1'], ['bond0.100'], ['a'.repeat(15)]],
    bad: ['', 'a'.repeat(16), '-x', 'eth0;x', 'a/b', 'a b'],
  },
  recipients: {
    good: [
      ['a@b', ['a@b']],
      ['a@b, c@d.example', ['a@b', 'c@d.example']],
    ],
    bad: ['', 'a', 'a@b,', 'a@b c@d', 'A <a@b>', 'a@b@c', 'a@b\nBcc: c@d'],
  },
  mailHost: {
    good: [['mail'], ['mail:587'], ['fd00::1'], ['[fd00::1]:25']],
    bad: ['', 'mail:0', 'mail:99999', '[10.0.0.1]:25', 'a b'],
  },
  mailSecurity: { good: [['none'], ['STARTTLS', 'starttls']], bad: ['ssl', ''] },
  file: { good: [['/etc/a.pem']], bad: ['a.pem', '/etc/', '/', '/a\nb'] },
  secretFile: { good: [['/etc/mha-helper/mail'], ['smtp-password']], bad: ['', 'a/b', '/etc/', '.x', '-x y', '/a\nb'] },
  secret: { good: [['p w;#']], bad: ['', 'a\nb', 'a\tb'] },
  awsMethod: { good: [['private-ip'], ['route-table']], bad: ['eni'] },
  awsRole: {
    good: [['arn:aws:iam::123456789012:role/a/b'], ['arn:aws-cn:iam::123456789012:role/a']],
    bad: ['a', 'arn:aws:iam::1:role/a', 'arn:aws:iam::123456789012:user/a'],
  },
  awsInstance: {
    good: [['i-0123456789abcdef0'], ['i-01234567']],
    bad: ['i-', 'i-0123456', 'I-01234567', 'eni-01234567'],
  },
  awsNetworkInterface: { good: [['eni-0123456789abcdef0']], bad: ['i-0123456789abcdef0', 'eni-x'] },
  awsRouteTables: {
    good: [['rtb-01234567, rtb-89abcdef', ['rtb-01234567', 'rtb-89abcdef']]],
    bad: ['rtb-01234567,', 'x'],
  },
  url: {
    good: [['https://a/b'], ['http://a:1']],
    bad: ['a', 'ftp://a', 'https://u:p@a', 'https://u@a', 'https:// a', 'https://'],
  },
  openstackMethod: { good: [['floating-ip'], ['allowed-address-pair']], bad: ['port'] },
  openstackInterface: { good: [['public'], ['internal'], ['admin']], bad: ['private'] },
  uuid: { good: [[uuid], [uuid.toUpperCase(), uuid]], bad: ['', uuid.slice(1), `${uuid}0`] },
  address: { good: [['10.0.0.1']], bad: ['fd00::1', '10.0.0', 'a'] },
  detection: { good: [['proof'], ['Pings', 'pings']], bad: ['ping', 'yes'] },
  unknownHolder: { good: [['refuse'], ['Continue', 'continue']], bad: ['panic', 'yes'] },
  unreachableMaster: { good: [['continue'], ['abort'], ['Fence', 'fence']], bad: ['panic'] },
};

for (const [type, { good, bad }] of Object.entries(table)) {
  test(`${type}: what it may be, and what not`, () => {
    const { read, allowed } = optionTypes[type as OptionType];
    for (const [raw, value = raw] of good) assert.deepEqual(read(raw), value, raw);
    for (const raw of bad) assert.equal(read(raw), undefined, JSON.stringify(raw));
    assert.ok(allowed.length > 5);
  });
}

test('the example in the words for what is allowed is allowed', () => {
  const examples = Object.values(optionTypes).flatMap(({ allowed, read }) => {
    const [, example] = /for instance ([^\s,]+)/.exec(allowed) ?? [];
    return example === undefined ? [] : [[example, read(example)] as const];
  });
  assert.ok(examples.length >= 7);
  for (const [example, value] of examples) assert.notEqual(value, undefined, example);
});

test('the mail port: its own, or the usual one', () => {
  assert.deepEqual(readMailHost('mail', 465), { host: 'mail', port: 465 });
  assert.deepEqual(readMailHost('mail:25', 465), { host: 'mail', port: 25 });
  assert.deepEqual(readMailHost('[fd00::1]', 465), { host: 'fd00::1', port: 465 });
});
