// What --help says of arguments that clipanion does not know, or shows worse.

export interface OwnOption {
  readonly names: readonly string[];
  readonly takesValue: boolean;
  readonly description: string;
}

/** A command class has it as `static ownArguments`. */
export interface OwnArguments {
  /** What follows the command in its usage. */
  readonly synopsis: string;
  /** Options that the command finds among its arguments by itself. */
  readonly options?: readonly OwnOption[];
}
