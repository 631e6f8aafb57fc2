import assert from 'node:assert/strict';
import { test } from 'node:test';
import { showAddress } from '../../../../src/procedures/address/showAddress.ts';
import { assignAddress, releaseAddress } from '../../../../src/procedures/address/moveAddress.ts';
import { surveyScript } from '../../../../src/vip/metal/scripts.ts';
import { fakeNeutron, neutronPort } from '../../../doubles/neutron.ts';
import { fakeTools, readOnlyConnection, shell } from '../../../doubles/tools.ts';
import { patternOf } from '../../../patternOf.ts';

const pair = { ip_address: '10.0.0.155' };
const conf = '/etc/mha/app1.cnf';

/**
 * db10, whose port has the address pair; db11, which answers, and has it nowhere.
 * @param living whether db10 answers SSH and MySQL, without the address on its interface
 */
function cluster(living: boolean) {
  const ports = [neutronPort(10, [pair]), neutronPort(11)];
  const down = fakeTools('').connect;
  const host = shell((argv) => ({
    stdout:
      argv[2] === surveyScript ? 'ip=/sbin/ip\naddresses:\n[{"ifname":"eth1"}]' : 'addresses:\n[{"ifname":"eth1"}]',
  }));
  const answers = ({ label }: { label: string }): boolean => living || label === 'db11';
  const tools = fakeTools(
    '[default]\nvip_type = openstack\nopenstack_method = allowed-address-pair\nwriter_vip_cidr = 10.0.0.155/24\n' +
      'cluster_interface = eth1\n[db10]\n[db11]\n',
    {
      openstack: () => Promise.resolve(fakeNeutron(ports)),
      lookup: (name) => Promise.resolve([`10.0.0.${name.slice(2)}`]),
      ssh: (target, ms) => (answers(target) ? Promise.resolve(host) : down.ssh(target, ms)),
      mysql: (target, ms) =>
        answers(target)
          ? Promise.resolve(readOnlyConnection({ readOnly: target.label !== 'db10' }))
          : down.mysql(target, ms),
    },
  );
  tools.files.texts.set(
    conf,
    '[server default]\nuser=u\npassword=p\n[server1]\nhostname=db10\n[server2]\nhostname=db11\n',
  );
  return {
    tools,
    pairs: () => ports.filter(({ allowed_address_pairs: pairs }) => pairs.length > 0).map(({ id }) => id),
  };
}

test('an operator can take the address away from a host that is gone', async () => {
  const { tools, pairs } = cluster(false);
  assert.match((await showAddress(conf, tools)).lines.join('\n'), /^ {2}db10 {2}has it/m);
  assert.deepEqual(await releaseAddress({ conf, host: 'db10', force: false }, tools), { kind: 'done' });
  assert.deepEqual(pairs(), []);
});

test('an address that is there in part is shown as that, and is guarded like a whole one', async () => {
  const { tools, pairs } = cluster(true);
  const { lines, attention } = await showAddress(conf, tools);
  assert.match(lines.join('\n'), /^ {2}db10 {2}PARTLY/m);
  assert.match(
    attention.join('\n'),
    patternOf(
      /the writer address 10\.0\.0\.155 is on db10 in part only, and clients may be led there: /,
      /run "mha-helper vip assign db10/,
    ),
  );
  await assert.rejects(releaseAddress({ conf, host: 'db10', force: false }, tools), {
    kind: 'refused',
    message: /because db10 is the master that takes the writes/,
  });
  await assert.rejects(assignAddress({ conf, host: 'db11', force: true }, tools), {
    kind: 'refused',
    message: /^the writer address 10\.0\.0\.155 was not assigned to db11: db10 holds it/,
  });
  assert.deepEqual(pairs(), ['port-10']);
});

test('nothing is moved to a host that cannot take it', async () => {
  const { tools, pairs } = cluster(false);
  await releaseAddress({ conf, host: 'db10', force: false }, tools);
  await assert.rejects(assignAddress({ conf, host: 'db10', force: true }, tools), { kind: 'ssh' });
  assert.deepEqual(pairs(), []);
});

test('nothing is moved after a look that a run of the hooks may have made old', async () => {
  const { tools, pairs } = cluster(true);
  const { mysql } = tools.connect;
  const line = { kind: 'run', run: 'r', pid: 7, procedure: 'online start', origHost: 'db10', newHost: 'db11', at: '' };
  const connect: typeof tools.connect = {
    ...tools.connect,
    async mysql(target, ms) {
      await tools.files.append('/var/lib/mha-helper/c.journal', `${JSON.stringify(line)}\n`);
      return mysql(target, ms);
    },
  };
  await assert.rejects(releaseAddress({ conf, host: 'db10', force: true }, { ...tools, connect }), {
    kind: 'refused',
    message: '"online start" of db10 was at work while the cluster was looked at; nothing has been changed',
  });
  assert.deepEqual(pairs(), ['port-10']);
});
