import type { OptionSet } from '../../config/options.ts';
import type { Cidr } from '../../config/optionTypes.ts';
import type { Shell } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { asFailure, oneLine } from '../../errors/message.ts';
import { ArmedCommands } from '../ArmedCommands.ts';
import { hostAddresses, type HostAddresses } from '../hostAddresses.ts';
import type { Beforehand, VipHost } from '../Provider.ts';
import type { MetalTools } from './MetalTools.ts';
import { lookScript, surveyScript } from './scripts.ts';

/** A host with what was found on it. */
export interface MetalHost {
  readonly name: string;
  readonly file: string;
  readonly settings: OptionSet;
  readonly cidr: Cidr;
  readonly shell: Shell;
  readonly ip: string;
  readonly arping: { readonly path: string; readonly kind: string } | null;
  readonly ss: string | null;
  /** What to do when a program is refused. */
  readonly rightsHint: string;
  /** The limit of one command, in ms. */
  limit(): number;
  /** Runs one of scripts.ts with the value of requires_sudo as first parameter. */
  script(text: string, parameters: readonly string[]): Promise<Answer>;
  /**
   * Has the host begin the same script with the same parameters already; the next script() of them only says the word.
   */
  arm(text: string, parameters: readonly string[]): void;
  /** What was found when the host was first looked at, as lookScript tells it; only the first call gets it. */
  takeFirstLook(): Answer | null;
}

/** What a script printed: its `key=value` lines, and the addresses where it lists them. */
export interface Answer {
  get(key: string): string | undefined;
  has(key: string): boolean;
  readonly lines: ReadonlyMap<string, string>;
  /** @throws Failure `address` when the script did not list them. */
  addresses(): HostAddresses;
}

/** Connects and looks where the programs are. @throws Failure `config`, `ssh`, `address` or `deadline`. */
export async function metalHost(
  host: VipHost,
  { budget, clock }: Pick<MetalTools, 'budget' | 'clock'>,
): Promise<MetalHost> {
  const { options } = host.settings;
  const cidr = options.writer_vip_cidr;
  if (cidr === undefined)
    throw new Failure('config', `${host.settings.file}: [${host.name}] writer_vip_cidr is missing`);
  const limit = (): number => budget.limit(options.step_timeout * 1000);
  const shell = await host.shell();
  const argvOf = (text: string, parameters: readonly string[]): readonly string[] =>
    commandOf(options, text, parameters);
  const armed = new ArmedCommands(shell, clock);
  const script = async (text: string, parameters: readonly string[]): Promise<Answer> => {
    const result = await armed.run(argvOf(text, parameters), limit);
    if (result.code !== 0) {
      throw new Failure(
        'address',
        `${host.name}: a command on the host failed (exit ${result.code}): ${oneLine(result.stderr).slice(0, 200)}`,
      );
    }
    return answer(host.name, result.stdout);
  };
  const [found, look] = await Promise.all([
    script(surveyScript, []),
    script(lookScript, firstLook(cidr)).catch(asFailure),
  ]);
  const ip = found.get('ip');
  if (ip === undefined)
    throw new Failure('address', `${host.name}: there is no ip command`, {
      hint: 'install the package iproute2 there',
    });
  if (options.requires_sudo && !found.has('sudo')) {
    throw new Failure('address', `${host.name}: there is no sudo, but requires_sudo is set`, {
      hint:
        `install sudo there, or set requires_sudo = no for it in ${host.settings.file} and let MHA's ssh_user ` +
        'be root',
    });
  }
  if (look instanceof Failure) throw look;
  let first: Answer | null = look;
  const arping = found.get('arping');
  const ss = found.get('ss') ?? null;
  return {
    name: host.name,
    file: host.settings.file,
    settings: options,
    cidr,
    shell,
    ip,
    arping: arping === undefined ? null : { path: arping, kind: found.get('arping_kind') ?? 'iputils' },
    ss,
    rightsHint: options.requires_sudo
      ? `let the SSH user run ${[ip, arping, ss].filter(Boolean).join(', ')} with sudo and no password ` +
        '(mha-helper sudoers prints the rules)'
      : "let MHA's ssh_user be root, or set requires_sudo = yes and allow it ip, arping and ss",
    limit,
    script,
    arm: (text, parameters) => armed.arm(argvOf(text, parameters), limit()),
    takeFirstLook() {
      const taken = first;
      first = null;
      return taken;
    },
  };
}

/** What metalHost() runs on a host. */
export function beforehand(options: OptionSet): Beforehand {
  const cidr = options.writer_vip_cidr;
  if (cidr === undefined) return { lasting: [], looks: [] };
  return { lasting: [commandOf(options, surveyScript, [])], looks: [commandOf(options, lookScript, firstLook(cidr))] };
}

/** Before it is known where ip is. */
function firstLook({ family, address }: Cidr): readonly string[] {
  return ['ip', String(family), address];
}

function commandOf(options: OptionSet, text: string, parameters: readonly string[]): readonly string[] {
  return ['sh', '-c', text, 'sh', options.requires_sudo ? 'sudo' : '', ...parameters];
}

function answer(label: string, text: string): Answer {
  const marker = 'addresses:\n';
  const at = text.indexOf(marker);
  const lines = keyValues(at < 0 ? text : text.slice(0, at));
  return {
    lines,
    get: (key) => lines.get(key),
    has: (key) => lines.has(key),
    addresses: () => hostAddresses(label, at < 0 ? '' : text.slice(at + marker.length)),
  };
}

/** `key=value` lines; a line without a key belongs to the value before it. */
function keyValues(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let last = '';
  for (const line of text.split('\n')) {
    const match = /^([a-z_]+|\/[\w./-]+)=(.*)$/.exec(line);
    if (match?.[1] !== undefined) {
      last = match[1];
      found.set(last, match[2] ?? '');
    } else if (last !== '' && line !== '') {
      found.set(last, `${found.get(last) ?? ''} ${line}`);
    }
  }
  return found;
}
