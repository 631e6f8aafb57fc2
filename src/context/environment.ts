// Every variable of the environment that mha-helper reads, or gives to others. The manual and
// docs/reference/files-and-environment.md are made of this table.

export interface Variable {
  /** A star stands for more than one name. */
  readonly name: string;
  /** What holds without it; empty: nothing. */
  readonly fallback: string;
  readonly meaning: string;
}

/** Set by the operator, for mha-helper. */
export const settingVariables: readonly Variable[] = [
  {
    name: 'MHA_HELPER_CONFIG_DIR',
    fallback: '/etc/mha-helper',
    meaning: "Directory of the clusters' configuration files.",
  },
  {
    name: 'MHA_HELPER_STATE_DIR',
    fallback: '/var/lib/mha-helper',
    meaning: 'Directory of the journal, the spool and what the monitor knows.',
  },
  { name: 'MHA_HELPER_DEBUG', fallback: '', meaning: 'With 1 each error is followed by its stack trace.' },
  { name: 'NO_COLOR', fallback: '', meaning: 'With any value --help and status have no colours.' },
  {
    name: 'MHA_HELPER_STALL_SECONDS',
    fallback: '60',
    meaning: "How long MHA, with the layer for it, waits for a replica that applies nothing. In MHA's own environment.",
  },
  {
    name: 'MHA_HELPER_CUTS_OFF',
    fallback: '',
    meaning:
      'Waits of MHA that the layer for it leaves in: names of docs/mha/defects-fixed.md, separated by commas. In ' +
      "MHA's own environment.",
  },
  {
    name: 'MHA_HELPER_MYSQL_TLS',
    fallback: '',
    meaning:
      'The option mysql_tls for programs of MHA that are not told their cluster, such as purge_relay_logs. The layer ' +
      'sets it, and the next three, for those that MHA starts.',
  },
  { name: 'MHA_HELPER_MYSQL_CA_FILE', fallback: '', meaning: 'The same for mysql_ca_file.' },
  { name: 'MHA_HELPER_MYSQL_CERT_FILE', fallback: '', meaning: 'The same for mysql_cert_file.' },
  { name: 'MHA_HELPER_MYSQL_KEY_FILE', fallback: '', meaning: 'The same for mysql_key_file.' },
  {
    name: 'PERL5OPT',
    fallback: '',
    meaning:
      "Loads the layer into MHA's programs where MHA is started by other means than mha-helper: " +
      '-I/usr/share/mha-helper/perl -MMhaHelper::Compat. What it holds besides stays.',
  },
];

/** Known from elsewhere: mha-helper reads them as their owners do. */
export const commonVariables: readonly Variable[] = [
  {
    name: 'SUDO_USER',
    fallback: '',
    meaning:
      'Who is recorded as being behind a run, or as having lifted a standing order; without it LOGNAME, then USER.',
  },
  { name: 'LOGNAME', fallback: '', meaning: 'See SUDO_USER.' },
  { name: 'USER', fallback: '', meaning: 'See SUDO_USER.' },
  { name: 'PATH', fallback: '', meaning: "Where MHA's programs, ssh and Perl are found." },
  { name: 'HOME', fallback: '', meaning: 'Where .config/openstack/clouds.yaml is looked for.' },
  { name: 'SSH_AUTH_SOCK', fallback: '', meaning: 'The SSH agent, unless IdentityAgent names another.' },
  {
    name: 'AWS_*',
    fallback: '',
    meaning: 'As the AWS SDK reads them (AWS_REGION, AWS_PROFILE, AWS_ACCESS_KEY_ID, ...); vip_type = aws.',
  },
  { name: 'OS_CLOUD', fallback: '', meaning: 'The cloud of clouds.yaml, unless openstack_cloud names one.' },
  {
    name: 'OS_CLIENT_CONFIG_FILE',
    fallback: '',
    meaning: 'Where clouds.yaml is, unless openstack_clouds_file says it.',
  },
  {
    name: 'OS_*',
    fallback: '',
    meaning: 'The login (OS_AUTH_URL, OS_USERNAME, ...) where no cloud is named; vip_type = openstack.',
  },
  { name: 'NOTIFY_SOCKET', fallback: '', meaning: 'Set by systemd: mha-helper monitor run tells it when it is ready.' },
  { name: 'WATCHDOG_USEC', fallback: '', meaning: 'Set by systemd: how often it wants to hear of the monitor.' },
  {
    name: 'CREDENTIALS_DIRECTORY',
    fallback: '',
    meaning: "Set by systemd: where the unit's credentials are, for options such as smtp_password_file.",
  },
  {
    name: 'JOURNAL_STREAM',
    fallback: '',
    meaning: "Set by systemd: the monitor's lines carry their priority for the systemd journal.",
  },
];

/** Given to fence_command (the first two) and to the vip_*_command programs (all). */
export const givenVariables: readonly Variable[] = [
  { name: 'MHA_HELPER_HOST', fallback: '', meaning: "The host, named as in MHA's configuration." },
  { name: 'MHA_HELPER_IP', fallback: '', meaning: 'The address of its MySQL.' },
  { name: 'MHA_HELPER_PORT', fallback: '', meaning: 'The port of its MySQL.' },
  { name: 'MHA_HELPER_ACTION', fallback: '', meaning: 'assign, release or status.' },
  { name: 'MHA_HELPER_CLUSTER', fallback: '', meaning: "The cluster: the configuration file's name without .conf." },
  { name: 'MHA_HELPER_ADDRESS', fallback: '', meaning: 'The address of writer_vip_cidr; empty where that is not set.' },
  { name: 'MHA_HELPER_PREFIX', fallback: '', meaning: 'Its prefix length; empty where writer_vip_cidr is not set.' },
  { name: 'MHA_HELPER_FROM', fallback: '', meaning: 'The master, around a planned switch.' },
  { name: 'MHA_HELPER_TO', fallback: '', meaning: 'The new master that was asked for; empty: MHA chooses.' },
  { name: 'MHA_HELPER_OUTCOME', fallback: '', meaning: 'done or failed, for after_switch_command.' },
  { name: 'MHA_HELPER_MASTER', fallback: '', meaning: 'The master after it; empty: not known.' },
];

/** Of mha-helper's own making; nobody else sets them. */
export const internalVariables: readonly string[] = [
  'MHA_HELPER_CLIENT_TLS',
  'MHA_HELPER_ORIG_MASTER_PASSWORD',
  'MHA_HELPER_NEW_MASTER_PASSWORD',
  'MHA_HELPER_LAST_WORD',
  'MHA_HELPER_ASLEEP',
  'MHA_HELPER_TELLS_END',
  'MHA_HELPER_EPOCH',
  'MHA_HELPER_GUARD',
  'MHA_HELPER_LEASE',
  'MHA_HELPER_WITHOUT_STORE',
  'MHA_HELPER_SLAVE_PASSWORD',
  'MHA_HELPER_MASTER_PASSWORD',
  'MHA_HELPER_NOTHING',
  'MHA_HELPER_NOTIFICATION',
];
