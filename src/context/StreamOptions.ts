// How a program that may run for long is started. Types only.

export interface StreamOptions {
  /** Gets stdout and stderr as they come, in pieces that need not end with a line. */
  readonly onOutput: (text: string) => void;
  /** A file that the program logs to: what is appended to it while the program runs is output too. */
  readonly follow?: string | undefined;
  readonly interrupted: AbortSignal;
  /** What has not ended so long after the interruption is killed, in ms; undefined: it gets minutes, to undo. */
  readonly killAfterMs?: number;
  /** Of its environment, beside what it has anyway. */
  readonly variables?: Readonly<Record<string, string>>;
}
