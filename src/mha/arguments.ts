// Reads an argument list as Getopt::Long does for options with a mandatory text: --name=value and --name value.

export interface Arguments {
  /** The last value given for each option. */
  readonly values: ReadonlyMap<string, string>;
  readonly flags: ReadonlySet<string>;
  /** Options that need a value and have none. */
  readonly withoutValue: readonly string[];
  /** One line each. No value is ever in them: it could be a password. */
  readonly warnings: readonly string[];
}

/** @param valued names of options with a value. @param flagNames those without. Names are without dashes. */
export function readArguments(
  argv: readonly string[],
  valued: ReadonlySet<string>,
  flagNames: ReadonlySet<string>,
): Arguments {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  const withoutValue: string[] = [];
  const unknown: string[] = [];
  let stray = 0;
  for (let index = 0; index < argv.length; index++) {
    const [, name, given] = /^--([A-Za-z][\w-]*)(?:=([^]*))?$/.exec(argv[index] ?? '') ?? [];
    const next = argv[index + 1];
    if (name === undefined) stray++;
    else if (flagNames.has(name)) flags.add(name);
    else if (!valued.has(name)) unknown.push(name);
    else if (given !== undefined) values.set(name, given);
    // MHA writes --name=value; the other form comes from people, who forget a value sooner than they begin one with --.
    else if (next === undefined || next.startsWith('--')) withoutValue.push(name);
    else {
      values.set(name, next);
      index++;
    }
  }
  const warnings = unknown.map((name) => `unknown option --${name} is ignored`);
  if (stray > 0)
    warnings.push(
      `${stray} argument${stray === 1 ? ' that belongs' : 's that belong'} to no option ` +
        `${stray === 1 ? 'is' : 'are'} ignored`,
    );
  return { values, flags, withoutValue, warnings };
}
