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
  /** True where it was only not known: the same may go well in a moment. */
  readonly passing?: boolean;
}

/** A failure that we know how to word. Message: lower case, no final period, one line; it names what and where. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly kind: FailureKind;
  readonly hint: string | undefined;
  readonly passing: boolean;

  constructor(kind: FailureKind, message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.kind = kind;
    this.hint = options.hint;
    this.passing = options.passing ?? false;
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

/** Recipients that a mail did not reach, and what that means for another try. */
export interface MailRefusal {
  readonly to: readonly string[];
  /** In the server's own words. */
  readonly reason: string;
  /**
   * `now`: it may work in a moment (server down, busy). `corrected`: somebody must correct the configuration or the
   * server first (password, certificate); trying again at once could lock an account. `never`: the server refuses this
   * sender, recipient or mail for good (5xx).
   */
  readonly again: 'now' | 'corrected' | 'never';
}

/** A mail that was not taken for all its recipients; for those that are in no refusal it was. */
export class MailFailure extends Failure {
  readonly refusals: readonly MailRefusal[];

  constructor(
    message: string,
    refusals: readonly MailRefusal[],
    options: FailureOptions & { readonly kind?: 'mail' | 'deadline' } = {},
  ) {
    super(options.kind ?? 'mail', message, options);
    this.refusals = refusals;
  }
}

/**
 * The store that managers share did not do what it was asked for. `made`: whether a change may have been made
 * nevertheless. `no` only where that is certain: it was not sent, or it was refused in so many words.
 */
export class StoreFailure extends Failure {
  readonly made: 'no' | 'unknown';

  constructor(
    message: string,
    made: 'no' | 'unknown',
    options: FailureOptions & { readonly kind?: 'environment' | 'deadline' } = {},
  ) {
    super(options.kind ?? 'environment', message, options);
    this.made = made;
  }
}
