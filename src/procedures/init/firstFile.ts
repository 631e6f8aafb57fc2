// The text of mha-helper's first file for a cluster, and what is to be done next. Pure.
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';

export interface SeenAddress {
  /** With its prefix length. */
  readonly cidr: string;
  readonly interface: string;
}

/** What was seen of the hosts. */
export interface Seen {
  readonly master: string | null;
  /** Addresses on the master besides its own: one of them may be the writer address. */
  readonly candidates: readonly SeenAddress[];
  /** Host -> the interface with its own address. */
  readonly interfaces: ReadonlyMap<string, string>;
  /** Why something is not known; one line each. */
  readonly unknown: readonly string[];
}

export function firstFile(
  app: ApplicationConfig,
  path: string,
  { master, candidates, interfaces, unknown }: Seen,
): string {
  const [address, ...others] = candidates;
  const only = others.length === 0 ? address : undefined;
  const needsSudo = app.servers.some(({ sshUser }) => sshUser !== 'root');
  const hosts = [...new Set(app.servers.map(({ hostname }) => hostname))];
  return [
    `# ${path}: mha-helper's options for the cluster of ${app.file}. mha-helper.conf(5) describes`,
    '# every option, "mha-helper config" shows what is in force.',
    ...unknown.map((line) => `# Not seen: ${line}`),
    '',
    '[default]',
    ...addressLines(master, only, candidates),
    ...(needsSudo
      ? ["# MHA's ssh_user is not root: mha-helper sudoers prints the rules that it needs.", 'requires_sudo     = yes']
      : ['requires_sudo     = no']),
    '# Who gets the mails, and through which server.',
    '#report_email     = dba@example.com',
    'smtp_host         = localhost',
    '',
    "# A section for every host, named as hostname in MHA's file. What it says goes before [default].",
    ...hosts.flatMap((host) => [`[${host}]`, ...interfaceLines(interfaces.get(host), only), '']),
  ].join('\n');
}

function addressLines(
  master: string | null,
  only: SeenAddress | undefined,
  candidates: readonly SeenAddress[],
): readonly string[] {
  if (only !== undefined)
    return [
      `# The writer address: the one that ${master ?? 'the master'} has besides its own.`,
      'vip_type          = metal',
      `writer_vip_cidr   = ${only.cidr}`,
      `cluster_interface = ${only.interface}`,
    ];
  const where = master === null ? 'no master was seen' : `${master} has no address besides its own`;
  const several = candidates.map((one) => `#   ${one.cidr} on ${one.interface}`);
  return [
    ...(several.length > 0
      ? [`# Which of these on ${master ?? 'the master'} is the writer address?`, ...several]
      : [`# The writer address is not known: ${where}.`]),
    '# metal: an address on the hosts. aws, openstack, command: see mha-helper.conf(5). none: nothing is moved.',
    'vip_type          = none',
    `#writer_vip_cidr  = ${candidates[0]?.cidr ?? '192.168.10.155/24'}`,
    `#cluster_interface = ${candidates[0]?.interface ?? 'eth1'}`,
  ];
}

function interfaceLines(own: string | undefined, only: SeenAddress | undefined): readonly string[] {
  return only === undefined || own === undefined || own === only.interface ? [] : [`cluster_interface = ${own}`];
}

/** What a person does now. @param isWritten the file is in place */
export function whatIsNext(app: ApplicationConfig, path: string, isWritten: boolean): string {
  const { scripts, file } = app;
  const missing = [
    ...(scripts.masterIpFailover === undefined
      ? ['master_ip_failover_script = /usr/bin/master_ip_hard_failover_helper']
      : []),
    ...(scripts.masterIpOnlineChange === undefined
      ? ['master_ip_online_change_script = /usr/bin/master_ip_online_failover_helper']
      : []),
    ...(scripts.report === undefined ? ['report_script = /usr/bin/master_failover_report'] : []),
  ];
  const [{ user }] = app.servers;
  const steps = [
    [`${isWritten ? 'Read' : 'Write'} ${path}, and correct what is not so.`],
    ...(missing.length === 0
      ? []
      : [[`Put into [server default] of ${file}:`, ...missing.map((line) => `    ${line}`)]]),
    [
      "MHA's account must be on every server, on the master once:",
      `    CREATE USER '${user}'@'MANAGER' IDENTIFIED BY '...'; GRANT ALL PRIVILEGES ON *.* TO '${user}'@'MANAGER';`,
    ],
    ['Rules for sudo on the hosts, where ssh_user is not root:', `    mha-helper sudoers -c ${file}`],
    ['What is still missing, all at once:', `    mha-helper check -c ${file}`],
  ];
  return [
    'What is next:',
    ...steps.flatMap(([first = '', ...more], index) => [`${index + 1}. ${first}`, ...more]),
  ].join('\n');
}
