// Debian packages the tests need, each with a file that shows it is there. The only list; `cli.ts packages` gets what
// is missing.

export interface NeededPackage {
  readonly name: string;
  readonly file: string;
  /** Of all the package, and of what it depends on, only `file` is unpacked: each lab keeps the layer in memory. */
  readonly onlyThat?: true;
}

/** On the machine itself, and installed there. None of them starts a daemon. */
export const MACHINE_PACKAGES: readonly NeededPackage[] = [
  { name: 'util-linux', file: '/usr/bin/unshare' },
  { name: 'iproute2', file: '/usr/sbin/ip' },
  { name: 'perl', file: '/usr/bin/perl' },
  { name: 'debootstrap', file: '/usr/sbin/debootstrap' },
];

/**
 * In the root of the hosts and of the contract tests: installed on the machine, or unpacked into the lab's package
 * layer.
 */
export const HOST_PACKAGES: readonly NeededPackage[] = [
  { name: 'mariadb-server-core', file: '/usr/sbin/mariadbd' },
  { name: 'mariadb-server', file: '/usr/lib/mysql/plugin/auth_ed25519.so', onlyThat: true },
  { name: 'mariadb-client', file: '/usr/bin/mariadb-binlog' },
  { name: 'mha4mysql-manager', file: '/usr/bin/masterha_manager' },
  { name: 'mha4mysql-node', file: '/usr/bin/save_binary_logs' },
  { name: 'openssh-server', file: '/usr/sbin/sshd' },
  { name: 'openssh-client', file: '/usr/bin/ssh' },
  { name: 'sudo', file: '/usr/bin/sudo' },
  { name: 'procps', file: '/usr/bin/ps' },
  { name: 'iputils-arping', file: '/usr/bin/arping' },
  { name: 'opensmtpd', file: '/usr/sbin/smtpd' },
  { name: 'time', file: '/usr/bin/time' },
  { name: 'openssl', file: '/usr/bin/openssl' },
  { name: 'systemd', file: '/usr/lib/systemd/systemd' },
];

/**
 * A mail server whose encryption works: that of Debian 12's OpenSMTPD does not, with OpenSSL 3. Two mail servers
 * exclude each other.
 */
export const EXIM: readonly NeededPackage[] = [{ name: 'exim4-daemon-light', file: '/usr/sbin/exim4' }];

/** A name server and its tools, for the example of the address in the DNS. */
export const BIND: readonly NeededPackage[] = [
  { name: 'bind9', file: '/usr/sbin/named' },
  { name: 'bind9-dnsutils', file: '/usr/bin/nsupdate' },
];

/** For the example of the address that keepalived holds. */
export const KEEPALIVED: readonly NeededPackage[] = [{ name: 'keepalived', file: '/usr/sbin/keepalived' }];

/** Of Prometheus the program that checks rules and metrics, for the examples. */
export const PROMETHEUS: readonly NeededPackage[] = [{ name: 'prometheus', file: '/usr/bin/promtool', onlyThat: true }];

/** The other arping (Habets'), in a layer of its own: the two packages exclude each other. */
export const HABETS_ARPING: readonly NeededPackage[] = [{ name: 'arping', file: '/usr/sbin/arping' }];
