// What the configuration of a cloud must be, besides what holds for all.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemLine } from '../../../src/config/problems.ts';
import { readCluster } from '../../../src/config/validate.ts';

const problems = (text: string): string[] =>
  readCluster('F', text).problems.map((problem) => problemLine('F', problem));

test('hosts of a cluster are in different places of a cloud, and the address is moved in one way', () => {
  const aws =
    '[default]\nvip_type = aws\nwriter_vip_cidr = 10.0.0.5/32\ncluster_interface = eth0\naws_method = elastic-ip\n';
  assert.deepEqual(
    problems(
      `${aws}aws_network_interface_id = eni-0123456789abcdef0\n[a]\n[b]\n[c]\naws_network_interface_id = ` +
        'eni-0123456789abcdef1\n',
    ),
    [
      'F:6: aws_network_interface_id = eni-0123456789abcdef0 is set for a, b: each host needs its own, in its own ' +
        'section',
    ],
  );
  assert.deepEqual(problems(`${aws}[a]\n[b]\naws_method = private-ip\n`), [
    'F:8: aws_method: all hosts of a cluster must have the same, but there are elastic-ip (a); private-ip (b)',
  ]);
  const tables = ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef1'];
  const routes = (ofB: string): string =>
    `${aws.replace('elastic-ip', 'route-table')}[a]\naws_route_table_ids = ${tables.join(', ')}\n[b]\n` +
    `aws_route_table_ids = ${ofB}\n`;
  assert.deepEqual(problems(routes(tables.toReversed().join(', '))), []);
  assert.equal(problems(routes(tables[0] ?? '')).length, 1);
  const port = '3c068fd8-c53a-4de9-9975-ff800b6cb6d7';
  assert.deepEqual(
    problems(
      '[default]\nvip_type = openstack\nwriter_vip_cidr = 10.0.0.5/32\nopenstack_method = floating-ip\n[a]\n' +
        `openstack_port = ${port}\n[b]\nopenstack_port = ${port}\n`,
    ),
    [`F:8: openstack_port = ${port} is set for a, b: each host needs its own, in its own section`],
  );
});

/** Lines 1 to 4 of a file with all that openstack needs. */
const openstack = '[a]\nvip_type = openstack\nopenstack_method = floating-ip\nwriter_vip_cidr = 10.0.0.5/24\n';

test('a URL has no user and password in it, and they are not shown', () => {
  assert.deepEqual(problems(`${openstack}openstack_auth_url = https://joe:s3cret@keystone:5000/v3\n`), [
    'F:5: [a] openstack_auth_url = https://(not shown)@keystone:5000/v3: must be a URL that begins with http:// ' +
      'or https://, without user and password',
  ]);
});

test('what openstack needs', () => {
  assert.deepEqual(
    problems(
      '[default]\nvip_type = openstack\nwriter_vip_cidr = 10.0.0.5/24\n[a]\nopenstack_method = ' +
        'allowed-address-pair\nopenstack_username = u\n[b]\nopenstack_method = floating-ip\n' +
        'openstack_application_credential_id = i\n[c]\n',
    ),
    [
      'F:2: vip_type = openstack needs openstack_method, which is not set for c',
      'F:5: openstack_method = allowed-address-pair needs cluster_interface, which is not set for a',
      'F:9: openstack_application_credential_id = i needs openstack_application_credential_secret, which is not ' +
        'set for b',
      'F:6: openstack_username = u needs openstack_password, which is not set for a',
      'F:8: openstack_method: all hosts of a cluster must have the same, but there are allowed-address-pair (a); ' +
        'floating-ip (b)',
    ],
  );
  assert.deepEqual(
    problems('[a]\nvip_type = openstack\nopenstack_method = floating-ip\nwriter_vip_cidr = 2001:db8::5/128\n'),
    ['F:4: writer_vip_cidr: with openstack_method = floating-ip it must be an IPv4 address, for a'],
  );
  assert.deepEqual(problems(`${openstack}openstack_port = eth0\nopenstack_password = p\topenstack\n`), [
    'F:5: [a] openstack_port = eth0: must be an id, for instance 3c068fd8-c53a-4de9-9975-ff800b6cb6d7',
    'F:6: [a] openstack_password = (not shown): must be a text of one line',
  ]);
});
