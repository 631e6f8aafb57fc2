// What the table of options says of each value, and the rules between options.
import { ifAny } from '../errors/message.ts';
import { isHostName } from './hostName.ts';
import { nearest } from './nearest.ts';
import { optionNames, options, type HostSettings, type OptionName, type OptionSet, type Origin } from './options.ts';
import { optionTypes } from './optionTypes.ts';
import { defaultSection, parseConfig, type ParsedOption, type ParsedSection } from './parse.ts';
import { sizeProblem, type Problem } from './problems.ts';
import { addressProblem, clusterProblems, clusterWarnings } from './rules.ts';
import { isSecret } from './showValue.ts';

/** One configuration file: one replication cluster. */
export interface Cluster {
  /** The file's name without .conf. */
  readonly name: string;
  readonly file: string;
  /** In the order of the file. */
  readonly hosts: readonly HostSettings[];
}

export interface ClusterReading {
  /** Hosts that have a section, whatever else is wrong with the file. */
  readonly hostNames: readonly string[];
  /** Undefined when there are problems. */
  readonly cluster: Cluster | undefined;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** A value that was read; `value` is undefined for an option that is set to nothing, and for a bad one. */
interface Setting {
  readonly value: unknown;
  readonly line: number;
  readonly origin: Origin;
  /** What is wrong with it, with its section; null when nothing is. */
  readonly problem: string | null;
}

type Settings = ReadonlyMap<OptionName, Setting>;

/** A hook has no time for a file that is none of a cluster. */
const mostSections = 1_000;

/** Reads the text of one cluster's file. Never throws: all that is wrong with it is in `problems`. */
export function readCluster(file: string, text: string): ClusterReading {
  const tooLarge = sizeProblem(text);
  if (tooLarge !== null) return { hostNames: [], cluster: undefined, problems: [{ text: tooLarge }], warnings: [] };
  const parsed = parseConfig(text);
  if (parsed.sections.size > mostSections) {
    const hostNames = [...parsed.sections.keys()].filter(isHostName);
    const what = `there are ${parsed.sections.size} sections, and a cluster has at most ${mostSections}`;
    return { hostNames, cluster: undefined, problems: [{ text: what }], warnings: [] };
  }
  const problems: Problem[] = [...parsed.problems];
  const warnings: Problem[] = [...parsed.warnings];
  const name = (file.split('/').at(-1) ?? file).replace(/\.conf$/, '');
  const hosts: HostSettings[] = [];
  const unusable = new Map<string, ReadonlySet<OptionName>>();
  const defaults = readSection(parsed.sections.get(defaultSection), warnings);
  const bad = [...defaults.values()].filter(isWrong);
  const used = new Set<Setting>();
  for (const section of parsed.sections.values()) {
    if (section.name === defaultSection) continue;
    if (!isHostName(section.name)) {
      warnings.push({ line: section.line, text: `[${section.name}] is not a host name and is ignored` });
      continue;
    }
    const own = readSection(section, warnings);
    const settings = new Map([...defaults, ...own]);
    const host = settingsOf(name, file, section.name, settings);
    hosts.push(host);
    const wrong = [...settings].filter(([, setting]) => isWrong(setting));
    unusable.set(section.name, new Set(wrong.map(([option]) => option)));
    for (const [option, setting] of wrong) if (isLookedAt(option, host, settings)) used.add(setting);
    bad.push(...[...own.values()].filter(isWrong));
  }
  for (const setting of bad) {
    const { line, problem } = setting;
    if (used.has(setting)) problems.push({ line, text: problem ?? '' });
    else warnings.push({ line, text: `${problem ?? ''}; it is not looked at` });
  }
  problems.push(...addressAskedForInVain(parsed.sections, hosts));
  if (hosts.length === 0 && parsed.problems.length === 0) {
    problems.push({
      text:
        "there is no section for a host; each host of the cluster needs one, named as in MHA's configuration, " +
        'for instance [db10]',
    });
  }
  problems.push(...clusterProblems(hosts, unusable));
  if (problems.length === 0) warnings.push(...clusterWarnings(hosts));
  const hostNames = hosts.map((host) => host.host);
  return { hostNames, cluster: problems.length === 0 ? { name, file, hosts } : undefined, problems, warnings };
}

function isWrong({ problem }: Setting): boolean {
  return problem !== null;
}

/** Whether anything uses it on a host. An option that no provider uses there may hold what it likes. */
function isLookedAt(name: OptionName, { options: set }: HostSettings, settings: Settings): boolean {
  if (settings.get('vip_type')?.problem != null) return true;
  const { provider } = options[name];
  if (provider !== undefined) return set.vip_type === provider;
  return !ofTheAddress.has(name) || set.vip_type !== 'none';
}

const ofTheAddress: ReadonlySet<OptionName> = new Set(['writer_vip_cidr', 'cluster_interface']);

/** Until 2015 the helper had manage_vip and writer_vip: a file of then asks for an address and would not get it. */
function addressAskedForInVain(
  sections: ReadonlyMap<string, ParsedSection>,
  hosts: readonly HostSettings[],
): readonly Problem[] {
  if (hosts.every(({ origins }) => origins.vip_type !== 'default')) return [];
  for (const { name, options: written } of sections.values()) {
    const [manage, address] = [written.get('manage_vip'), written.get('writer_vip')];
    if (manage !== undefined && optionTypes.yesno.read(manage.value) === false) continue;
    const asking = address ?? manage;
    if (asking === undefined) continue;
    const what = `[${name}] ${address === undefined ? 'manage_vip' : 'writer_vip'} is an option of before 2015`;
    return [
      {
        line: asking.line,
        text:
          `${what}, and the address would not be managed: set vip_type (metal), writer_vip_cidr ` +
          `(${address?.value ?? '192.168.10.155'}/24) and cluster_interface instead; or vip_type = none`,
      },
    ];
  }
  return [];
}

function readSection(section: ParsedSection | undefined, warnings: Problem[]): Settings {
  const settings = new Map<OptionName, Setting>();
  if (section === undefined) return settings;
  const isHost = section.name !== defaultSection;
  for (const [name, written] of section.options) {
    if (!isOptionName(name)) {
      const near = nearest(name, optionNames);
      warnings.push({
        line: written.line,
        text: `[${section.name}] unknown option ${name} is ignored` + ifAny('; did you mean ', near, '?'),
      });
      continue;
    }
    const problem =
      isHost && !options[name].perHost
        ? `[${section.name}] ${name}: it holds for the whole cluster and can only stand in [${defaultSection}]`
        : (valueProblem(section.name, name, written) ?? null);
    const isRead = problem === null && written.value !== '';
    const value = isRead ? optionTypes[options[name].type].read(written.value) : undefined;
    settings.set(name, { value, line: written.line, origin: isHost ? 'host section' : '[default]', problem });
  }
  return settings;
}

function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(options, name);
}

// In words what is wrong with a value. An option without a default may be set to nothing: a host's way to unset it.
function valueProblem(section: string, name: OptionName, written: ParsedOption): string | undefined {
  const { type, default: fallback } = options[name];
  const { allowed } = optionTypes[type];
  const shown = (
    `[${section}] ${name} = ` +
    `${isSecret(name) && written.value !== '' ? '(not shown)' : withoutUserInfo(written.value).replaceAll('\n', '\\n')}`
  ).trimEnd();
  if (written.value === '') return fallback === undefined ? undefined : `${shown} (empty): must be ${allowed}`;

  const value = optionTypes[type].read(written.value);
  if (value === undefined) {
    const comment = /\s#/.test(written.value) ? "; a comment after a value begins with ' ;', not with #" : '';
    return `${shown}: must be ${allowed}${comment}`;
  }
  const address = name === 'writer_vip_cidr' ? addressProblem(written.value) : undefined;
  if (address !== undefined) return `${shown}: ${address}`;
  if (name === 'report_from' && Array.isArray(value) && value.length > 1) return `${shown}: must be one mail address`;
  return undefined;
}

function withoutUserInfo(value: string): string {
  return value.replace(/^(\w+:\/\/).*@/s, '$1(not shown)@');
}

function settingsOf(cluster: string, file: string, host: string, settings: Settings): HostSettings {
  const entries = <T>(of: (name: OptionName, setting: Setting | undefined) => T): [OptionName, T][] =>
    optionNames.map((name) => [name, of(name, settings.get(name))]);
  return {
    cluster,
    file,
    host,
    options: Object.fromEntries(
      entries((name, setting) => (setting === undefined ? options[name].default : setting.value)),
    ) as unknown as OptionSet,
    origins: Object.fromEntries(entries((_, setting) => setting?.origin ?? 'default')) as HostSettings['origins'],
    lines: Object.fromEntries([...settings].map(([name, setting]) => [name, setting.line])),
  };
}
