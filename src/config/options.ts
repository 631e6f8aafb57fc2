// The one table of the helper's options. Validation, `mha-helper config`, the README's reference and the man page come from it.
import { isIP } from 'node:net';

/** An address with its prefix length, as `ip addr` takes it. */
export interface Cidr {
  readonly address: string;
  readonly prefix: number;
  readonly family: 4 | 6;
}

interface OptionValues {
  text: string;
  yesno: boolean;
  seconds: number;
  timeout: number;
  minutes: number;
  cidr: Cidr;
  vipType: 'none' | 'metal';
  interface: string;
  recipients: readonly string[];
  mailHost: string;
  mailSecurity: 'none' | 'opportunistic' | 'starttls' | 'tls';
  file: string;
  secret: string;
  unreachableMaster: 'continue' | 'abort' | 'fence';
}

export type OptionType = keyof OptionValues;

/** What a value may look like, in words, and how it is read. `read` returns undefined for a value that is not allowed. */
export const optionTypes: { readonly [T in OptionType]: { readonly allowed: string; read(raw: string): OptionValues[T] | undefined } } = {
  text: { allowed: 'any text', read: (raw) => (raw === '' ? undefined : raw) },
  yesno: { allowed: 'yes or no (also true/false, on/off, 1/0)', read: readYesNo },
  seconds: { allowed: 'a whole number of seconds from 0 to 3600', read: (raw) => readSeconds(raw, 0) },
  timeout: { allowed: 'a whole number of seconds from 1 to 3600', read: (raw) => readSeconds(raw, 1) },
  minutes: { allowed: 'a whole number of minutes from 0 to 9999', read: (raw) => (/^\d{1,4}$/.test(raw) ? Number(raw) : undefined) },
  cidr: { allowed: 'an IPv4 or IPv6 address with prefix length, for instance 192.168.10.155/24', read: readCidr },
  vipType: { allowed: 'none or metal', read: (raw) => oneOf(['none', 'metal'], raw) },
  interface: {
    allowed: 'a network interface name of at most 15 characters, for instance eth1',
    read: (raw) => (/^[A-Za-z0-9_][A-Za-z0-9_.@-]{0,14}$/.test(raw) ? raw : undefined),
  },
  recipients: { allowed: 'one or more mail addresses, separated by commas', read: readRecipients },
  mailHost: { allowed: 'a host name or address, with :port when it is not 25', read: (raw) => (readMailHost(raw) ? raw : undefined) },
  mailSecurity: {
    allowed: 'none, opportunistic, starttls or tls',
    read: (raw) => oneOf(['none', 'opportunistic', 'starttls', 'tls'], raw),
  },
  file: { allowed: 'the full path of a file', read: (raw) => (/^\/[^\n]*[^/\n]$/.test(raw) ? raw : undefined) },
  // eslint-disable-next-line no-control-regex
  secret: { allowed: 'a text of one line', read: (raw) => (raw === '' || /[\u0000-\u001f]/.test(raw) ? undefined : raw) },
  unreachableMaster: { allowed: 'continue, abort or fence', read: (raw) => oneOf(['continue', 'abort', 'fence'], raw) },
};

interface Option<T extends OptionType, D> {
  readonly type: T;
  /** Undefined: the option is empty unless it is set. */
  readonly default: D;
  /** May stand in a host's section too. */
  readonly perHost: boolean;
  readonly help: string;
}

function option<T extends OptionType, D extends OptionValues[T] | undefined>(
  type: T, fallback: D, perHost: boolean, help: string,
): Option<T, D> {
  return { type, default: fallback, perHost, help };
}

export const options = {
  vip_type: option('vipType', 'none', true,
    'How the writer address is moved. none: it is not managed. metal: with the ip command on the hosts.'),
  writer_vip_cidr: option('cidr', undefined, true,
    'The writer address: the virtual IP that is on the master, in CIDR format. Required unless vip_type is none.'),
  cluster_interface: option('interface', undefined, true,
    'The network interface that the writer address is added to and removed from. Required when vip_type is metal.'),
  requires_sudo: option('yesno', false, true,
    'Whether the SSH user needs sudo (without a password) for ip, arping and ss.'),
  requires_arping: option('yesno', true, true,
    'Whether the network is told with arping that the writer address has moved. With no, neighbours notice when their ARP entry expires.'),
  super_read_only: option('yesno', false, true,
    'Whether super_read_only is set together with read_only, where the server has it (MySQL 5.7.8 and later).'),
  kill_after_timeout: option('seconds', 5, true,
    'How long running statements and open transactions get to end on the original master before their sessions are terminated.'),
  drain_idle_sessions: option('yesno', false, true,
    'Whether idle sessions without a transaction get kill_after_timeout too. With no they are terminated at once: a pooled connection never leaves by itself.'),
  unreachable_master: option('unreachableMaster', 'continue', true,
    'What to do in a hard failover when the dead master\'s host does not answer SSH, so that the writer address cannot be removed there. '
    + 'continue: go on, and say what is left to do. abort: stop the failover. fence: run fence_command, and abort when it fails.'),
  fence_command: option('text', undefined, true,
    'Program on the manager host that cuts off a host (power, switch port). Gets the host in MHA_HELPER_HOST and MHA_HELPER_IP; exit 0 means it is off for certain. Required when unreachable_master is fence.'),
  connect_timeout: option('timeout', 5, true,
    'How long a MySQL or SSH connection may take.'),
  step_timeout: option('timeout', 10, true,
    'How long one step may take on a server or a host, not counting the wait for sessions.'),
  run_timeout: option('timeout', 120, true,
    'How long one call by MHA may take until it fails and undoes what it changed.'),
  report_email: option('recipients', undefined, true,
    'Who gets the mail about a failover. Without it no mail is sent.'),
  smtp_host: option('mailHost', 'localhost', true,
    'The SMTP server that the mail goes through.'),
  report_from: option('recipients', undefined, true,
    'Sender of the mail. Default: mha-helper@ and the name of the manager host.'),
  smtp_security: option('mailSecurity', 'opportunistic', true,
    'Encryption of the way to smtp_host. none: never. opportunistic: STARTTLS where the server offers it (TLS from the start on port 465), whatever its certificate. '
    + 'starttls: STARTTLS, and a certificate that is valid for smtp_host. tls: TLS from the start (port 465 unless smtp_host says another), and such a certificate.'),
  smtp_ca_file: option('file', undefined, true,
    'PEM file of the certificates that starttls and tls trust, for a site\'s own authority or a self-signed certificate. Default: those of the system.'),
  smtp_user: option('text', undefined, true,
    'User to log in with at smtp_host. The login never goes over an unencrypted connection, unless smtp_security is none. Needs smtp_password.'),
  smtp_password: option('secret', undefined, true,
    'Its password. Never shown. What follows a \' ;\' in it would be a comment. Let only the account that runs MHA read the file.'),
  last_failover_minute: option('minutes', 60, true,
    'The monitor lets MHA fail over again only so long after the last failover: servers that fail one after the other have one cause, and each automatic failover could lose more. 0: at once. MHA\'s own default is 480.'),
} as const;

export type OptionName = keyof typeof options;

type ValueOf<N extends OptionName> = OptionValues[(typeof options)[N]['type']] | ((typeof options)[N]['default'] extends undefined ? undefined : never);

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

/** Host and port of `smtp_host`; a port of its own unless it is given. IPv6 addresses with a port stand in brackets. */
export function readMailHost(raw: string, usualPort = 25): { host: string; port: number } | undefined {
  if (isIP(raw) === 6) return { host: raw, port: usualPort };
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_](?:[A-Za-z0-9_.-]*)))(?::(\d{1,5}))?$/.exec(raw);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? usualPort);
  if (host === undefined || port < 1 || port > 65535 || (match?.[1] !== undefined && isIP(match[1]) !== 6)) return undefined;
  return { host, port };
}

function readYesNo(raw: string): boolean | undefined {
  if (/^(yes|true|on|1)$/i.test(raw)) return true;
  if (/^(no|false|off|0)$/i.test(raw)) return false;
  return undefined;
}

function readSeconds(raw: string, least: number): number | undefined {
  return /^\d{1,4}$/.test(raw) && Number(raw) >= least && Number(raw) <= 3600 ? Number(raw) : undefined;
}

function readCidr(raw: string): Cidr | undefined {
  const [address, prefix, ...rest] = raw.split('/');
  if (address === undefined || prefix === undefined || rest.length > 0 || !/^\d{1,3}$/.test(prefix)) return undefined;
  const family = isIP(address);
  if ((family !== 4 && family !== 6) || address.includes('%') || Number(prefix) < 1 || Number(prefix) > (family === 4 ? 32 : 128)) return undefined;
  return { address: family === 6 ? shortIPv6(address) : address, prefix: Number(prefix), family };
}

// The short form, in which `ip` and the servers write it: addresses are compared as texts.
function shortIPv6(address: string): string {
  return /[.]/.test(address) ? address.toLowerCase() : new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

function readRecipients(raw: string): readonly string[] | undefined {
  const list = raw.split(',').map((part) => part.trim());
  return list.every((part) => /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/.test(part)) ? list : undefined;
}

function oneOf<T extends string>(allowed: readonly T[], raw: string): T | undefined {
  return allowed.find((value) => value === raw.toLowerCase());
}
