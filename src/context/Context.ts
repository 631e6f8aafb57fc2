// What a procedure may reach of the outside world. Types only: the real wiring is createContext.ts, tests make their
// own.
import type { BeginEarly, EarlyConnections } from './EarlyConnections.ts';
import type { StreamOptions } from './StreamOptions.ts';
import type { BaseContext } from 'clipanion';
import type { CloudConnectors } from './Clouds.ts';
import type { ManagerCaller, ManagerTools } from './Managers.ts';
import type { Mail, SmtpTarget } from './Mail.ts';
import type { SqlConnection, SqlRow, SqlTarget, SqlTls, SqlValue } from './Sql.ts';
import type { Progress, Terminal } from './Terminal.ts';
import type { Files } from './Files.ts';
import type { CommandResult, Shell, ShellTarget } from './Shell.ts';

export type { FileLook, Files } from './Files.ts';
export type { CommandResult, Shell, ShellTarget };

export type { Progress, SqlConnection, SqlRow, SqlTarget, SqlTls, SqlValue, Terminal };

/** Time. All durations in the project are milliseconds unless the name says otherwise. */
export interface Clock {
  /** Wall-clock time, for records and mails. */
  now(): Date;
  /** Milliseconds of a clock that is never set back, for deadlines and durations. */
  monotonic(): number;
  /**
   * Milliseconds since this machine was started, the same clock for every process on it (CLOCK_MONOTONIC): compares
   * times of different runs, which the wall clock cannot. Means nothing without `Places.bootId`.
   */
  sinceBoot(): number;
  /** Resolves after `ms`, or rejects with `signal.reason` when the signal aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Where the operator reads along: the manager log in a hard failover, the terminal in a planned switch. */
export interface Log {
  info(line: string): void;
  warn(line: string): void;
}

/** This machine. */
export interface LocalShell extends Shell {
  /** @param secrets variables for this program besides: no other user sees them, as it sees `argv` */
  run(argv: readonly string[], timeoutMs: number, secrets?: Readonly<Record<string, string>>): Promise<CommandResult>;
}

/** Where things are on this machine. */
export interface Places {
  /** Directory of the helper's configuration files; default /etc/mha-helper. */
  readonly configDirectory: string;
  /** Directory of the journal; default /var/lib/mha-helper. */
  readonly stateDirectory: string;
  /** Who is behind this call, for records: the person behind sudo, else the account. */
  readonly operator?: string | null;
  /** Whether this runs as root. */
  readonly isRoot?: boolean;
  /** Name of this machine, for mails. */
  readonly hostname: string;
  readonly pid: number;
  readonly caller?: ManagerCaller;
  /** Names one start of this machine; null where the kernel does not tell. */
  readonly bootId: string | null;
}

/** Locks that end with the process that holds them, whatever ends it. */
export interface Locks {
  /** @param owner what others are told of us; one line. Never throws */
  take(path: string, owner: string): Promise<Lock>;
}

/** `held`: by somebody else, in that owner's words. `unknown`: nobody can tell, and nothing is locked. */
export type Lock =
  | { readonly kind: 'taken'; release(): Promise<void> }
  | { readonly kind: 'held'; readonly owner: string }
  | { readonly kind: 'unknown'; readonly why: string };

export interface Readiness {
  /** Lets the process stay for a minute after this one has ended. */
  keep(): void;
}

export interface Connectors extends CloudConnectors {
  /** @throws Failure `mysql` (refused, wrong password, ...) or `deadline` after `timeoutMs`. */
  mysql(target: SqlTarget, timeoutMs: number): Promise<SqlConnection>;
  /** Whether somebody takes TCP connections there, without a login. @throws as mysql() */
  listens(target: SqlTarget, timeoutMs: number): Promise<void>;
  /** @throws Failure `ssh` (refused, host key, no key accepted, ...) or `deadline` after `timeoutMs`. */
  ssh(target: ShellTarget, timeoutMs: number): Promise<Shell>;
  /** Programs on the manager host itself. */
  readonly local: LocalShell;
  /**
   * Starts a process that opens these connections for the hook that MHA calls next; resolves when they are open, or
   * after 3 s. It ends with this process unless it is kept. Never throws: it only saves time.
   * @param key names the pair of servers, and is the same in both hooks
   * @param caller MHA: when that ends, and `start` has not come, the process sees to it that the writer is given back
   */
  keepReady(
    key: string,
    targets: { readonly mysql: readonly SqlTarget[]; readonly ssh: readonly ShellTarget[] },
    caller: MhaProcess | null,
  ): Promise<Readiness>;
  /** Connections that the last hook left with keepReady(); null where there are none. */
  takeReady(key: string): Promise<Pick<Connectors, 'mysql' | 'ssh'> | null>;
  /**
   * What keepReady() starts. Resolves with MHA's application file when MHA has ended, which called for it: then whoever
   * called looks whether the writer must be given back. Null: there is nothing to look after.
   */
  serveReady(path: string): Promise<string | null>;
  /** Opens connections for what this process will be called for; returns at once. */
  openEarly(
    targets: { readonly mysql: readonly SqlTarget[]; readonly ssh: readonly ShellTarget[] },
    begin?: BeginEarly,
  ): Promise<EarlyConnections>;
  /** Waits until whoever started this process says that it may be called for soon. False: it never will be. */
  woken(): Promise<boolean>;
  /**
   * Waits until whoever started this process says on its standard input that it is called for. False: it never is.
   * @param heard `soon`: the call before has done what it was for; `silent`: the dead master's host answers no SSH
   */
  word(limitMs: number, heard: (news: 'soon' | 'silent') => void): Promise<boolean>;
  /** The program of MHA's that called this one, through shells and scripts; null: none did. */
  mhaCaller(): Promise<MhaProcess | null>;
  /** All programs of MHA's that run on this host. */
  mhaProcesses(): Promise<readonly MhaProcess[]>;
  /**
   * Has the dead master told to take no more writes, over a session that MHA's monitor has on it from before. True when
   * that is on its way; whether it arrives, nobody knows.
   */
  sayLastWord(): Promise<boolean>;
  /** This process; null where /proc cannot be read. */
  thisProcess(): Promise<ProcessIdentity | null>;
  /** Whether that very process is still there; another one with its number is not. */
  isRunning(process: ProcessIdentity): Promise<boolean>;
  /**
   * A program on the manager host that may run for long: no time limit. It has a process group of its own; when
   * `interrupted` aborts, the group gets SIGINT. Resolves with its exit status (128 + n when signal n ended it, 127
   * when it is not there) when it and what it started have ended.
   * @throws Failure `environment` when no program can be started.
   */
  stream(argv: readonly string[], options: StreamOptions): Promise<number>;
  /**
   * This process becomes a program of MHA's, with the layer for today's servers.
   * @throws Failure `environment` when it cannot be started
   */
  become(argv: readonly string[]): Promise<never>;
  /**
   * Says a line to a socket of this account's on this host.
   * @returns the line that is answered
   * @throws Failure `environment` when nobody listens, `deadline`
   */
  askLine(path: string, line: string, timeoutMs: number): Promise<string>;
  /** The files of that layer: path -> text, by gzip and in base64. */
  packedCompatFiles(): Promise<Readonly<Record<string, string>>>;
  /** @throws MailFailure that says whom the mail did not reach */
  sendMail(mail: Mail, smtp: SmtpTarget, timeoutMs: number): Promise<void>;
  /** Connects and logs in as for a mail, and sends none. @throws Failure `mail` or `deadline` */
  checkMail(smtp: SmtpTarget, timeoutMs: number): Promise<void>;
}

/** Everything a procedure gets. */
export interface Tools {
  readonly clock: Clock;
  readonly log: Log;
  readonly files: Files;
  readonly locks: Locks;
  readonly places: Places;
  readonly connect: Connectors;
  /** Aborts on SIGTERM, SIGINT and SIGHUP; reason: a Failure `interrupted`. */
  readonly interrupted: AbortSignal;
}

/** A process for certain: its pid alone may have been given to another one meanwhile. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot (field 22 of /proc/PID/stat). */
  readonly startTicks: string;
}

/** A program of MHA's that called a hook. */
export interface MhaProcess extends ProcessIdentity {
  /** `masterha_manager`, `masterha_master_switch`, ... */
  readonly program: string;
  /** The application file that it was given; null where its command line does not tell. */
  readonly conf: string | null;
}

/** Programs that outlive the call that started them. */
export interface Processes {
  /** Null for a process that has ended. */
  identify(pid: number): ProcessIdentity | null;
  isAlive(process: ProcessIdentity): boolean;
  /** Of a program that this very process has started and that has ended: 128 + n when signal n ended it. Else null. */
  exitCode(process: ProcessIdentity): number | null;
  /** Processes whose command line passes the test, the oldest first. */
  find(test: (argv: readonly string[]) => boolean): readonly ProcessIdentity[];
  /**
   * Starts a program in a session of its own, so that it goes on when this process ends, with its output in a file
   * (0640, appended to).
   * @param variables of its environment besides
   * @throws Failure `environment` when it cannot be started.
   */
  startDetached(argv: readonly string[], output: string, variables?: NodeJS.ProcessEnv): Promise<ProcessIdentity>;
  /** The same for this very program with other arguments. @throws Failure `environment` */
  startSelf(args: readonly string[], output: string): Promise<ProcessIdentity>;
  /**
   * To one process, or to its whole process group. Nothing happens when it has ended.
   * @throws Failure `environment` without the right to
   */
  signal(process: ProcessIdentity, name: 'SIGTERM' | 'SIGKILL', to: 'process' | 'group'): void;
}

/** What a daemon does with files besides. Errors are Node's. */
export interface DaemonFiles {
  /** Puts a file (0600) in place in one go: a reader sees the old or the new one. Creates the directory (0750). */
  replace(path: string, text: string): Promise<void>;
  /** Time of the last change, in ms since 1970; null when there is no such file. */
  modifiedAt(path: string): Promise<number | null>;
  /** At most the last `bytes` of a file; empty when there is none. */
  tail(path: string, bytes: number): Promise<string>;
  /**
   * Creates a lock file with this text, unless it is there already and `isHeld` says of its text that its owner lives.
   * @returns null, or the text of the lock that is held by somebody else
   */
  lock(path: string, text: string, isHeld: (text: string) => boolean): Promise<string | null>;
}

/** What a command that stays needs besides. */
export interface DaemonTools {
  readonly processes: Processes;
  readonly files: DaemonFiles;
  /**
   * Appends to a file, which is opened for each line, so that it may be rotated; without a path: the journal under
   * systemd, else the terminal.
   */
  log(path: string | undefined): Log;
  /** Tells systemd (READY=1, WATCHDOG=1, STATUS=...). Nothing happens when it does not want to know. */
  notify(...messages: readonly string[]): Promise<void>;
  /** How often systemd wants to hear WATCHDOG=1, in ms; null: never. */
  readonly watchdogMs: number | null;
  /** Answers GET /metrics. @throws Failure `environment` when the address cannot be used. @returns ends it */
  serveMetrics(address: { host: string; port: number }, text: () => string): Promise<() => void>;
  /** Loaded where there are several managers only. */
  managers(): Promise<ManagerTools>;
}

export interface Context extends BaseContext {
  readonly tools: Tools;
  /** Loaded for the commands that need it: a hook's start-up counts in the outage. */
  daemon(): Promise<DaemonTools>;
  /** Null where nobody watches or types. */
  terminal(): Promise<Terminal | null>;
  readonly progress: Progress;
  /**
   * Asks a person at the terminal, and gives the answer; '' when there was none. Null where nobody can be asked.
   * @throws the reason of `interrupted` when that aborts first
   */
  ask(question: string): Promise<string | null>;
}
