// Users, names, SSH keys and the sudoers rule of the hosts.
import { writeCommand } from './hostFiles.ts';
import { HOSTS, hostNameOf, type HostName, SSH_PORT, SSH_USER } from './hosts.ts';

/** As the README has it. */
export const DOCUMENTED_SUDOERS = `${SSH_USER}   ALL=NOPASSWD: /sbin/ip, /sbin/arping\n`;

// High ids, so that they fit beside whatever users the root below has.
const USERS: readonly (readonly [name: string, id: number, home: string, shell: string])[] = [
  ['mysql', 64001, '/var/lib/mysql', '/bin/false'],
  [SSH_USER, 64002, `/home/${SSH_USER}`, '/bin/bash'],
  ['opensmtpd', 64003, '/var/lib/opensmtpd/empty', '/bin/false'],
  ['opensmtpq', 64004, '/var/lib/opensmtpd/empty', '/bin/false'],
  ['labmail', 64005, '/var/spool/labmail', '/bin/false'],
  ['sshd', 64006, '/run/sshd', '/bin/false'],
  ['Debian-exim', 64007, '/var/spool/exim-lab', '/bin/false'],
];

/** One key pair for all, and a host key each, in /run/lab/ssh (which all hosts share). Run in one host. */
export function makeKeys(hosts: readonly HostName[]): string[] {
  const lines = ['mkdir -p /run/lab/ssh', "ssh-keygen -q -t ed25519 -N '' -C lab -f /run/lab/ssh/id_ed25519"];
  for (const name of hosts) {
    const { ipv4, ipv6 } = HOSTS[name];
    const plain = [...new Set([name, hostNameOf(name, hosts)]), ipv4, ipv6];
    const names = [...plain, ...plain.map((address) => `[${address}]:${SSH_PORT}`)].join(',');
    const key = `/run/lab/ssh/host_${name}`;
    lines.push(
      `ssh-keygen -q -t ed25519 -N '' -C ${name} -f ${key}`,
      `echo "${names} $(cut -d' ' -f1,2 ${key}.pub)" >>/run/lab/ssh/known_hosts`,
    );
  }
  return lines;
}

export function makeUsers(): string[] {
  const lines = USERS.flatMap(([name, id, home, shell]) => [
    `grep -q '^${name}:' /etc/group || echo '${name}:x:${id}:' >>/etc/group`,
    `grep -q '^${name}:' /etc/passwd || { echo '${name}:x:${id}:'"$(grep '^${name}:' /etc/group | cut -d: ` +
      `-f3)"'::${home}:${shell}' >>/etc/passwd; echo '${name}:*:19000:0:99999:7:::' >>/etc/shadow; }`,
  ]);
  return [
    ...lines,
    // MHA reads binary and relay logs as this user.
    `sed -i -e '/^mysql:/s/:$/:${SSH_USER}/' -e '/^mysql:/{/${SSH_USER}/!s/$/,${SSH_USER}/}' /etc/group`,
    // Made by packages that the lab does not need, on machines that have them.
    'mkdir -p /var/lib/mysql /var/log/mysql /run/mysqld',
    'chown mysql:mysql /var/lib/mysql /var/log/mysql /run/mysqld',
    'chmod 750 /var/lib/mysql /var/log/mysql',
  ];
}

export function makeNames(host: HostName, hosts: readonly HostName[]): string[] {
  const own = hostNameOf(host, hosts);
  const lines = hosts.flatMap((name) => {
    const names = [...new Set([name, hostNameOf(name, hosts)])].join(' ');
    return [`${HOSTS[name].ipv4} ${names}`, `${HOSTS[name].ipv6} ${name}-ipv6`];
  });
  const content = ['127.0.0.1 localhost', '::1 localhost ip6-localhost', ...lines].join('\n');
  return [
    writeCommand({ path: '/etc/hosts', content }),
    writeCommand({ path: '/etc/hostname', content: own }),
    ...(own === host ? [] : [`echo ${own} >/proc/sys/kernel/hostname`]),
    // No name server, and no waiting for one: nothing of the lab may ask outside.
    'rm -f /etc/resolv.conf',
    writeCommand({ path: '/etc/resolv.conf', content: 'nameserver 127.0.0.1\noptions timeout:1 attempts:1' }),
  ];
}

/** Both users of a host log in to all the others with the lab's key. */
export function makeLogins(): string[] {
  const logins: readonly (readonly [string, string])[] = [
    ['root', '/root'],
    [SSH_USER, `/home/${SSH_USER}`],
  ];
  return logins.flatMap(([user, home]) => [
    `mkdir -p ${home}/.ssh`,
    `cp /run/lab/ssh/id_ed25519 /run/lab/ssh/id_ed25519.pub /run/lab/ssh/known_hosts ${home}/.ssh/`,
    `cp /run/lab/ssh/id_ed25519.pub ${home}/.ssh/authorized_keys`,
    // Not all of the home directory: the checkout may lie in it, read-only.
    `chown ${user}:${user} ${home}`,
    `chown -R ${user}:${user} ${home}/.ssh`,
    `chmod 700 ${home}/.ssh`,
    `chmod 600 ${home}/.ssh/id_ed25519`,
  ]);
}

export function makeSudoers(): string[] {
  return [writeCommand({ path: '/etc/sudoers.d/mha_helper', content: DOCUMENTED_SUDOERS, mode: '440' })];
}
