// Every failure has a class, and the class decides the exit code: one table, so that no path can leave with a code that
// means something else to MHA. 0 and 10 are not in it: both tell MHA to go on (see mha/exitCodes.ts).

/** Name of a failure -> the exit code it leaves with. MHA treats each of them as "abort". */
export const failureExitCodes = {
  internal: 1,
  usage: 2,
  config: 3,
  mysql: 4,
  ssh: 5,
  address: 6,
  deadline: 7,
  interrupted: 8,
  refused: 9,
  undo: 11,
  mail: 12,
  environment: 13,
} as const;

export type FailureKind = keyof typeof failureExitCodes;

export interface FailureOptions {
  /** What the reader can do about it. Shown as a second sentence, in the same line. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A failure that we know how to word. Message: lower case, no final period, one line; it names what and where. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly kind: FailureKind;
  readonly hint: string | undefined;

  constructor(kind: FailureKind, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.kind = kind;
    this.hint = options.hint;
  }

  get exitCode(): number {
    return failureExitCodes[this.kind];
  }
}

/** An error the server answered; thrown by SqlConnection.query, `cause` of the Failure made of it. */
export class SqlError extends Error {
  override readonly name = 'SqlError';
  /** MySQL's error number. */
  readonly errno: number;

  constructor(errno: number, message: string) {
    super(message);
    this.errno = errno;
  }
}
