// The commands, and how a call of one ends: results to stdout, each error as one line on stderr, and an exit code that is 0 or 10
// only when a command says so. clipanion alone would print errors to stdout and, after a catch() that does not rethrow, leave with 0.
import { Cli, type Command, type CommandClass } from 'clipanion';
import { ConfigCommand } from './commands/config.ts';
import { FailoverCommand } from './commands/failover.ts';
import { HardFailoverCommand } from './commands/hardFailover.ts';
import { HoldReadyCommand } from './commands/holdReady.ts';
import { HookCommand } from './commands/hookCommand.ts';
import { MhaCommand } from './commands/mha.ts';
import { MhaInstallNodeCommand } from './commands/mhaInstallNode.ts';
import { MonitorRestartCommand } from './commands/monitorRestart.ts';
import { MonitorRunCommand } from './commands/monitorRun.ts';
import { MonitorStartCommand } from './commands/monitorStart.ts';
import { MonitorStatusCommand } from './commands/monitorStatus.ts';
import { MonitorStopCommand } from './commands/monitorStop.ts';
import { OnlineFailoverCommand } from './commands/onlineFailover.ts';
import { ReportCommand } from './commands/report.ts';
import { StatusCommand } from './commands/status.ts';
import { UndoCommand } from './commands/undo.ts';
import { nearest } from './config/nearest.ts';
import type { Context } from './context/Context.ts';
import { Failure, failureExitCodes } from './errors/errors.ts';
import { asFailure, errorLine, oneLine } from './errors/message.ts';

/** Every command. A new one is one line here. */
export const commands: readonly CommandClass<Context>[] = [
  HardFailoverCommand,
  OnlineFailoverCommand,
  ReportCommand,
  FailoverCommand,
  ConfigCommand,
  StatusCommand,
  UndoCommand,
  MonitorRunCommand,
  MonitorStartCommand,
  MonitorStopCommand,
  MonitorRestartCommand,
  MonitorStatusCommand,
  // Before the one that takes every word that follows.
  MhaInstallNodeCommand,
  MhaCommand,
];

/** What the program starts by itself; neither --help nor the manual lists them. */
const internal: readonly CommandClass<Context>[] = [HoldReadyCommand];
const all: readonly CommandClass<Context>[] = [...commands, ...internal];

declare const MHA_HELPER_VERSION: string | undefined;
export const version = typeof MHA_HELPER_VERSION === 'undefined' ? 'from the sources' : MHA_HELPER_VERSION;

const askingForHelp: readonly string[] = ['--help', '-h'];

/** Runs one command line, without the program's name. Resolves with the exit code; never rejects. */
export async function runCli(words: readonly string[], context: Context): Promise<number> {
  try {
    const cli = Cli.from<Context>([...all], { binaryLabel: 'mha-helper', binaryName: 'mha-helper', binaryVersion: version });
    const found = findCommand(words);
    // What follows the name of MHA's program is for that program.
    const own = found === MhaCommand ? words.slice(0, 2) : words;
    const asked = own.find((word) => word === '--version' || askingForHelp.includes(word));
    if (asked !== undefined) return answer(cli, found, asked, words, context);
    if (found === undefined) throw unknownCommand(words);
    return exitCode(await parse(cli, found, words, context).validateAndExecute());
  } catch (error) {
    const failure = asFailure(error);
    context.stderr.write(`mha-helper: ${errorLine(failure)}\n`);
    if (context.env['MHA_HELPER_DEBUG'] === '1') context.stderr.write(`${(error as Error).stack}\n`);
    return failure.exitCode;
  }
}

function answer(cli: Cli<Context>, found: CommandClass<Context> | undefined, asked: string, words: readonly string[], context: Context): number {
  const colored = context.colorDepth > 1;
  if (asked === '--version') context.stdout.write(`mha-helper ${version}\n`);
  else context.stdout.write(withValues(cli.usage(found ?? null, { colored, detailed: true })));
  // MHA would take the 0 for work that was done. Its own calls always have arguments besides.
  if (found === undefined || !(found.prototype instanceof HookCommand) || words.length === pathOf(found).length + 1) return 0;
  context.stderr.write(`mha-helper: nothing was done, because ${asked} is among the arguments\n`);
  return failureExitCodes.usage;
}

function parse(cli: Cli<Context>, found: CommandClass<Context>, words: readonly string[], context: Context): Command<Context> {
  try {
    return cli.process([...words], context);
  } catch (error) {
    const name = pathOf(found).join(' ');
    const [reason = ''] = (error as Error).message.split('\n');
    // What clipanion says when no form of the command fits: a list of all its forms, over several lines.
    const what = reason.startsWith('Command not found') ? `the arguments do not fit: ${oneLine(withValues(cli.usage(found, { colored: false }))).replace(/^\$ /, '')}`
      : `${name}: ${oneLine(reason.replace(/\.$/, '')).replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}`;
    throw new Failure('usage', what, { cause: error, hint: `see mha-helper ${name} --help` });
  }
}

function findCommand(words: readonly string[]): CommandClass<Context> | undefined {
  return all.find((command) => pathOf(command).every((word, index) => word === words[index]));
}

function pathOf(command: CommandClass<Context>): readonly string[] {
  return command.paths?.[0] ?? [];
}

function unknownCommand(words: readonly string[]): Failure {
  const [first] = words;
  const hint = 'see mha-helper --help';
  if (first === undefined) return new Failure('usage', 'no command is given', { hint });
  // Only an option's name is shown: what follows could be a password.
  if (first.startsWith('-')) return new Failure('usage', `a command must come before the option ${first.replace(/=[^]*/, '')}`, { hint });
  const further = commands.map(pathOf).filter((path) => path[0] === first).map((path) => path.slice(1).join(' '));
  if (further.length > 0) return new Failure('usage', `${first} needs one of these words: ${further.join(', ')}`, { hint: `see mha-helper ${first} --help` });
  const near = nearest(first, commands.map((command) => pathOf(command)[0] ?? ''));
  return new Failure('usage', `there is no command "${first}"`, { hint: near === undefined ? hint : `did you mean "${near}"? ${hint}` });
}

/** clipanion numbers an option's values: `--conf #0`. The blanks behind align the descriptions. */
function withValues(usage: string): string {
  return usage.replace(/ #\d( *)/g, (_, blanks: string) => ` VALUE${blanks.length > 4 ? blanks.slice(3) : blanks}`);
}

/** A command's own result, which only can be a number that fits. */
function exitCode(result: number | undefined | void): number {
  if (Number.isInteger(result) && Number(result) >= 0 && Number(result) <= 255) return Number(result);
  throw new Failure('internal', `a command ended with ${String(result)} in place of an exit code`);
}
