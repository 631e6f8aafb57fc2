// MHA's application file (app.cnf) and its global file, as MHA::Config 0.58 (parse_server, read_config) puts them
// together: a server's own value, else that of [server default], else that of the global file's, else MHA's default.
import type { Files } from '../context/Context.ts';
import { configFailure, ConfigFailure, fileErrorText, problemLine, type Problem } from '../config/problems.ts';
import { blockProblems, duplicates, noServer, serverProblems, unknownParameters } from './applicationProblems.ts';
import { parseConfigTiny, type Block, type TinyFile } from './configTiny.ts';
import { refuseOwnConfiguration } from './ownConfiguration.ts';
import { suspiciousValues } from './suspiciousValues.ts';
import { effectiveValues, noValues, type Values } from './parameters.ts';

export interface ApplicationServer {
  /** Name of its block, for instance `server1`. */
  readonly id: string;
  readonly hostname: string;
  readonly ip?: string;
  readonly port: number;
  readonly sshHost?: string;
  readonly sshPort: number;
  /** Undefined: the user that runs MHA. */
  readonly sshUser?: string;
  readonly user: string;
  readonly password: string;
  /** The account that replicas log in with; undefined: MHA takes what they have. */
  readonly replUser?: string;
  readonly replPassword?: string;
  readonly candidateMaster: boolean;
  readonly noMaster: boolean;
  readonly ignoreFail: boolean;
  /** On the host: where its binary logs are, the first that has them counts. */
  readonly binlogDirectories: readonly string[];
  /** On the host: where MHA writes what a recovery needs. */
  readonly remoteWorkdir: string;
  /** On the host: where mysqlbinlog is, when it is not in PATH. */
  readonly clientBindir?: string;
  /** How MHA looks whether the master lives, where it is not MHA's default, SELECT. */
  readonly pingType?: string;
  /** A replica that is late may become the master: MHA asks it of the one that has received most. */
  readonly anyDelay: boolean;
  readonly scripts: Scripts;
}

/** Command lines, as MHA gives them to `sh`. */
export interface Scripts {
  readonly masterIpFailover?: string;
  readonly masterIpOnlineChange?: string;
  readonly report?: string;
  readonly shutdown?: string;
  readonly secondaryCheck?: string;
}

export interface ApplicationConfig {
  readonly file: string;
  /** Names the files in the manager's work directory: `<name>.failover.complete` and others. */
  readonly name: string;
  /** In MHA's order. */
  readonly servers: readonly [ApplicationServer, ...ApplicationServer[]];
  /**
   * [binlogN]: hosts that have copies of the binary logs, read over SSH. MHA does not ask that they have a hostname.
   */
  readonly binlogServers: readonly ApplicationServer[];
  /** Of the first server, whose values MHA takes for the manager. */
  readonly managerWorkdir: string;
  /** Undefined: the manager logs to its standard error. */
  readonly managerLog?: string;
  readonly scripts: Scripts;
  /** OpenSSH options that MHA adds to every SSH call, for all servers. */
  readonly sshOptions?: string;
  /** A program whose output changes [server default]; what it prints is not in these values. */
  readonly initConfLoadScript?: string;
  readonly warnings: readonly string[];
}

export interface ConfigText {
  readonly path: string;
  readonly text: string;
}

export const defaultGlobalFile = '/etc/masterha_default.cnf';

/**
 * Reads the application file and, where it exists, the global file.
 * @throws ConfigFailure when MHA could not use them
 */
export async function loadApplicationConfig(
  path: string,
  files: Files,
  globalPath: string = defaultGlobalFile,
): Promise<ApplicationConfig> {
  const read = async (file: string): Promise<ConfigText> => ({ path: file, text: await files.read(file) });
  const cannotRead =
    (file: string) =>
    (cause: unknown): never => {
      const why = fileErrorText(cause);
      throw new ConfigFailure(`cannot read MHA's configuration file ${file}: ${why}`, [`${file}: ${why}`], { cause });
    };
  const global = await read(globalPath).catch((error: unknown) =>
    isMissing(error) ? undefined : cannotRead(globalPath)(error),
  );
  const application = await read(path).catch(cannotRead(path));
  refuseOwnConfiguration(path, application.text);
  return readApplicationConfig(application, global);
}

/**
 * @throws ConfigFailure with everything in one of the files that stops MHA, or that makes no sense. Never with a
 *   password in it
 */
export function readApplicationConfig(application: ConfigText, global?: ConfigText): ApplicationConfig {
  const warnings: string[] = [];
  let inherited: Values = noValues;
  let globalBlock: Block | undefined;
  if (global !== undefined) {
    const parsed = parseConfigTiny(global.text);
    globalBlock = parsed.blocks.get('server default');
    refuse(global.path, [...parsed.problems, ...unknownParameters(globalBlock)]);
    warnings.push(...warningsOf(global.path, parsed, [globalBlock]));
    inherited = effectiveValues(globalBlock, noValues);
  }
  const parsed = parseConfigTiny(application.text);
  const defaultBlock = parsed.blocks.get('server default');
  const defaults = effectiveValues(defaultBlock, inherited);
  const blocks = inOrder(
    [...parsed.blocks.values()].filter(({ name }) => /^server\S/.test(name) && name !== 'server default'),
  );
  const servers = blocks.map((block) => ({ block, values: effectiveValues(block, defaults) }));
  refuse(application.path, [
    ...parsed.problems,
    ...blockProblems(parsed),
    ...servers.flatMap(({ block, values }) => serverProblems(block, values)),
    ...duplicates(servers),
  ]);
  warnings.push(...warningsOf(application.path, parsed, [...parsed.blocks.values()]));
  const [first, ...others] = servers.map(({ block, values }) => serverOf(block, values));
  const managed = servers[0]?.values;
  if (first === undefined || managed === undefined) throw configFailure(application.path, [{ text: noServer }]);
  const sshOptions = lastSshOptions([
    globalBlock,
    defaultBlock,
    ...byName([...parsed.blocks.values()].filter((block) => block !== defaultBlock)),
  ]);
  return {
    file: application.path,
    name: applicationName(application.path),
    servers: [first, ...others],
    binlogServers: byName([...parsed.blocks.values()].filter(({ name }) => /^binlog\S/.test(name)))
      .map((block) => serverOf(block, effectiveValues(block, defaults)))
      .filter(({ hostname, ip }) => hostname !== '' || ip !== undefined),
    managerWorkdir: managed.text('manager_workdir') ?? '/var/tmp',
    ...textsOf(managed, { managerLog: 'manager_log' }),
    scripts: scriptsOf(defaults),
    ...(sshOptions === undefined ? {} : { sshOptions }),
    ...textsOf(defaults, { initConfLoadScript: 'init_conf_load_script' }),
    warnings,
  };
}

function warningsOf(path: string, { warnings }: TinyFile, blocks: readonly (Block | undefined)[]): readonly string[] {
  return [...warnings, ...blocks.flatMap(suspiciousValues)].map((warning) => problemLine(path, warning));
}

/** The hosts of all servers, each once, in their order. */
export function hostsOf({ servers }: Pick<ApplicationConfig, 'servers'>): readonly string[] {
  return [...new Set(servers.map(({ hostname }) => hostname))];
}

/** The file's name without its last extension (FileStatus.pm, get_basename); `.cnf` alone gives the whole path. */
export function applicationName(path: string): string {
  const base = path.split('/').at(-1) ?? path;
  return base.replace(/\.[^.]*$/, '') || path;
}

function serverOf(block: Block, values: Values): ApplicationServer {
  const directories = values.text('master_binlog_dir') ?? '/var/lib/mysql,/var/log/mysql';
  return {
    ...textsOf(values, {
      ip: 'ip',
      sshHost: 'ssh_host',
      sshUser: 'ssh_user',
      clientBindir: 'client_bindir',
      pingType: 'ping_type',
      replUser: 'repl_user',
      replPassword: 'repl_password',
    }),
    id: block.name,
    hostname: values.text('hostname') ?? '',
    port: Number(values.get('port')),
    sshPort: Number(values.get('ssh_port')),
    // MHA escapes a user or password for its scripts only where Perl takes it for true: a `0` is passed as nothing.
    user: values.get('user') ?? '',
    password: values.get('password') ?? '',
    candidateMaster: values.text('candidate_master') !== undefined,
    noMaster: values.text('no_master') !== undefined,
    ignoreFail: values.text('ignore_fail') !== undefined,
    binlogDirectories: directories.replace(/\s/g, '').split(','),
    remoteWorkdir: values.text('remote_workdir') ?? '/var/tmp',
    anyDelay: ['', '0'].includes(values.get('check_repl_delay') ?? '1'),
    scripts: scriptsOf(values),
  };
}

function scriptsOf(values: Values): Scripts {
  return textsOf(values, {
    masterIpFailover: 'master_ip_failover_script',
    masterIpOnlineChange: 'master_ip_online_change_script',
    report: 'report_script',
    shutdown: 'shutdown_script',
    secondaryCheck: 'secondary_check_script',
  });
}

/** Those of the parameters that are set. @param names by what they are called here */
function textsOf<K extends string>(values: Values, names: Readonly<Record<K, string>>): Partial<Record<K, string>> {
  const texts = Object.entries<string>(names).map(([key, name]) => [key, values.text(name)] as const);
  return Object.fromEntries(texts.filter(([, text]) => text !== undefined)) as Partial<Record<K, string>>;
}

// By the number in the block's name where every name has one, else by name.
function inOrder(blocks: readonly Block[]): readonly Block[] {
  const sorted = byName(blocks);
  const number = (block: Block): number => Number(/^server\D*(\d+)/.exec(block.name)?.[1] ?? NaN);
  return sorted.some((block) => Number.isNaN(number(block))) ? sorted : sorted.sort((a, b) => number(a) - number(b));
}

function byName(blocks: readonly Block[]): Block[] {
  return [...blocks].sort((a, b) => (a.name < b.name ? -1 : 1));
}

// MHA keeps ssh_options in one place for all servers: those that it reads last count everywhere.
function lastSshOptions(blocks: readonly (Block | undefined)[]): string | undefined {
  return blocks
    .map((block) => block?.parameters.get('ssh_options')?.value.replace(/['"]/g, ''))
    .findLast((value) => value !== undefined && value !== '' && value !== '0');
}

function refuse(file: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw configFailure(file, problems);
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
