// Where an address stands in the network configuration of a host, so that the host takes it when it starts. Pure but
// for the reading. Only what gives the host an address counts: not gateways, name servers or routes.
import { isIP, isIPv4 } from 'node:net';
import type { Shell } from '../../../context/Context.ts';
import { sameAddress } from '../../../vip/hostAddresses.ts';
import { readHostFiles, type HostFile } from './hostFiles.ts';

export interface NetworkPlace {
  readonly path: string;
  readonly line: number;
}

/** Lines, from 1, that give the host an address, with what they give: `192.168.1.5/24`, `fd00::5`. */
type Scanner = (lines: readonly string[]) => readonly { readonly line: number; readonly given: string }[];

interface Kind {
  readonly patterns: readonly string[];
  readonly isOne: (path: string) => boolean;
  readonly scan: Scanner;
}

const limitMs = 10_000;
const interfaces = '/etc/network/interfaces';

const kinds: readonly Kind[] = [
  // What it sources may stand anywhere: a file that is none of the others.
  { patterns: [interfaces], isOne: () => false, scan: ifupdown },
  { patterns: ['/etc/netplan/*.yaml'], isOne: (path) => path.startsWith('/etc/netplan/'), scan: netplan },
  {
    patterns: ['/etc/NetworkManager/system-connections/*'],
    isOne: (path) => path.startsWith('/etc/NetworkManager/'),
    scan: networkManager,
  },
  {
    patterns: ['/etc/systemd/network/*.network', '/etc/systemd/network/*.network.d/*.conf'],
    isOne: (path) => path.startsWith('/etc/systemd/network/'),
    scan: networkd,
  },
  {
    // Red Hat and SUSE; what an editor or a package leaves is not read there either.
    patterns: ['/etc/sysconfig/network-scripts/ifcfg-*', '/etc/sysconfig/network/ifcfg-*'],
    isOne: (path) => path.startsWith('/etc/sysconfig/'),
    scan: ifcfg,
  },
];

/** @throws Failure as readHostFiles() */
export async function readNetworkFiles(shell: Shell): Promise<readonly HostFile[]> {
  const first = await readHostFiles(
    shell,
    kinds.flatMap(({ patterns }) => patterns),
    limitMs,
  );
  const sourced = first.flatMap(({ path, text }) => (path === interfaces && text !== null ? sourcedBy(text) : []));
  const more = await readHostFiles(shell, sourced, limitMs);
  return [...first, ...more].filter(({ path }) => !/(?:~|\.(?:bak|old|orig|rpmnew|rpmorig|rpmsave))$/.test(path));
}

/** `source` and `source-directory` of interfaces(5). */
function sourcedBy(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [, word, pattern = ''] = /^\s*(source|source-directory)\s+(\S+)/.exec(line) ?? [];
    if (word === undefined) return [];
    const path = pattern.startsWith('/') ? pattern : `/etc/network/${pattern}`;
    return [word === 'source' ? path : `${path.replace(/\/+$/, '')}/*`];
  });
}

/** @param address an IPv4 or IPv6 address. Files that could not be read are told apart by the caller */
export function placesOf(files: readonly HostFile[], address: string): readonly NetworkPlace[] {
  return files.flatMap(({ path, text }) => {
    if (text === null) return [];
    const scan = kinds.find(({ isOne }) => isOne(path))?.scan ?? ifupdown;
    return scan(text.split('\n'))
      .filter(({ given }) => isSame(given, address))
      .map(({ line }) => ({ path, line }));
  });
}

function isSame(given: string, address: string): boolean {
  const [own = ''] = given.replace(/^(['"])(.*)\1$/, '$2').split('/');
  return isIP(own) !== 0 && isIPv4(own) === isIPv4(address) && sameAddress(own, address);
}

/** Each line on its own. */
function lineByLine(given: (line: string) => readonly string[]): Scanner {
  return (lines) => lines.flatMap((line, index) => given(line).map((one) => ({ line: index + 1, given: one })));
}

/** A comment is a line of its own. Commands that are run when the interface goes down take an address away. */
function ifupdown(lines: readonly string[]): ReturnType<Scanner> {
  return lineByLine((line) => {
    const words = line.trim().split(/\s+/);
    const [keyword = ''] = words;
    if (keyword === 'address') return words.slice(1, 2);
    if (!['up', 'pre-up', 'post-up'].includes(keyword)) return [];
    const [, added] = /\bip\s.*\baddr\w*\s+(?:add|replace|change)\s+(?:local\s+)?(\S+)/.exec(line) ?? [];
    const [, set] = /\bifconfig\s+\S+\s+(?:(?:add|inet6?)\s+)*(\S+)/.exec(line) ?? [];
    return [...(added === undefined ? [] : [added]), ...(set === undefined ? [] : [set])];
  })(lines);
}

/** Lists below `addresses:` of an interface, in block or flow style; not those of `nameservers:`. */
function netplan(lines: readonly string[]): ReturnType<Scanner> {
  const found: { line: number; given: string }[] = [];
  /** Keys that the line stands below, with their indentation. */
  let above: { readonly indent: number; readonly key: string }[] = [];
  /** Flow style over several lines. */
  let open = false;
  for (const [index, raw] of lines.entries()) {
    const text = raw.replace(/(^|\s)#.*$/, '').replace(/nameservers["']?\s*:\s*\{[^}]*\}/g, '');
    if (text.trim() === '') continue;
    const isItem = /^\s*-\s/.test(text);
    const indent = text.search(/\S/);
    if (!open) above = above.filter((one) => one.indent < indent || (isItem && one.indent === indent));
    const keys = [...text.matchAll(/([\w.-]+)["']?\s*:(?=\s|$)/g)].map(([, key = '']) => key);
    const [own] = keys;
    if (own !== undefined && !isItem && !open) above.push({ indent, key: own });
    const path = [...above.map(({ key }) => key), ...keys];
    const isAddress = path.includes('addresses') && !path.includes('nameservers');
    const listed = path.at(-1) === 'addresses' || isItem || open || /addresses["']?\s*:\s*[[{]/.test(text);
    if (isAddress && listed) {
      const value = text.replace(/^.*?addresses["']?\s*:/, '').replace(/^\s*-\s+/, '');
      for (const word of value.split(/[\s,[\]{}]+/)) {
        const given = word.replace(/:$/, '').replace(/["']/g, '');
        if (given !== '') found.push({ line: index + 1, given });
      }
    }
    const brackets = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
    open = open ? brackets(/\]/g) <= brackets(/\[/g) : brackets(/\[/g) > brackets(/\]/g);
  }
  return found;
}

/** Values of a key in one of these sections; a comment is a line of its own. */
function inSections(sections: RegExp, keys: RegExp, given: (value: string) => readonly string[]): Scanner {
  return (lines) => {
    let section = '';
    return lines.flatMap((line, index) => {
      const text = line.trim();
      section = /^\[(.*)\]$/.exec(text)?.[1] ?? section;
      const [, key = '', value = ''] = /^([^#;=][^=]*?)\s*=\s*(.*)$/.exec(text) ?? [];
      if (!sections.test(section) || !keys.test(key)) return [];
      return given(value).map((one) => ({ line: index + 1, given: one }));
    });
  };
}

/** `address1=192.168.1.5/24,192.168.1.1`, where the second is the gateway; older ones have `;` or `addresses1`. */
function networkManager(lines: readonly string[]): ReturnType<Scanner> {
  return inSections(/^ipv[46]$/, /^address(?:es)?\d*$/, (value) => value.split(/[,;]/).slice(0, 1))(lines);
}

function networkd(lines: readonly string[]): ReturnType<Scanner> {
  return inSections(/^(?:Network|Address)$/, /^Address$/, (value) => value.split(/\s+/))(lines);
}

/** IPADDR, IPADDR0, IPADDR_1, IPV6ADDR, IPV6ADDR_SECONDARIES: words of a shell. */
function ifcfg(lines: readonly string[]): ReturnType<Scanner> {
  return lineByLine((line) => {
    const [, value] =
      /^\s*(?:export\s+)?(?:IPADDR\w*|IPV6ADDR(?:_SECONDARIES)?)=("[^"]*"|'[^']*'|[^\s#]*)/.exec(line) ?? [];
    return value === undefined ? [] : value.replace(/["']/g, '').split(/\s+/);
  })(lines);
}
