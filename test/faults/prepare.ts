// The lab as a row wants it, and back again: quick, because it happens more than a hundred times.
import { DOCUMENTED_SUDOERS } from '../lab/accounts.ts';
import type { Sections } from '../lab/exampleConfiguration.ts';
import { script, writeCommand } from '../lab/hostFiles.ts';
import { DATABASE_NAMES, HOSTS, WRITER_ADDRESS, WRITER_CIDR } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { addWriterAddress } from '../lab/network.ts';
import { readmeSudoers, semiSynchronous } from '../scenarios/cluster.ts';
import { quickManagers } from '../scenarios/severalManagers.ts';
import { mendCuts } from './cuts.ts';
import { makeKnocker } from './clients/knocker.ts';
import { heldHooksConfiguration, holdHooks, removeHolds } from './heldHooks.ts';
import { logStatements } from './managerActs.ts';
import type { Given } from './row.ts';

export const IPV6_ADDRESS = 'fd00:10::155';
const sudoersFile = '/etc/sudoers.d/mha_helper';
const ipv6Cidr = `${IPV6_ADDRESS}/64`;

export function writerAddressOf(given: Given = {}): string {
  return given.address === 'IPv6' ? IPV6_ADDRESS : WRITER_ADDRESS;
}

/** All servers replicate from db10, which takes writes and has the address. Ends every process in the hosts. */
export async function clean(lab: Lab): Promise<void> {
  await mendCuts(lab);
  await lab.resetTopology();
  await removeHolds(lab);
  for (const name of lab.managers) await script(lab.holder.hostInits[name], ['rm -rf /var/log/mha-helper']);
  for (const host of DATABASE_NAMES)
    await lab.writeFile(host, { path: sudoersFile, content: readmeSudoers, mode: '440' });
}

/** What is given, on a lab that is clean; MHA looks every second. */
export async function prepare(lab: Lab, given: Given = {}): Promise<void> {
  if (given.managers !== undefined) await logStatements(lab);
  await lab.configure({ helper: helperSections(given), application: applicationSections(given) });
  if (given.holds !== undefined) await holdHooks(lab, given.holds);
  for (const host of DATABASE_NAMES) {
    const lines: string[] = [];
    if (given.sudoers === 'seed')
      lines.push(writeCommand({ path: sudoersFile, content: DOCUMENTED_SUDOERS, mode: '440' }));
    if (given.address === 'IPv6') lines.push(`echo 1 >/proc/sys/net/ipv6/conf/${HOSTS[host].interface}/ndisc_notify`);
    if (given.address === 'IPv6' && host === 'db10')
      lines.push(`ip addr del ${WRITER_CIDR} dev ${HOSTS.db10.interface}`, addWriterAddress('db10', ipv6Cidr));
    await script(lab.holder.hostInits[host], lines);
  }
  await lab.sql('db10', ...makeKnocker);
  if (given.semiSynchronous === true) await semiSynchronous(lab, 'db10');
}

/** What `resetTopology` does not put back and a row may have changed: the lab is made anew where it differs. */
export async function fingerprint(lab: Lab): Promise<string> {
  const looks = [
    'ip -4 route; ip -6 route | sed s/expires.*//; tc qdisc | sed s/[0-9a-f]*:/X/g; ip -o link | sed "s/ state.*//"',
    'md5sum /etc/sudoers.d/* /etc/hosts /usr/bin/ip /usr/bin/mha-helper /etc/mysql/lab.cnf /etc/ssh/* 2>/dev/null',
    "find /home/mha_helper /etc/profile.d /usr/local/bin '(' -type f -o -type l ')' -printf '%p %s %m %u\\n' | sort",
    'sysctl -n net.ipv4.conf.all.promote_secondaries; ip -4 route show table local type local | sort',
  ];
  const found = await Promise.all(
    lab.holder.hosts.map(async (name) => (await lab.exec(name, ['sh', '-c', looks.join('; ')])).stdout),
  );
  return found.join('\n');
}

function helperSections({ address, managers, helper = {} }: Given): Sections {
  const cidr = address === 'IPv6' ? { writer_vip_cidr: ipv6Cidr } : {};
  const quick = managers === undefined ? { default: { last_failover_minute: '0' } } : quickManagers;
  return merged(merged(quick, { default: cidr }), helper);
}

function applicationSections({ holds, application = {} }: Given): Sections {
  const quick: Sections = { 'server default': { ping_interval: '1' } };
  return merged(merged(quick, holds === undefined ? {} : heldHooksConfiguration), application);
}

function merged(one: Sections, other: Sections): Sections {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return Object.fromEntries(names.map((name) => [name, { ...one[name], ...other[name] }]));
}
