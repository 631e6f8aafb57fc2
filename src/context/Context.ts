// What a procedure may reach of the outside world. Types only: the real wiring is createContext.ts, tests make their own.
import type { BaseContext } from 'clipanion';

/** Time. All durations in the project are milliseconds unless the name says otherwise. */
export interface Clock {
  /** Wall-clock time, for records and mails. */
  now(): Date;
  /** Milliseconds of a clock that is never set back, for deadlines and durations. */
  monotonic(): number;
  /** Resolves after `ms`, or rejects with `signal.reason` when the signal aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Where the operator reads along: the manager log in a hard failover, the terminal in a planned switch. */
export interface Log {
  info(line: string): void;
  warn(line: string): void;
}

export interface SqlTarget {
  /** How messages name it, for instance `db10`. */
  readonly label: string;
  /** IPv4 or IPv6 address, or a name. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** One MySQL connection. Column names of the rows are as the server sends them. */
export interface SqlConnection {
  readonly threadId: number;
  /** @throws Failure `deadline` when the server has not answered after `timeoutMs`; the connection is then closed. */
  query(sql: string, values: readonly SqlValue[], timeoutMs: number): Promise<readonly SqlRow[]>;
  close(): Promise<void>;
}

export interface ShellTarget {
  /** How messages name it: the host as MHA's configuration writes it. */
  readonly label: string;
  /** Name given to OpenSSH's configuration (`ssh -G`). */
  readonly host: string;
  /** Address MHA resolved for it; used unless OpenSSH's configuration sets HostName. */
  readonly ip?: string;
  readonly port?: number;
  readonly user?: string;
  /** MHA's `--ssh_options`, verbatim: OpenSSH command line options. */
  readonly sshOptions?: string;
}

export interface CommandResult {
  /** Exit status; 128 + n when signal n ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A place where commands can be run: a host over SSH, or this machine. */
export interface Shell {
  readonly label: string;
  /**
   * Runs one program with its arguments; no shell interprets them.
   * @throws Failure `deadline` after `timeoutMs`, `ssh` when the connection is lost. A non-zero exit is a result, not an error.
   */
  run(argv: readonly string[], timeoutMs: number): Promise<CommandResult>;
  close(): Promise<void>;
}

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

export interface SmtpTarget {
  readonly host: string;
  readonly port: number;
}

/** The helper's own files on this machine. Errors are Node's (`code` ENOENT, EACCES, ...). */
export interface Files {
  /** Names (not paths) of the entries in a directory, sorted. */
  list(directory: string): Promise<readonly string[]>;
  read(path: string): Promise<string>;
  /** Appends in one write, so that the line outlives a kill -9 of the program. Creates the directory (0750). */
  append(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Where things are on this machine. */
export interface Places {
  /** Directory of the helper's configuration files; default /etc/mha-helper. */
  readonly configDirectory: string;
  /** Directory of the journal; default /var/lib/mha-helper. */
  readonly stateDirectory: string;
  /** Name of this machine, for mails. */
  readonly hostname: string;
  readonly pid: number;
}

export interface StreamOptions {
  /** Gets stdout and stderr as they come, in pieces that need not end with a line. */
  readonly onOutput: (text: string) => void;
  /** A file that the program logs to: what is appended to it while the program runs is output too. */
  readonly follow?: string | undefined;
  readonly interrupted: AbortSignal;
}

/** What a person at a terminal sees of a long wait. */
export interface Progress {
  /** False where nobody watches: then nothing is shown. */
  readonly wanted: boolean;
  /** Writes the line over the one before. */
  show(text: string): void;
  /** Takes the line away; before anything else is written. */
  clear(): void;
}

export interface Connectors {
  /** @throws Failure `mysql` (refused, wrong password, ...) or `deadline` after `timeoutMs`. */
  mysql(target: SqlTarget, timeoutMs: number): Promise<SqlConnection>;
  /** @throws Failure `ssh` (refused, host key, no key accepted, ...) or `deadline` after `timeoutMs`. */
  ssh(target: ShellTarget, timeoutMs: number): Promise<Shell>;
  /** Programs on the manager host itself. */
  readonly local: Shell;
  /**
   * A program on the manager host that may run for long: no time limit. It has a process group of its own; when `interrupted` aborts, the
   * group gets SIGINT. Resolves with its exit status (128 + n when signal n ended it, 127 when it is not there) when it and what it started
   * have ended. @throws Failure `environment` when no program can be started.
   */
  stream(argv: readonly string[], options: StreamOptions): Promise<number>;
  /** @throws Failure `mail` or `deadline`. */
  sendMail(mail: Mail, smtp: SmtpTarget, timeoutMs: number): Promise<void>;
}

/** Everything a procedure gets. */
export interface Tools {
  readonly clock: Clock;
  readonly log: Log;
  readonly files: Files;
  readonly places: Places;
  readonly connect: Connectors;
  /** Aborts on SIGTERM, SIGINT and SIGHUP; reason: a Failure `interrupted`. */
  readonly interrupted: AbortSignal;
}

export interface Context extends BaseContext {
  readonly tools: Tools;
  readonly progress: Progress;
}
