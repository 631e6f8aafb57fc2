// More than one cluster on the same hosts, more than one server of a cluster on one host, other ports.
import { HELPER_FILE, helperConfiguration } from '../lab/exampleConfiguration.ts';
import { DATABASE_NAMES, HOSTS } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { Instance } from './instances.ts';
import { caughtUp, checkRepl, failoverByMha, helper, must, mustBeAsBefore, mustBeMaster, reasonOf } from './stage.ts';
import { secondCluster, switchByMha, written } from './stage.ts';
import type { Topology } from './Topology.ts';

const port = 3307;
const writerOfSecond = '192.168.10.156';
const secondHelper = { default: { writer_vip_cidr: `${writerOfSecond}/24` } };
const secondPort = { port: String(port), master_binlog_dir: Instance.binlogDirectory(port) };

async function addressOf(lab: Lab, address: string): Promise<string> {
  return (await lab.vipHolders(address)).join();
}

async function writableOf(instances: readonly Instance[]): Promise<string> {
  const are = await Promise.all(instances.map((one) => one.isWritable()));
  return instances
    .filter((_, index) => are[index])
    .map(({ host }) => host)
    .join();
}

/** On each host one more, the first the master with the second writer address. */
async function secondServers(lab: Lab, hosts: readonly ('db10' | 'db11' | 'db12')[]): Promise<readonly Instance[]> {
  const instances = [];
  for (const host of hosts) instances.push(await Instance.start(lab, host, port));
  const [master, ...replicas] = instances;
  must(master !== undefined, 'there is no master');
  for (const replica of replicas) await replica.follow(master);
  await master.sql('SET GLOBAL read_only=0');
  await lab.exec(master.host, ['ip', 'addr', 'add', `${writerOfSecond}/24`, 'dev', HOSTS[master.host].interface]);
  return instances;
}

export const clusters: readonly Topology[] = [
  {
    name: 'two-clusters-on-the-same-hosts',
    what: 'two clusters whose servers are on the same hosts, on ports 3306 and 3307',
    is: 'works',
    async run(lab) {
      const second = await secondServers(lab, DATABASE_NAMES);
      const conf = await secondCluster(lab, 'users', {
        helper: secondHelper,
        application: { 'server default': secondPort },
      });
      for (const name of ['test_cluster', 'users']) {
        const checked = await helper(lab, 'check', '--quick', '-c', name);
        must(!/^\s*ERROR/m.test(checked.stdout), `check of ${name}: ${reasonOf(checked.stdout)}`, checked.stdout);
      }
      const there = await switchByMha(lab, 'db11', conf, port);
      must(there.code === 0, `the switch: ${reasonOf(there.stdout)}`, there.stdout);
      must((await writableOf(second)) === 'db11', 'of the second cluster not db11 alone takes writes', there.stdout);
      must((await addressOf(lab, writerOfSecond)) === 'db11', 'db11 has not the second address', there.stdout);
      await mustBeMaster(lab, 'db10', { output: there.stdout });
      const writer = await written(lab);
      await second[1]?.kill();
      const dead = await failoverByMha(lab, { host: 'db11', ip: HOSTS.db11.ipv4, port }, conf);
      must(dead.code === 0, `the failover: ${reasonOf(dead.stdout)}`, dead.stdout);
      must((await writableOf(second)) === 'db10', 'of the second cluster not db10 alone takes writes', dead.stdout);
      must((await addressOf(lab, writerOfSecond)) === 'db10', 'db10 has not the second address', dead.stdout);
      await mustBeMaster(lab, 'db10', { output: dead.stdout, writer });
      return 'the file of mha-helper must be called as MHA’s; the other cluster keeps its master and address';
    },
  },
  {
    name: 'two-clusters-with-the-same-names',
    what: 'two clusters whose hosts have the same names and other addresses (`ip`, `ssh_host`)',
    is: 'works',
    async run(lab) {
      const second = await secondServers(lab, ['db11', 'db12']);
      const far = (host: 'db11' | 'db12') => ({ ip: HOSTS[host].ipv4, ssh_host: HOSTS[host].ipv4 });
      const conf = await secondCluster(lab, 'far', {
        helper: { ...secondHelper, db10: { cluster_interface: 'eth1' } },
        application: {
          'server default': secondPort,
          server1: far('db11'),
          server2: far('db12'),
          // Not there: this cluster has two servers.
          server3: { hostname: null, no_master: null },
        },
      });
      await lab.exec('mgr', ['sed', '-i', '/^.server3./,$d', conf]);
      const there = await switchByMha(lab, 'db11', conf, port);
      must(there.code === 0, `the switch: ${reasonOf(there.stdout)}`, there.stdout);
      must((await writableOf(second)) === 'db12', 'the far db11 does not take writes alone', there.stdout);
      must((await addressOf(lab, writerOfSecond)) === 'db12', 'the far db11 has not its address', there.stdout);
      await mustBeMaster(lab, 'db10', { output: there.stdout });
      return 'both files of a cluster have one name';
    },
  },
  {
    name: 'two-clusters-other-file-names',
    what: 'the same, with a file of mha-helper’s own that is not called as MHA’s',
    is: 'refused',
    async run(lab) {
      await lab.writeFile('mgr', {
        path: '/etc/mha-helper/other.conf',
        content: helperConfiguration(secondHelper),
        mode: '600',
      });
      await lab.exec('mgr', ['mv', HELPER_FILE, '/etc/mha-helper/first.conf']);
      const checked = await checkRepl(lab);
      await mustBeAsBefore(lab, 'db10', checked);
      const own = await helper(lab, 'check', '--quick', '-c', 'test_cluster');
      must(own.code !== 0, 'check finds nothing', own.stdout);
      return reasonOf(own.stdout);
    },
  },
  {
    name: 'two-servers-of-a-cluster-on-one-host',
    what: 'two servers of one cluster on one host, both may become master',
    is: 'refused',
    async run(lab) {
      const beside = await Instance.start(lab, 'db10', port);
      await beside.follow({ host: 'db10', port: 3306 });
      await lab.configure({
        application: {
          server2: { hostname: 'db10', port: String(port) },
          server3: { hostname: 'db11', no_master: null },
        },
      });
      const checked = await helper(lab, 'check', '--quick', '-c', 'test_cluster');
      must(checked.code !== 0, 'check finds nothing', checked.stdout);
      const refused = await switchByMha(lab, 'db10', undefined, port);
      await mustBeAsBefore(lab, 'db10', refused);
      return reasonOf(checked.stdout);
    },
  },
  {
    name: 'two-servers-of-a-cluster-on-one-host-no-master',
    what: 'the same, the one beside the master with `no_master=1`',
    is: 'works',
    async run(lab) {
      const beside = await Instance.start(lab, 'db10', port);
      await beside.follow({ host: 'db10', port: 3306 });
      await lab.configure({
        application: {
          server2: {
            hostname: 'db10',
            port: String(port),
            candidate_master: null,
            no_master: '1',
            master_binlog_dir: Instance.binlogDirectory(port),
          },
          server3: { hostname: 'db11', no_master: null },
        },
      });
      const checked = await helper(lab, 'check', '--quick', '-c', 'test_cluster');
      must(!/^\s*ERROR/m.test(checked.stdout), `check: ${reasonOf(checked.stdout)}`, checked.stdout);
      const writer = await written(lab);
      await caughtUp(lab, 'db11', writer);
      await lab.exec('db10', ['sh', '-c', 'kill -9 "$(cat /run/mysqld/mysqld.pid)"']);
      const dead = await failoverByMha(lab, { host: 'db10', ip: HOSTS.db10.ipv4, port: 3306 });
      must(dead.code === 0, `the failover: ${reasonOf(dead.stdout)}`, dead.stdout);
      await mustBeMaster(lab, 'db11', { output: dead.stdout, writer });
      const source = await beside.sql('SHOW SLAVE STATUS');
      must(source.includes(HOSTS.db11.ipv4), 'the server beside the dead one does not follow', dead.stdout);
      return 'it follows the new master';
    },
  },
  {
    name: 'another-port',
    what: 'all servers on port 3307',
    is: 'works',
    async run(lab) {
      const second = await secondServers(lab, DATABASE_NAMES);
      const conf = await secondCluster(lab, 'users', {
        helper: secondHelper,
        application: { 'server default': secondPort },
      });
      await lab.exec('mgr', ['rm', HELPER_FILE]);
      const there = await switchByMha(lab, 'db11', conf, port);
      must(there.code === 0, `the switch: ${reasonOf(there.stdout)}`, there.stdout);
      must((await writableOf(second)) === 'db11', 'not db11 alone takes writes', there.stdout);
      await second[1]?.kill();
      const dead = await failoverByMha(lab, { host: 'db11', ip: HOSTS.db11.ipv4, port }, conf);
      must(dead.code === 0, `the failover: ${reasonOf(dead.stdout)}`, dead.stdout);
      must((await writableOf(second)) === 'db10', 'not db10 alone takes writes', dead.stdout);
      must((await addressOf(lab, writerOfSecond)) === 'db10', 'db10 has not the address', dead.stdout);
      return 'switch and failover';
    },
  },
];
