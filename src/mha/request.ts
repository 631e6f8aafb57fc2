// What MHA asks of a hook, from its arguments. Facts: MasterRotate.pm, MasterFailover.pm, MasterMonitor.pm, and
// get_ssh_args_if of Server.pm. User names and passwords come escaped, hosts and SSH users do not.
import { Failure } from '../errors/errors.ts';
import { readArguments, type Arguments } from './arguments.ts';
import { ArgumentChecker } from './argumentChecker.ts';
import type { Passwords } from './passwords.ts';

/** A server as MHA names it. SSH facts are given only where they differ from host, ip and 22. */
export interface HostEnd {
  /** As written in MHA's configuration. */
  readonly host: string;
  readonly ip: string;
  readonly port: number;
  readonly sshUser?: string;
  readonly sshHost?: string;
  readonly sshIp?: string;
  readonly sshPort?: number;
}

/** A server with the account that MHA uses on it. */
export interface MasterEnd extends HostEnd {
  readonly user: string;
  readonly password: string;
}

interface Common {
  /** MHA's `--ssh_options`: OpenSSH command line options, verbatim. */
  readonly sshOptions?: string;
}

export interface OnlineRequest extends Common {
  readonly command: 'stop' | 'start';
  readonly orig: MasterEnd;
  readonly new: MasterEnd;
  /** The original master becomes a replica of the new one. */
  readonly origIsNewSlave: boolean;
}

export type HardRequest =
  | (Common & { readonly command: 'status' | 'stop' | 'stopssh'; readonly orig: HostEnd })
  | (Common & { readonly command: 'start'; readonly orig: HostEnd; readonly new: MasterEnd });

export interface ReportRequest {
  readonly origHost: string;
  /** Not there when the failover failed. */
  readonly newHost?: string;
  readonly newSlaveHosts: readonly string[];
  /** Path of MHA's application file. */
  readonly conf: string;
  readonly subject: string;
  readonly body: string;
}

export interface Parsed<T> {
  readonly request: T;
  /** One line each, without values. */
  readonly warnings: readonly string[];
}

const endNames = ['host', 'ip', 'port', 'user', 'password', 'ssh_user', 'ssh_host', 'ssh_ip', 'ssh_port'];
const masterNames = new Set([
  'command',
  'ssh_user',
  'ssh_options',
  ...['orig', 'new'].flatMap((end) => endNames.map((name) => `${end}_master_${name}`)),
]);
const masterFlags = new Set(['orig_master_is_new_slave']);
const reportNames = new Set(['orig_master_host', 'new_master_host', 'new_slave_hosts', 'conf', 'subject', 'body']);

const endUsage = (end: string): string =>
  `--${end}_master_host=HOST --${end}_master_ip=ADDRESS --${end}_master_port=PORT`;
const accountUsage = (end: string): string => `--${end}_master_user=USER --${end}_master_password=PASSWORD`;

/** Arguments of master_ip_online_change_script. @throws Failure `usage` with everything that is wrong */
export function readOnlineRequest(argv: readonly string[], passwords?: Passwords): Parsed<OnlineRequest> {
  const args = readArguments(argv, masterNames, masterFlags);
  const check = new ArgumentChecker(args, passwords);
  const command = check.oneOf('command', ['stop', 'start']);
  const request: OnlineRequest = {
    command,
    orig: masterEnd(check, 'orig', check.userName('orig_master_ssh_user')),
    new: masterEnd(check, 'new', check.userName('new_master_ssh_user')),
    origIsNewSlave: args.flags.has('orig_master_is_new_slave'),
    ...common(args),
  };
  const ends = ['orig', 'new'].map((end) => `${endUsage(end)} ${accountUsage(end)} --${end}_master_ssh_user=USER`);
  refuse(check, 'the planned switch', `--command=stop|start ${ends.join(' ')}`);
  return { request, warnings: args.warnings };
}

/**
 * Arguments of master_ip_failover_script. `--ssh_user` is the new master's with `start`, else the original's.
 * @throws Failure `usage`
 */
export function readHardRequest(argv: readonly string[], passwords?: Passwords): Parsed<HardRequest> {
  const args = readArguments(argv, masterNames, masterFlags);
  const check = new ArgumentChecker(args, passwords);
  const command = check.oneOf('command', ['status', 'stop', 'stopssh', 'start']);
  let request: HardRequest;
  if (command === 'start') {
    const orig = hostEnd(check, 'orig', check.optionalUserName('orig_master_ssh_user'));
    const sshUser = check.optionalUserName('new_master_ssh_user') ?? check.userName('ssh_user');
    request = { command, orig, new: masterEnd(check, 'new', sshUser), ...common(args) };
    refuse(
      check,
      'the failover (--command=start)',
      `--command=start --ssh_user=USER ${endUsage('orig')} ${endUsage('new')} ${accountUsage('new')}`,
    );
  } else {
    // MHA cannot name a user for a host that does not answer SSH.
    const sshUser =
      check.optionalUserName('orig_master_ssh_user') ??
      (command === 'stop' ? check.optionalUserName('ssh_user') : check.userName('ssh_user'));
    request = { command, orig: hostEnd(check, 'orig', sshUser), ...common(args) };
    refuse(check, 'the failover', `--command=status|stop|stopssh|start [--ssh_user=USER] ${endUsage('orig')}`);
  }
  return { request, warnings: args.warnings };
}

/** Arguments of report_script. @throws Failure `usage` */
export function readReportRequest(argv: readonly string[]): Parsed<ReportRequest> {
  const args = readArguments(argv, reportNames, new Set());
  const check = new ArgumentChecker(args);
  const newHost = check.optionalHost('new_master_host');
  const request: ReportRequest = {
    origHost: check.host('orig_master_host'),
    ...(newHost === undefined ? {} : { newHost }),
    newSlaveHosts: (args.values.get('new_slave_hosts') ?? '')
      .split(',')
      .map((host) => host.trim())
      .filter((host) => host !== ''),
    conf: check.text('conf'),
    subject: check.present('subject'),
    body: check.present('body'),
  };
  refuse(
    check,
    'the report',
    '--orig_master_host=HOST [--new_master_host=HOST --new_slave_hosts=HOST,...] --conf=FILE --subject=TEXT ' +
      '--body=TEXT',
  );
  return { request, warnings: args.warnings };
}

function hostEnd(check: ArgumentChecker, end: 'orig' | 'new', sshUser: string | undefined): HostEnd {
  const name = (suffix: string): string => `${end}_master_${suffix}`;
  const sshHost = check.optionalHost(name('ssh_host'));
  const sshIp = check.optionalAddress(name('ssh_ip'));
  const sshPort = check.optionalPort(name('ssh_port'));
  return {
    host: check.host(name('host')),
    ip: check.address(name('ip')),
    port: check.port(name('port')),
    ...(sshUser === undefined ? {} : { sshUser }),
    ...(sshHost === undefined ? {} : { sshHost }),
    ...(sshIp === undefined ? {} : { sshIp }),
    ...(sshPort === undefined ? {} : { sshPort }),
  };
}

function masterEnd(check: ArgumentChecker, end: 'orig' | 'new', sshUser: string | undefined): MasterEnd {
  return {
    ...hostEnd(check, end, sshUser),
    user: check.account(`${end}_master_user`),
    password: check.secret(`${end}_master_password`),
  };
}

function common({ values }: Arguments): Common {
  const sshOptions = values.get('ssh_options');
  return sshOptions === undefined || sshOptions.trim() === '' ? {} : { sshOptions };
}

function refuse(check: ArgumentChecker, what: string, usage: string): void {
  if (check.problems.length === 0) return;
  throw new Failure('usage', `bad arguments for ${what}: ${check.problems.join('; ')}`, {
    hint: `MHA passes ${usage}`,
  });
}
