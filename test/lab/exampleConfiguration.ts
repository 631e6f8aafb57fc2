// The README's example, as data: what an operator writes into /etc/mha-helper and /etc/mha. A scenario overrides single
// values.
import { ADMIN_ACCOUNT, REPLICATION_ACCOUNT, SSH_PORT, SSH_USER, WRITER_CIDR } from './hosts.ts';

/** Section name to its options. `null` takes an option of the example away. */
export type Sections = Readonly<Record<string, Readonly<Record<string, string | null>>>>;

export const CLUSTER = 'test_cluster';
export const APPLICATION_FILE = `/etc/mha/${CLUSTER}.conf`;
export const HELPER_FILE = `/etc/mha-helper/${CLUSTER}.conf`;
export const WORK_DIRECTORY = `/var/log/mha/${CLUSTER}`;

const HELPER: Sections = {
  default: {
    requires_sudo: 'yes',
    vip_type: 'metal',
    writer_vip_cidr: WRITER_CIDR,
    cluster_interface: 'eth1',
    report_email: 'me@ovaistariq.net',
    smtp_host: 'localhost',
  },
  db10: { cluster_interface: 'eth10' },
  db11: {},
  db12: { report_email: 'notify@host-db12.com', smtp_host: 'localhost2', requires_sudo: 'no' },
};

const APPLICATION: Sections = {
  'server default': {
    user: ADMIN_ACCOUNT.user,
    password: ADMIN_ACCOUNT.password,
    ssh_user: SSH_USER,
    ssh_port: String(SSH_PORT),
    repl_user: REPLICATION_ACCOUNT.user,
    repl_password: REPLICATION_ACCOUNT.password,
    master_binlog_dir: '/var/log/mysql',
    manager_workdir: WORK_DIRECTORY,
    manager_log: `${WORK_DIRECTORY}/${CLUSTER}.log`,
    remote_workdir: WORK_DIRECTORY,
    check_repl_delay: '0',
    master_ip_failover_script: '/usr/bin/master_ip_hard_failover_helper',
    master_ip_online_change_script: '/usr/bin/master_ip_online_failover_helper',
    report_script: '/usr/bin/master_failover_report',
  },
  server1: { hostname: 'db10', candidate_master: '1' },
  server2: { hostname: 'db11', candidate_master: '1' },
  server3: { hostname: 'db12', no_master: '1' },
};

export function helperConfiguration(override: Sections = {}): string {
  return render(HELPER, override);
}

export function applicationConfiguration(override: Sections = {}): string {
  return render(APPLICATION, override);
}

function render(example: Sections, override: Sections): string {
  const names = [...new Set([...Object.keys(example), ...Object.keys(override)])];
  return names
    .map((name) => {
      const options = Object.entries({ ...example[name], ...override[name] });
      const lines = options.flatMap(([key, value]) => (value === null ? [] : [`${key.padEnd(31)} = ${value}`]));
      return [`[${name}]`, ...lines, ''].join('\n');
    })
    .join('\n');
}
