// The one table of the helper's options. Validation, `mha-helper config`, docs/reference/options.md and the manual come
// from it.
import { option, type OptionValues } from './optionTypes.ts';
import { awsOptions } from './awsOptions.ts';
import { commandOptions } from './commandOptions.ts';
import { managerOptions } from './managerOptions.ts';
import { mysqlOptions } from './mysqlOptions.ts';
import { openstackOptions } from './openstackOptions.ts';

export const options = {
  vip_type: option(
    'vipType',
    'none',
    true,
    'How the writer address is moved. none: it is not managed. metal: with the ip command on the hosts. aws: ' +
      "by Amazon EC2. openstack: by OpenStack's network service. command: by programs of your own.",
  ),
  writer_vip_cidr: option(
    'cidr',
    undefined,
    true,
    'The writer address: the virtual IP that is on the master, in CIDR format. Required when vip_type is ' +
      'metal, aws or openstack.',
  ),
  cluster_interface: option(
    'interface',
    undefined,
    true,
    'The network interface that the writer address is added to and removed from. Required when vip_type is ' +
      'metal, and where a cloud needs the address on the host too.',
  ),
  requires_sudo: option(
    'yesno',
    false,
    true,
    'Whether the SSH user needs sudo (without a password) for ip, arping and ss.',
  ),
  requires_arping: option(
    'yesno',
    true,
    true,
    'Whether the network is told with arping that the writer address has moved. With no, neighbours notice ' +
      'when their ARP entry expires.',
  ),
  freeze_connections: option(
    'yesno',
    true,
    true,
    'vip_type = metal: in a planned switch connections by the writer address stay as they are, without a packet, ' +
      'until the new master has it, and are reset then. With no they are reset at once, and whoever connects again ' +
      'before the new master is there may lose a second or more.',
  ),
  super_read_only: option(
    'yesno',
    false,
    true,
    'Whether super_read_only is set together with read_only, where the server has it (MySQL 5.7.8 and later).',
  ),
  kill_after_timeout: option(
    'seconds',
    5,
    true,
    'How long running statements and open transactions get to end on the original master before their ' +
      'sessions are terminated.',
  ),
  drain_idle_sessions: option(
    'yesno',
    false,
    true,
    'Whether idle sessions without a transaction get kill_after_timeout too. With no they are terminated at ' +
      'once: a pooled connection never leaves by itself.',
  ),
  detection: option(
    'detection',
    'pings',
    true,
    'When MHA takes the master for dead. pings: after four failed pings, an interval between. proof: at once after ' +
      'the first one where the death is proved (its port is refused, and its host says over SSH that the server is ' +
      'gone and that nothing starts it again), else as with pings. Read when MHA begins to monitor a master.',
  ),
  unreachable_master: option(
    'unreachableMaster',
    'continue',
    true,
    "What to do in a hard failover when the dead master's host does not answer SSH, so that the writer " +
      'address cannot be removed there (aws, openstack, command: when it could not be taken away without the ' +
      'host either; none: always, because there is no address to remove). ' +
      'continue: go on, and say what is left to do. abort: stop the failover. fence: run fence_command, and ' +
      'abort when it fails; the monitor runs it too, once, when the old master comes back and takes writes, or ' +
      'cannot be closed.',
  ),
  unknown_holder: option(
    'unknownHolder',
    'refuse',
    true,
    'What to do in a failover when the dead master cannot be reached, and it cannot be found out whether it ' +
      'still answers for the writer address. ' +
      'refuse: stop the failover, because there could be two masters. continue: take it for dead.',
  ),
  move_events: option(
    'yesno',
    true,
    true,
    "Whether the event scheduler's events move with the master: stopped on the old one, started on the new one.",
  ),
  give_back: option(
    'yesno',
    true,
    true,
    'Whether the writer is given back to the original master when MHA ends in the middle of a planned ' +
      'switch, and nothing speaks against it. With no, that is only told.',
  ),
  witness_command: option(
    'text',
    undefined,
    false,
    'Program that looks, while mha-helper failover switches, whether clients can write, for instance over SSH on an ' +
      'application host. It prints a line for each look. Default: this host looks, through the writer address.',
  ),
  before_switch_command: option(
    'text',
    undefined,
    false,
    'Program on the manager host before a planned switch by mha-helper failover or drill. When it does not leave ' +
      'with 0, the switch is not begun, and nothing was changed.',
  ),
  after_switch_command: option(
    'text',
    undefined,
    false,
    'Program after such a switch, whatever came of it. When it fails that is told, and changes nothing.',
  ),
  switch_command_timeout: option('timeout', 60, false, 'How long each of the two may take; then it is killed.'),
  notify_command: option(
    'text',
    undefined,
    false,
    'Program that is told what happens, as JSON on its standard input, beside the mails. It has 10 s; when it does ' +
      'not leave with 0, the monitor tries it again each minute, for a day.',
  ),
  watch_interval: option(
    'timeout',
    10,
    false,
    'How often the monitor looks who has the writer address, who takes writes and who replicates. What it finds it ' +
      'looks at again after 3 s, and tells then.',
  ),
  max_replication_lag: option(
    'seconds',
    300,
    false,
    'A replica that is further behind than this, beside the delay that is configured for it, is told by the monitor.',
  ),
  auto_rejoin: option(
    'yesno',
    false,
    true,
    'Whether the monitor makes the old master of a failover a replica by itself, as mha-helper rejoin does, when it ' +
      'answers again and has nothing that the new master lacks.',
  ),
  fence_command: option(
    'text',
    undefined,
    true,
    'Program on the manager host that cuts off a host (power, switch port). Gets the host in MHA_HELPER_HOST ' +
      'and MHA_HELPER_IP; exit 0 means it is off for certain. Required when unreachable_master is fence.',
  ),
  connect_timeout: option('timeout', 5, true, 'How long a MySQL or SSH connection may take.'),
  step_timeout: option(
    'timeout',
    10,
    true,
    'How long one step may take on a server or a host, not counting the wait for sessions.',
  ),
  run_timeout: option(
    'timeout',
    120,
    true,
    'How long one call by MHA may take until it fails and undoes what it changed.',
  ),
  report_email: option(
    'recipients',
    undefined,
    true,
    'Who gets the mail about a failover. Without it no mail is sent.',
  ),
  smtp_host: option('mailHost', 'localhost', true, 'The SMTP server that the mail goes through.'),
  report_from: option(
    'recipients',
    undefined,
    true,
    'Sender of the mail. Default: mha-helper@ and the name of the manager host.',
  ),
  smtp_security: option(
    'mailSecurity',
    'opportunistic',
    true,
    'Encryption of the way to smtp_host. none: never. opportunistic: STARTTLS where the server offers it ' +
      '(TLS from the start on port 465), whatever its certificate. ' +
      'starttls: STARTTLS, and a certificate that is valid for smtp_host. tls: TLS from the start (port 465 ' +
      'unless smtp_host says another), and such a certificate.',
  ),
  smtp_ca_file: option(
    'file',
    undefined,
    true,
    "PEM file of the certificates that starttls and tls trust, for a site's own authority or a self-signed " +
      'certificate. Default: those of the system.',
  ),
  smtp_user: option(
    'text',
    undefined,
    true,
    'User to log in with at smtp_host. The login never goes over an unencrypted connection, unless ' +
      'smtp_security is none. Needs smtp_password.',
  ),
  smtp_password: option(
    'secret',
    undefined,
    true,
    "Its password. Never shown. What follows a ' ;' in it would be a comment. Let only the account that runs " +
      'MHA read the file.',
  ),
  smtp_password_file: option(
    'secretFile',
    undefined,
    true,
    'A file with the password as its only line, in place of smtp_password. A name without a slash is a systemd ' +
      'credential, which only what the unit starts can read.',
  ),
  last_failover_minute: option(
    'minutes',
    60,
    true,
    'The monitor lets MHA fail over again only so long after the last failover: servers that fail one after ' +
      "the other have one cause, and each automatic failover could lose more. 0: at once. MHA's own default is " +
      '480.',
  ),
  journal_days: option(
    'days',
    90,
    false,
    'Finished switches and failovers that are older than this move from the journal to its archive, which only the ' +
      'history reads. The last ten stay, and whatever undo or LEFT TO DO needs.',
  ),
  journal_size: option(
    'kilobytes',
    256,
    false,
    'Where the journal is larger, the oldest finished ones move until half of this is left. Each hook reads the ' +
      'journal: 256 kB, about 80 switches, take 20 ms.',
  ),
  ...mysqlOptions,
  ...managerOptions,
  ...awsOptions,
  ...openstackOptions,
  ...commandOptions,
} as const;

export type OptionName = keyof typeof options;

export const optionNames = Object.keys(options) as readonly OptionName[];

type ValueOf<N extends OptionName> =
  OptionValues[(typeof options)[N]['type']] | ((typeof options)[N]['default'] extends undefined ? undefined : never);

export type OptionSet = { readonly [N in OptionName]: ValueOf<N> };

/** Where a value in force comes from. */
export type Origin = 'default' | '[default]' | 'host section';

/** What is in force for one host of a cluster. */
export interface HostSettings {
  /** Name of the cluster: the file's name without .conf. */
  readonly cluster: string;
  readonly file: string;
  readonly host: string;
  readonly options: OptionSet;
  readonly origins: { readonly [N in OptionName]: Origin };
  /** Line of `file` that sets an option; none for a default. */
  readonly lines?: Readonly<Partial<Record<OptionName, number>>>;
}
