// A host's shell, over SSH or on this machine.

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
   * @throws Failure `deadline` after `timeoutMs`, `ssh` when the connection is lost. A non-zero exit is a result, not
   *   an error.
   */
  run(argv: readonly string[], timeoutMs: number): Promise<CommandResult>;
  /**
   * Has all of it begun there but the program itself. Not there: nothing can be begun.
   * @returns what starts it, once, and answers as run() does; without it nothing is done
   */
  arm?(argv: readonly string[], timeoutMs: number): () => Promise<CommandResult>;
  close(): Promise<void>;
}
