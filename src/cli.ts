// How a call ends: results to stdout, each error as one line on stderr, and an exit code that is 0 or 10 only when a
// command says so. clipanion alone would print errors to stdout and, after a catch() that does not rethrow, leave with
// 0.
import type { Cli, Command, CommandClass } from 'clipanion';
import { commandOf, commands, groupOf, type CommandEntry } from './commandLine/commandList.ts';
import type { Context } from './context/Context.ts';
import { Failure, failureExitCodes } from './errors/errors.ts';
import { asFailure, errorLine } from './errors/message.ts';

export { commands, type CommandEntry };

declare const MHA_HELPER_VERSION: string | undefined;
export const version = typeof MHA_HELPER_VERSION === 'undefined' ? 'from the sources' : MHA_HELPER_VERSION;

const askingForHelp: readonly string[] = ['--help', '-h'];
const askingForVersion: readonly string[] = ['--version', '-V'];

/** Runs one command line, without the program's name. Resolves with the exit code; never rejects. */
export async function runCli(words: readonly string[], context: Context): Promise<number> {
  try {
    const [first, ...rest] = words;
    if (first === undefined) return await answerNothing(context);
    if (first === 'help')
      return await help(
        rest.filter((word) => !word.startsWith('-')),
        context,
      );
    if (first === 'version') return printVersion(context);
    const found = commandOf(words);
    // What follows the name of MHA's program is for that program.
    const own = found?.path === 'mha' ? words.slice(0, 2) : words;
    const asked = own.find((word) => askingForVersion.includes(word) || askingForHelp.includes(word));
    if (asked !== undefined) return await answer(found, asked, words, context);
    if (found === undefined) throw (await import('./commandLine/usageErrors.ts')).unknownCommand(words);
    return exitCode(await (await parse(found, words, context)).validateAndExecute());
  } catch (error) {
    const failure = asFailure(error);
    context.stderr.write(`mha-helper: ${errorLine(failure)}\n`);
    if (context.env['MHA_HELPER_DEBUG'] === '1') context.stderr.write(`${(error as Error).stack}\n`);
    return failure.exitCode;
  }
}

/** Whoever gives no command sees which there are; a program that forgot it must not take that for work done. */
async function answerNothing(context: Context): Promise<number> {
  const { shortHelp } = await import('./commandLine/helpText.ts');
  context.stderr.write(shortHelp(await factsOfAll(commands), look(context)));
  return failureExitCodes.usage;
}

function printVersion(context: Context): number {
  context.stdout.write(`mha-helper ${version}\n`);
  return 0;
}

async function answer(
  found: CommandEntry | undefined,
  asked: string,
  words: readonly string[],
  context: Context,
): Promise<number> {
  if (askingForVersion.includes(asked)) printVersion(context);
  else await help(found?.path.split(' ') ?? words.slice(0, words.indexOf(asked)), context);
  // MHA would take the 0 for work that was done. Its own calls always have arguments besides.
  if (found === undefined || words.length === found.path.split(' ').length + 1 || !(await isHook(found))) return 0;
  context.stderr.write(`mha-helper: nothing was done, because ${asked} is among the arguments\n`);
  return failureExitCodes.usage;
}

/** Of one command, of the commands of one first word, or of all. */
async function help(words: readonly string[], context: Context): Promise<number> {
  const { commandHelp, groupHelp, overview } = await import('./commandLine/helpText.ts');
  const [first] = words;
  if (first === undefined) {
    context.stdout.write(overview(await factsOfAll(commands), look(context)));
    return 0;
  }
  const found = commandOf(words);
  const group = groupOf(first);
  if (found === undefined && (group.length === 0 || words.length > 1))
    throw (await import('./commandLine/usageErrors.ts')).unknownCommand(words);
  const facts = await factsOfAll(group);
  const own = facts.find((one) => one.words.join(' ') === found?.path);
  const others = own?.words.length === 1 ? facts.filter((one) => one !== own) : [];
  context.stdout.write(own === undefined ? groupHelp(facts, look(context)) : commandHelp(own, others, look(context)));
  return 0;
}

async function factsOfAll(entries: readonly CommandEntry[]) {
  const { factsOf } = await import('./commandLine/commandFacts.ts');
  return (await Promise.all(entries.map(({ load }) => load()))).map(factsOf);
}

function look({ colorDepth }: Context): { readonly version: string; readonly colored: boolean } {
  return { version, colored: colorDepth > 1 };
}

async function isHook({ load }: CommandEntry): Promise<boolean> {
  const { HookCommand } = await import('./commands/hooks/hookCommand.ts');
  return (await load()).prototype instanceof HookCommand;
}

async function cliOf(command: CommandClass<Context>): Promise<Cli<Context>> {
  const { Cli } = await import('clipanion');
  return Cli.from<Context>([command], { binaryLabel: 'mha-helper', binaryName: 'mha-helper', binaryVersion: version });
}

async function parse(
  { path, load }: CommandEntry,
  words: readonly string[],
  context: Context,
): Promise<Command<Context>> {
  const command = await load();
  const cli = await cliOf(command);
  try {
    return cli.process([...words], context);
  } catch (error) {
    const [{ factsOf }, { wrongArguments }] = await Promise.all([
      import('./commandLine/commandFacts.ts'),
      import('./commandLine/usageErrors.ts'),
    ]);
    const [reason = ''] = (error as Error).message.split('\n');
    throw wrongArguments(factsOf(command), words.slice(path.split(' ').length), reason);
  }
}

/** A command's own result, which only can be a number that fits. */
function exitCode(result: number | undefined | void): number {
  if (Number.isInteger(result) && Number(result) >= 0 && Number(result) <= 255) return Number(result);
  throw new Failure('internal', `a command ended with ${String(result)} in place of an exit code`);
}
