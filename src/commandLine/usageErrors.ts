// What is wrong with a call, in one line: the gravest alone, and what was most likely meant.
import { nearest } from '../config/nearest.ts';
import { hostIsMissing } from '../commands/missingArguments.ts';
import { Failure } from '../errors/errors.ts';
import { oneLine } from '../errors/message.ts';
import type { CommandFacts, CommandOption } from './commandFacts.ts';
import { commands, groupOf } from './commandList.ts';

/** What cli.ts answers beside the commands. */
const answered = ['help', 'version'];

/** @param words a call that begins with no command */
export function unknownCommand([first = '', second]: readonly string[]): Failure {
  const hint = 'see mha-helper help';
  // Only an option's name is shown: what follows could be a password.
  if (first.startsWith('-'))
    return new Failure('usage', `a command must come before the option ${optionName(first)}`, { hint });
  if (groupOf(first).length > 0) return wrongSubcommand(first, second);
  const near = nearest(first, [...new Set(commands.map(({ path }) => path.replace(/ .*/, ''))), ...answered]);
  return near === undefined
    ? new Failure('usage', `unknown command "${first}"`, { hint })
    : new Failure('usage', `unknown command "${first}"; did you mean ${near}?`);
}

function wrongSubcommand(group: string, word: string | undefined): Failure {
  const hint = `see mha-helper ${group} --help`;
  const subcommands = groupOf(group).map(({ path }) => path.slice(group.length + 1));
  const choice = `${subcommands.slice(0, -1).join(', ')} or ${subcommands.at(-1) ?? ''}`;
  if (word === undefined || word.startsWith('-'))
    return new Failure('usage', `${group}: missing subcommand: ${choice}`, { hint });
  const near = nearest(word, subcommands);
  return near === undefined
    ? new Failure('usage', `${group}: unknown subcommand "${word}": ${choice}`, { hint })
    : new Failure('usage', `${group}: unknown subcommand "${word}"; did you mean ${near}?`);
}

/** Arguments that clipanion does not take. @param reason in clipanion's words, for what none of the rules knows */
export function wrongArguments(facts: CommandFacts, args: readonly string[], reason: string): Failure {
  const path = facts.words.join(' ');
  const given = readCall(facts, args);
  const found = rules.map((rule) => rule(facts, given)).find((problem) => problem !== null);
  const what = found ?? oneLine(reason.replace(/\.$/, '')).replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase());
  const hint = what.endsWith('?') ? {} : { hint: `see mha-helper ${path} --help` };
  return new Failure('usage', `${path}: ${what}`, hint);
}

interface Call {
  /** In their order; the option is undefined where the command does not know it. */
  readonly options: readonly {
    readonly name: string;
    readonly option: CommandOption | undefined;
    value: string | null;
  }[];
  readonly words: readonly string[];
}

type Rule = (facts: CommandFacts, call: Call) => string | null;

const rules: readonly Rule[] = [
  unknownOption,
  optionWithoutValue,
  valueForNothing,
  missingOption,
  missingArgument,
  tooMuch,
];

function readCall(facts: CommandFacts, args: readonly string[]): Call {
  const options: { name: string; option: CommandOption | undefined; value: string | null }[] = [];
  const words: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const word = args[index] ?? '';
    if (!/^-./.test(word)) {
      words.push(word);
      continue;
    }
    const name = optionName(word);
    const option = facts.options.find(({ names }) => names.includes(name));
    const value = word.includes('=') ? word.slice(word.indexOf('=') + 1) : null;
    const next = args[index + 1];
    const takesNext = option?.takesValue === true && value === null && next !== undefined && !next.startsWith('-');
    options.push({ name, option, value: takesNext ? next : value });
    if (takesNext) index++;
  }
  return { options, words };
}

function unknownOption(facts: CommandFacts, { options }: Call): string | null {
  const unknown = options.find(({ option }) => option === undefined);
  if (unknown === undefined) return null;
  const near = nearestOption(facts, unknown.name);
  return near === undefined
    ? `unknown option ${unknown.name}`
    : `unknown option ${unknown.name}; did you mean ${near}?`;
}

/** Of long options only: each short one is as near to any other. */
function nearestOption(facts: CommandFacts, name: string): string | undefined {
  const long = facts.options.flatMap(({ names }) => names.filter((one) => one.startsWith('--')));
  const near = nearest(
    name.replace(/^-+/, ''),
    [...long, '--help', '--version'].map((one) => one.slice(2)),
  );
  return near === undefined || !/^--?\w{2}/.test(name) ? undefined : `--${near}`;
}

function optionWithoutValue(_facts: CommandFacts, { options }: Call): string | null {
  const bare = options.find(({ option, value }) => option?.takesValue === true && value === null);
  return bare === undefined ? null : `${bare.name} needs a value: ${bare.name} ${bare.option?.valueName ?? 'VALUE'}`;
}

function valueForNothing(_facts: CommandFacts, { options }: Call): string | null {
  const surplus = options.find(
    ({ option, value }) => value !== null && option?.takesValue === false && !option.valueName,
  );
  return surplus === undefined ? null : `${surplus.name} takes no value`;
}

function missingOption(facts: CommandFacts, { options }: Call): string | null {
  const missing = facts.options.find(
    (option) => option.required === true && !options.some((given) => given.option === option),
  );
  return missing === undefined ? null : `${missing.names[0]} ${missing.valueName ?? ''} is missing`;
}

function missingArgument(facts: CommandFacts, { words }: Call): string | null {
  const missing = (facts.arguments ?? []).filter(({ required }) => required)[words.length];
  if (missing === undefined) return null;
  return missing.name === 'HOST' ? hostIsMissing : `${missing.name} is missing`;
}

function tooMuch(facts: CommandFacts, { words }: Call): string | null {
  const surplus = words[facts.arguments?.length ?? 0];
  return surplus === undefined ? null : `unexpected argument "${surplus}"; the usage is ${facts.synopsis}`;
}

function optionName(word: string): string {
  return word.replace(/=[^]*/, '');
}
