// Servers that are named by IPv6 addresses.
import { APPLICATION_FILE, helperConfiguration, HELPER_FILE } from '../lab/exampleConfiguration.ts';
import { FIRST_BINARY_LOG } from '../lab/databaseServer.ts';
import { DATABASE_NAMES, HOSTS, type DatabaseName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { lostWrites, startWriter } from '../lab/writer.ts';
import { failoverByMha, helper, must, reasonOf, sql, switchByMha, untilReplicating } from './stage.ts';
import type { Topology } from './Topology.ts';

const address = 'fd00:10::155';
const ip = (host: DatabaseName): string => HOSTS[host].ipv6;

/**
 * Replication, MHA and the writer address know nothing but IPv6.
 * @param named whether MHA's file has names, with `ip`
 */
async function onlyIpv6(lab: Lab, named: boolean): Promise<void> {
  for (const host of ['db11', 'db12'] as const) {
    const source = { address: ip('db10'), file: FIRST_BINARY_LOG, position: 4 };
    await sql(lab, host, 'STOP SLAVE', ...lab.server.replicate(source));
    await untilReplicating(lab, host);
  }
  for (const host of DATABASE_NAMES) {
    await lab.exec(host, ['sh', '-c', 'echo 1 >/proc/sys/net/ipv6/conf/all/ndisc_notify']);
    await lab.exec(host, ['ip', 'addr', 'del', `${HOSTS[host].ipv4}/24`, 'dev', HOSTS[host].interface]);
  }
  await lab.exec('db10', [
    'sh',
    '-c',
    `ip addr del 192.168.10.155/24 dev eth10; ip addr add ${address}/64 dev eth10 nodad`,
  ]);
  const of = (host: DatabaseName) => (named ? { ip: ip(host), ssh_ip: ip(host) } : { hostname: ip(host) });
  await lab.configure({ application: { server1: of('db10'), server2: of('db11'), server3: of('db12') } });
  const own = helperConfiguration({ default: { writer_vip_cidr: `${address}/64` } });
  const text = named ? own : DATABASE_NAMES.reduce((all, host) => all.replace(`[${host}]`, `[${ip(host)}]`), own);
  await lab.writeFile('mgr', { path: HELPER_FILE, content: text, mode: '600' });
}

async function switchAndFailover(lab: Lab, named: boolean): Promise<string> {
  await onlyIpv6(lab, named);
  const as = (host: DatabaseName): string => (named ? host : ip(host));
  const checked = await helper(lab, 'check', '-c', 'test_cluster');
  must(!/^\s*ERROR/m.test(checked.stdout), `check: ${reasonOf(checked.stdout)}`, checked.stdout);
  const writer = await startWriter(lab, { host: address });
  await writer.progress(20);
  const there = await switchByMha(lab, as('db11'));
  must(there.code === 0, `the switch: ${reasonOf(there.stdout)}`, there.stdout);
  await writer.progress(20);
  must((await lab.vipHolders(address)).join() === 'db11', 'db11 has not the address', there.stdout);
  await writer.stop();
  await lab.killMysqld('db11');
  const dead = await failoverByMha(lab, { host: as('db11'), ip: ip('db11'), port: 3306 }, APPLICATION_FILE);
  must(dead.code === 0, `the failover: ${reasonOf(dead.stdout)}`, dead.stdout);
  must((await lab.vipHolders(address)).join() === 'db10', 'db10 has not the address', dead.stdout);
  must((await lab.writableServers()).join() === 'db10', 'not db10 alone takes writes', dead.stdout);
  must((await lostWrites(lab, 'db10', writer)) === 0, 'writes are lost', dead.stdout);
  return 'check, switch and failover';
}

export const networks: readonly Topology[] = [
  {
    name: 'ipv6-addresses',
    what: 'IPv6 throughout, `hostname` is an address',
    is: 'works',
    run: (lab) => switchAndFailover(lab, false),
  },
  {
    name: 'ipv6-names',
    what: 'IPv6 throughout, names with `ip`',
    is: 'works',
    run: (lab) => switchAndFailover(lab, true),
  },
];
