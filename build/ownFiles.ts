// Every file that mha-helper reads or writes, for the manual and the reference. CAPITALS stand for a part of a name.
// test/unit/build/ownFiles.test.ts compares the paths with those that the program makes.

export interface OwnFile {
  readonly path: string;
  /** Of a file or directory that mha-helper or its package makes; empty: the operator's. */
  readonly mode: string;
  readonly what: string;
}

export interface FileGroup {
  readonly title: string;
  readonly files: readonly OwnFile[];
}

export const configurationFiles: readonly OwnFile[] = [
  {
    path: '/etc/mha-helper',
    mode: '0750',
    what: "The clusters' files. They may hold a password; the user that runs MHA must be able to read them.",
  },
  {
    path: '/etc/mha-helper/CLUSTER.conf',
    mode: '',
    what: 'The configuration of one cluster; its name is the name of the cluster. See mha-helper.conf(5).',
  },
  { path: '/etc/mha-helper/cluster.conf.example', mode: '0640', what: 'A file to copy; it is not read.' },
  {
    path: '/etc/mha/NAME.conf',
    mode: '',
    what: "MHA's application file of a cluster, also NAME.cnf; read, never written. --all and check look here.",
  },
  {
    path: '/etc/logrotate.d/mha-helper',
    mode: '0644',
    what: 'Rotates the logs in /var/log/mha-helper. It must not rotate the journal.',
  },
];

export const stateFiles: readonly OwnFile[] = [
  {
    path: '/var/lib/mha-helper',
    mode: '0750',
    what: 'What the hooks and the monitor keep. The user that runs MHA must be able to write it.',
  },
  {
    path: '/var/lib/mha-helper/CLUSTER.journal',
    mode: '0640',
    what:
      'The journal: what the hooks did. After a kill -9 the next call reads from it what to finish or to undo: do ' +
      'not rotate, truncate or remove it. A switch adds about 3 kB.',
  },
  {
    path: '/var/lib/mha-helper/CLUSTER.journal.archive',
    mode: '0640',
    what:
      'Switches and failovers that have left the journal (journal_days, journal_size), for the history. Beside it, ' +
      'while they move, CLUSTER.journal.rotating.',
  },
  {
    path: '/var/lib/mha-helper/ready-HASH',
    mode: '0600',
    what:
      'A socket: the connections that the stop of a planned switch leaves open for its start. Gone with the start, ' +
      'or after a minute.',
  },
  {
    path: '/var/lib/mha-helper/spool/TIME-CLUSTER-PID.json',
    mode: '0600',
    what:
      'A mail that is not delivered yet. While a run works on it the name ends with .sending-MS. mha-helper report ' +
      '--flush delivers it.',
  },
  {
    path: '/var/lib/mha-helper/spool/refused/TIME-CLUSTER-PID.json',
    mode: '0600',
    what: 'A mail that the server refused for good. To try again, move it back into spool; else remove it.',
  },
  {
    path: '/var/lib/mha-helper/monitor/NAME.json',
    mode: '0600',
    what: "What the monitor knows of a cluster (NAME of MHA's application file). A monitor that is started reads it.",
  },
  {
    path: '/var/lib/mha-helper/monitor/NAME.lock',
    mode: '0600',
    what: "Names the monitor of the cluster by pid and start time. One that a kill -9 left is nobody's.",
  },
  {
    path: '/var/lib/mha-helper/monitor/NAME.output',
    mode: '0640',
    what: 'What masterha_manager printed beside its own log.',
  },
  {
    path: '/var/lib/mha-helper/monitor/conf/NAME.conf',
    mode: '0600',
    what: "MHA's application file without the servers that are left out after a failover.",
  },
  {
    path: '/var/lib/mha-helper/monitor/trial/NAME.conf',
    mode: '0600',
    what: 'The same as it would be with a server that is back, for masterha_check_repl.',
  },
  {
    path: '/var/lib/mha-helper/perl-HASH',
    mode: '0755',
    what: 'The layer for MHA where no package has brought it. Made again when it is missing.',
  },
  {
    path: '/var/log/mha-helper/monitor.log',
    mode: '0640',
    what: 'The log of mha-helper monitor start; --log-file names another. Under systemd the journal of systemd has it.',
  },
  {
    path: '/var/log/mha-helper/NAME.switch.log',
    mode: '0640',
    what: "MHA's output of the switches and failovers that mha-helper failover or drill has started.",
  },
];

export const packagedFiles: readonly OwnFile[] = [
  { path: '/usr/bin/mha-helper', mode: '0755', what: 'The program; beside it a symlink for each name that MHA calls.' },
  {
    path: '/usr/share/mha-helper/perl',
    mode: '0755',
    what: "The layer that lets MHA 0.58 run with today's Perl and servers.",
  },
  {
    path: '/usr/lib/systemd/system/mha-helper-monitor.service',
    mode: '0644',
    what: 'The monitor of all clusters of /etc/mha.',
  },
  {
    path: '/usr/lib/systemd/system/mha-helper-monitor@.service',
    mode: '0644',
    what: 'The monitor of one: mha-helper-monitor@test_cluster.conf is for /etc/mha/test_cluster.conf.',
  },
  {
    path: '/usr/share/doc/mha-helper',
    mode: '0755',
    what: 'README.md, these pages, and examples for mha-helper, MHA, sudoers and ProxySQL.',
  },
];

export const otherFiles: readonly OwnFile[] = [
  {
    path: '~/.mha-helper/perl',
    mode: '0755',
    what: "The layer on a database host, in the home of MHA's SSH user; mha-helper mha install-node puts it there.",
  },
  {
    path: 'WORKDIR/NAME.failover.complete',
    mode: '',
    what:
      "MHA's, in its manager_workdir: when the last failover ended. MHA refuses the next for last_failover_minute. " +
      'Never written here.',
  },
  {
    path: 'WORKDIR/NAME.failover.error',
    mode: '',
    what: "MHA's: a failover failed. MHA does no other, and the monitor starts no manager, until a person removes it.",
  },
];

export const fileGroups: readonly FileGroup[] = [
  { title: 'Configuration', files: configurationFiles },
  { title: 'State', files: stateFiles },
  { title: 'Of the packages', files: packagedFiles },
  { title: "On the database hosts, and MHA's own", files: otherFiles },
];
