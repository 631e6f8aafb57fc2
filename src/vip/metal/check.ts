import type { HostAddresses } from '../hostAddresses.ts';
import type { MetalHost } from './host.ts';
import type { Finding } from '../Provider.ts';
import { frostCommands, privilegedCommands, type CommandLine } from './privileged.ts';
import { rightsScript } from './scripts.ts';

/** Looks for all that would make releasing or assigning the address fail on this host. Changes nothing. */
export async function checkMetal(
  host: MetalHost,
  address: string,
  found: HostAddresses,
  announces: boolean,
  probesFrom: 'none' | 'own' = 'none',
  isFrozen = false,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const name = host.settings.cluster_interface ?? '';
  if (!found.interfaces.has(name)) {
    findings.push({
      severity: 'error',
      text: `${host.name}: there is no network interface '${name}' (there are: ${[...found.interfaces].join(', ')})`,
      hint: `set cluster_interface for ${host.name} in ${host.file}`,
    });
  }
  const needsArping = announces && host.settings.requires_arping && host.cidr.family === 4;
  const wanted = [
    host.ip,
    ...(host.arping === null || !needsArping ? [] : [host.arping.path]),
    ...(host.ss === null ? [] : [host.ss]),
  ];
  const { denied: rights, isWide } = await askForRights(
    host,
    privilegedCommands(host, announces, probesFrom).filter(([program = '']) => wanted.includes(program)),
  );
  if (isWide) {
    findings.push({
      severity: 'note',
      text:
        `${host.name}: sudo lets the SSH user run ${host.ip} with any arguments, which makes it root there ` +
        '(ip netns exec, ip -batch)',
      hint: 'mha-helper sudoers prints a rule with the exact commands',
    });
  }
  const staying = `clients connected to ${address} will not be disconnected when it moves`;
  const frost = announces ? await frostRefusal(host) : null;
  // What ss lacks is said below.
  if (frost !== null && host.ss !== null && !rights.has(host.ss) && !rights.has(host.ip)) {
    findings.push({
      severity: 'warning',
      text:
        `${host.name}: ${frost}; in a planned switch clients are disconnected before the new master has ` +
        `${address}, and may lose a second`,
      hint: 'mha-helper sudoers prints the rules',
    });
  }
  for (const program of wanted.filter((candidate) => rights.has(candidate))) {
    findings.push({
      severity: program === host.ip ? 'error' : 'warning',
      text: `${host.name}: ${rights.get(program) ?? ''}` + (program === host.ss ? `; ${staying}` : ''),
      hint: host.rightsHint,
    });
  }
  if (needsArping && host.arping === null) {
    findings.push({
      severity: 'warning',
      text: `${host.name}: arping is not installed; only the kernel will tell the network that ${address} has moved`,
      hint: 'install iputils-arping (or arping) there, or set requires_arping = no',
    });
  }
  if (host.ss === null) {
    findings.push({
      severity: 'warning',
      text: `${host.name}: ss is not installed; clients connected to ${address} will not be disconnected when it moves`,
      hint: 'install the package iproute2 there',
    });
  }
  for (const held of isFrozen ? [] : found.find(address).filter((one) => one.interface !== name)) {
    findings.push({
      severity: 'warning',
      text: `${host.name}: the writer address ${address} is on ${held.interface}, not on ${name}`,
      hint: `is cluster_interface right in ${host.file}?`,
    });
  }
  return findings;
}

/** Why connections cannot be frozen on this host, in words; null where they can. Asked once. */
export function frostRefusal(host: MetalHost): Promise<string | null> {
  const known = frostRefusals.get(host) ?? askForFrost(host);
  frostRefusals.set(host, known);
  return known;
}

const frostRefusals = new WeakMap<MetalHost, Promise<string | null>>();

async function askForFrost(host: MetalHost): Promise<string | null> {
  const reset = privilegedCommands(host, false, 'none').filter(([program]) => program === host.ss);
  const commands = [...frostCommands(host), ...reset];
  if (commands.length === 0) return 'ss is not installed there';
  const { denied } = await askForRights(host, commands);
  return [...denied.values()][0] ?? null;
}

/** @returns why a program is refused, in words; and whether ip may do anything */
async function askForRights(
  host: MetalHost,
  commands: readonly CommandLine[],
): Promise<{ readonly denied: ReadonlyMap<string, string>; readonly isWide: boolean }> {
  const { lines } = await host.script(rightsScript, [host.ip, ...commands.map((command) => command.join(' '))]);
  const why = (program: string, lacks: string): string => {
    if (lacks === 'root') return `the SSH user is not root and requires_sudo is no, so ${program} will be refused`;
    const one = /^part (.*)/.exec(lacks)?.[1];
    return `sudo does not let the SSH user run ${one === undefined ? program : JSON.stringify(one)} without a password`;
  };
  const programs = new Set(commands.map(([program]) => program));
  const denied = new Map(
    [...lines].filter(([program]) => programs.has(program)).map(([program, lacks]) => [program, why(program, lacks)]),
  );
  return { denied, isWide: lines.get('wide') === 'yes' };
}
