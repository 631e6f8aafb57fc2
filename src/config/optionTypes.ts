// What the values of options may look like, and how they are read.
import { isIP } from 'node:net';

/** An address with its prefix length, as `ip addr` takes it. */
export interface Cidr {
  readonly address: string;
  readonly prefix: number;
  readonly family: 4 | 6;
}

const vipTypes = ['none', 'metal', 'aws', 'openstack', 'command'] as const;
export type VipType = (typeof vipTypes)[number];

export interface OptionValues {
  text: string;
  yesno: boolean;
  seconds: number;
  timeout: number;
  minutes: number;
  days: number;
  kilobytes: number;
  cidr: Cidr;
  vipType: VipType;
  interface: string;
  recipients: readonly string[];
  mailHost: string;
  mailSecurity: 'none' | 'opportunistic' | 'starttls' | 'tls';
  mysqlTls: 'verify' | 'require' | 'opportunistic';
  file: string;
  secret: string;
  secretFile: string;
  awsMethod: 'private-ip' | 'elastic-ip' | 'route-table';
  awsRole: string;
  awsInstance: string;
  awsNetworkInterface: string;
  awsRouteTables: readonly string[];
  url: string;
  openstackMethod: 'floating-ip' | 'allowed-address-pair';
  openstackInterface: 'public' | 'internal' | 'admin';
  uuid: string;
  address: string;
  unreachableMaster: 'continue' | 'abort' | 'fence';
  unknownHolder: 'refuse' | 'continue';
  detection: 'pings' | 'proof';
  endpoints: readonly string[];
  storePrefix: string;
  managerName: string;
  leaseSeconds: number;
  agreement: 'others' | 'alone';
}

export type OptionType = keyof OptionValues;

/**
 * What a value may look like, in words, and how it is read. `read` returns undefined for a value that is not allowed.
 */
export const optionTypes: {
  readonly [T in OptionType]: { readonly allowed: string; read(raw: string): OptionValues[T] | undefined };
} = {
  text: { allowed: 'any text', read: (raw) => (raw === '' ? undefined : raw) },
  yesno: { allowed: 'yes or no (also true/false, on/off, 1/0)', read: readYesNo },
  seconds: { allowed: 'a whole number of seconds from 0 to 3600', read: (raw) => readSeconds(raw, 0) },
  timeout: { allowed: 'a whole number of seconds from 1 to 3600', read: (raw) => readSeconds(raw, 1) },
  minutes: {
    allowed: 'a whole number of minutes from 0 to 9999',
    read: (raw) => (/^\d{1,4}$/.test(raw) ? Number(raw) : undefined),
  },
  days: {
    allowed: 'a whole number of days from 1 to 9999',
    read: (raw) => (/^[1-9]\d{0,3}$/.test(raw) ? Number(raw) : undefined),
  },
  kilobytes: {
    allowed: 'a whole number of kB from 16 to 99999',
    read: (raw) => (/^[1-9]\d{1,4}$/.test(raw) && Number(raw) >= 16 ? Number(raw) : undefined),
  },
  cidr: { allowed: 'an IPv4 or IPv6 address with prefix length, for instance 192.168.10.155/24', read: readCidr },
  vipType: { allowed: 'none, metal, aws, openstack or command', read: (raw) => oneOf(vipTypes, raw) },
  interface: {
    allowed: 'a network interface name of at most 15 characters, for instance eth1 (eth1:1 means eth1)',
    // The kernel takes an alias of old (eth1:1) for its interface, and so does ip.
    read: (raw) => /^([A-Za-z0-9_][A-Za-z0-9_.@-]{0,14})(?::[A-Za-z0-9_.-]{1,14})?$/.exec(raw)?.[1],
  },
  recipients: { allowed: 'one or more mail addresses, separated by commas', read: readRecipients },
  mailHost: {
    allowed: 'a host name or address, with :port when it is not 25',
    read: (raw) => (readMailHost(raw) ? raw : undefined),
  },
  mailSecurity: {
    allowed: 'none, opportunistic, starttls or tls',
    read: (raw) => oneOf(['none', 'opportunistic', 'starttls', 'tls'], raw),
  },
  mysqlTls: {
    allowed: 'verify, require or opportunistic',
    read: (raw) => oneOf(['verify', 'require', 'opportunistic'], raw),
  },
  file: { allowed: 'the full path of a file', read: (raw) => (/^\/[^\n]*[^/\n]$/.test(raw) ? raw : undefined) },
  secret: {
    allowed: 'a text of one line',
    read: (raw) => (raw === '' || /[\u0000-\u001f]/.test(raw) ? undefined : raw),
  },
  secretFile: {
    allowed: 'the full path of a file, or the name of a systemd credential, for instance smtp-password',
    read: (raw) => matching(/^(?:\/[^\n]*[^/\n]|[\w-][\w.-]{0,254})$/, raw),
  },
  awsMethod: {
    allowed: 'private-ip, elastic-ip or route-table',
    read: (raw) => oneOf(['private-ip', 'elastic-ip', 'route-table'], raw),
  },
  awsRole: {
    allowed: 'the ARN of an IAM role, for instance arn:aws:iam::123456789012:role/writer-address',
    read: (raw) => matching(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, raw),
  },
  awsInstance: {
    allowed: 'the id of an instance, for instance i-0123456789abcdef0',
    read: (raw) => matching(/^i-[0-9a-f]{8,17}$/, raw),
  },
  awsNetworkInterface: {
    allowed: 'the id of a network interface, for instance eni-0123456789abcdef0',
    read: (raw) => matching(/^eni-[0-9a-f]{8,17}$/, raw),
  },
  awsRouteTables: {
    allowed: 'one or more ids of route tables, for instance rtb-0123456789abcdef0, separated by commas',
    read: (raw) => listMatching(/^rtb-[0-9a-f]{8,17}$/, raw),
  },
  // User and password in it would be shown wherever the URL is.
  url: {
    allowed: 'a URL that begins with http:// or https://, without user and password',
    read: (raw) => (/^https?:\/\/\S+$/.test(raw) && URL.canParse(raw) && !hasUserInfo(new URL(raw)) ? raw : undefined),
  },
  openstackMethod: {
    allowed: 'floating-ip or allowed-address-pair',
    read: (raw) => oneOf(['floating-ip', 'allowed-address-pair'], raw),
  },
  openstackInterface: {
    allowed: 'public, internal or admin',
    read: (raw) => oneOf(['public', 'internal', 'admin'], raw),
  },
  uuid: {
    allowed: 'an id, for instance 3c068fd8-c53a-4de9-9975-ff800b6cb6d7',
    read: (raw) => matching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, raw)?.toLowerCase(),
  },
  address: { allowed: 'an IPv4 address', read: (raw) => (isIP(raw) === 4 ? raw : undefined) },
  endpoints: {
    allowed:
      'one or more URLs https://HOST:PORT, separated by commas, without user and path (http:// only for this host)',
    read: readEndpoints,
  },
  storePrefix: {
    allowed: 'a text that begins and ends with a slash, for instance /mha/v1/',
    read: (raw) => matching(/^\/(?:[\w.-]+\/)+$/, raw),
  },
  managerName: {
    allowed: 'a name of letters, digits, dots and hyphens',
    read: (raw) => matching(/^[A-Za-z0-9][A-Za-z0-9.-]{0,62}$/, raw),
  },
  leaseSeconds: {
    allowed: 'a whole number of seconds from 5 to 60',
    read: (raw) => (/^\d{1,2}$/.test(raw) && Number(raw) >= 5 && Number(raw) <= 60 ? Number(raw) : undefined),
  },
  agreement: { allowed: 'others or alone', read: (raw) => oneOf(['others', 'alone'], raw) },
  detection: { allowed: 'pings or proof', read: (raw) => oneOf(['pings', 'proof'], raw) },
  unknownHolder: { allowed: 'refuse or continue', read: (raw) => oneOf(['refuse', 'continue'], raw) },
  unreachableMaster: { allowed: 'continue, abort or fence', read: (raw) => oneOf(['continue', 'abort', 'fence'], raw) },
};

export interface Option<T extends OptionType, D> {
  readonly type: T;
  /** Undefined: the option is empty unless it is set. */
  readonly default: D;
  /** May stand in a host's section too. */
  readonly perHost: boolean;
  readonly help: string;
  /** The value of vip_type that it is for; undefined: for all of them, or for something else. */
  readonly provider?: VipType;
}

export function option<T extends OptionType, D extends OptionValues[T] | undefined>(
  type: T,
  fallback: D,
  perHost: boolean,
  help: string,
): Option<T, D> {
  return { type, default: fallback, perHost, help };
}

/** Host and port of `smtp_host`; a port of its own unless it is given. IPv6 addresses with a port stand in brackets. */
export function readMailHost(raw: string, usualPort = 25): { host: string; port: number } | undefined {
  if (isIP(raw) === 6) return { host: raw, port: usualPort };
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_](?:[A-Za-z0-9_.-]*)))(?::(\d{1,5}))?$/.exec(raw);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? usualPort);
  if (host === undefined || port < 1 || port > 65535 || (match?.[1] !== undefined && isIP(match[1]) !== 6))
    return undefined;
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

export function readCidr(raw: string): Cidr | undefined {
  const [address, prefix, ...rest] = raw.split('/');
  if (address === undefined || prefix === undefined || rest.length > 0 || !/^\d{1,3}$/.test(prefix)) return undefined;
  const family = isIP(address);
  if (
    (family !== 4 && family !== 6) ||
    address.includes('%') ||
    Number(prefix) < 1 ||
    Number(prefix) > (family === 4 ? 32 : 128)
  )
    return undefined;
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

function matching(pattern: RegExp, raw: string): string | undefined {
  return pattern.test(raw) ? raw : undefined;
}

function listMatching(pattern: RegExp, raw: string): readonly string[] | undefined {
  const list = raw.split(',').map((part) => part.trim());
  return list.every((part) => pattern.test(part)) ? list : undefined;
}

function oneOf<T extends string>(allowed: readonly T[], raw: string): T | undefined {
  return allowed.find((value) => value === raw.toLowerCase());
}

/** Options that mean something to one provider only: documented in a table of their own. */
export function optionsOf<T extends Readonly<Record<string, Option<OptionType, unknown>>>>(
  provider: VipType,
  own: T,
): T {
  return Object.fromEntries(Object.entries(own).map(([name, one]) => [name, { ...one, provider }])) as unknown as T;
}

/** Passwords and keys of a whole fleet: nothing of it goes over a network in the clear. */
function readEndpoints(raw: string): readonly string[] | undefined {
  const list = raw.split(',').map((part) => part.trim().replace(/\/$/, ''));
  const isUsable = (text: string): boolean => {
    if (!/^https?:\/\/[^\s/?#@]+:\d{1,5}$/.test(text) || !URL.canParse(text)) return false;
    const { protocol, hostname } = new URL(text);
    return protocol === 'https:' || /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/.test(hostname);
  };
  return list.every(isUsable) && new Set(list).size === list.length ? list : undefined;
}

function hasUserInfo({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}
