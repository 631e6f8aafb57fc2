// The commands, and how a call of one ends: results to stdout, each error as one line on stderr, and an exit code that
// is 0 or 10 only when a command says so. clipanion alone would print errors to stdout and, after a catch() that does
// not rethrow, leave with 0.
import type { Cli, Command, CommandClass } from 'clipanion';
import { nearest } from './config/nearest.ts';
import type { Context } from './context/Context.ts';
import { Failure, failureExitCodes } from './errors/errors.ts';
import { asFailure, errorLine, oneLine } from './errors/message.ts';

export interface CommandEntry {
  /** What follows `mha-helper`; the class has the same in its `paths`. */
  readonly path: string;
  readonly load: () => Promise<CommandClass<Context>>;
}

/**
 * Every command, in the order of --help. A new one is one line here. Only the one that is called is loaded: a hook's
 * start-up counts in the outage.
 */
export const commands: readonly CommandEntry[] = [
  {
    path: 'hard-failover',
    load: async () => (await import('./commands/hooks/hardFailoverCommand.ts')).HardFailoverCommand,
  },
  {
    path: 'online-failover',
    load: async () => (await import('./commands/hooks/onlineFailoverCommand.ts')).OnlineFailoverCommand,
  },
  { path: 'report', load: async () => (await import('./commands/hooks/reportCommand.ts')).ReportCommand },
  { path: 'failover', load: async () => (await import('./commands/failoverCommand.ts')).FailoverCommand },
  { path: 'check', load: async () => (await import('./commands/checkCommand.ts')).CheckCommand },
  { path: 'config', load: async () => (await import('./commands/configCommand.ts')).ConfigCommand },
  { path: 'status', load: async () => (await import('./commands/statusCommand.ts')).StatusCommand },
  { path: 'undo', load: async () => (await import('./commands/undoCommand.ts')).UndoCommand },
  { path: 'vip show', load: async () => (await import('./commands/vip/vipShowCommand.ts')).VipShowCommand },
  { path: 'vip assign', load: async () => (await import('./commands/vip/vipAssignCommand.ts')).VipAssignCommand },
  { path: 'vip release', load: async () => (await import('./commands/vip/vipReleaseCommand.ts')).VipReleaseCommand },
  {
    path: 'monitor run',
    load: async () => (await import('./commands/monitor/monitorRunCommand.ts')).MonitorRunCommand,
  },
  {
    path: 'monitor start',
    load: async () => (await import('./commands/monitor/monitorStartCommand.ts')).MonitorStartCommand,
  },
  {
    path: 'monitor stop',
    load: async () => (await import('./commands/monitor/monitorStopCommand.ts')).MonitorStopCommand,
  },
  {
    path: 'monitor restart',
    load: async () => (await import('./commands/monitor/monitorRestartCommand.ts')).MonitorRestartCommand,
  },
  {
    path: 'monitor status',
    load: async () => (await import('./commands/monitor/monitorStatusCommand.ts')).MonitorStatusCommand,
  },
  // Before the one that takes every word that follows.
  {
    path: 'mha install-node',
    load: async () => (await import('./commands/mha/installNodeCommand.ts')).MhaInstallNodeCommand,
  },
  { path: 'mha', load: async () => (await import('./commands/mha/mhaCommand.ts')).MhaCommand },
];

/** What the program starts by itself; neither --help nor the manual lists them. */
const internal: readonly CommandEntry[] = [
  { path: 'hold-ready', load: async () => (await import('./commands/hooks/holdReadyCommand.ts')).HoldReadyCommand },
];
const all: readonly CommandEntry[] = [...commands, ...internal];

declare const MHA_HELPER_VERSION: string | undefined;
export const version = typeof MHA_HELPER_VERSION === 'undefined' ? 'from the sources' : MHA_HELPER_VERSION;

const askingForHelp: readonly string[] = ['--help', '-h'];

/** Runs one command line, without the program's name. Resolves with the exit code; never rejects. */
export async function runCli(words: readonly string[], context: Context): Promise<number> {
  try {
    const found = all.find(({ path }) => path.split(' ').every((word, index) => word === words[index]));
    // What follows the name of MHA's program is for that program.
    const own = found?.path === 'mha' ? words.slice(0, 2) : words;
    const asked = own.find((word) => word === '--version' || askingForHelp.includes(word));
    if (asked !== undefined) return await answer(found, asked, words, context);
    if (found === undefined) throw unknownCommand(words);
    return exitCode(await (await parse(found, words, context)).validateAndExecute());
  } catch (error) {
    const failure = asFailure(error);
    context.stderr.write(`mha-helper: ${errorLine(failure)}\n`);
    if (context.env['MHA_HELPER_DEBUG'] === '1') context.stderr.write(`${(error as Error).stack}\n`);
    return failure.exitCode;
  }
}

async function cliOf(classes: readonly CommandClass<Context>[]): Promise<Cli<Context>> {
  const { Cli } = await import('clipanion');
  return Cli.from<Context>([...classes], {
    binaryLabel: 'mha-helper',
    binaryName: 'mha-helper',
    binaryVersion: version,
  });
}

async function answer(
  found: CommandEntry | undefined,
  asked: string,
  words: readonly string[],
  context: Context,
): Promise<number> {
  const command = await found?.load();
  if (asked === '--version') context.stdout.write(`mha-helper ${version}\n`);
  else {
    const colored = context.colorDepth > 1;
    const cli = await cliOf(command === undefined ? await Promise.all(commands.map(({ load }) => load())) : [command]);
    context.stdout.write(withValues(cli.usage(command ?? null, { colored, detailed: true })));
  }
  // MHA would take the 0 for work that was done. Its own calls always have arguments besides.
  if (
    found === undefined ||
    command === undefined ||
    words.length === found.path.split(' ').length + 1 ||
    !(await isHook(command))
  )
    return 0;
  context.stderr.write(`mha-helper: nothing was done, because ${asked} is among the arguments\n`);
  return failureExitCodes.usage;
}

async function isHook(command: CommandClass<Context>): Promise<boolean> {
  const { HookCommand } = await import('./commands/hooks/hookCommand.ts');
  return command.prototype instanceof HookCommand;
}

async function parse(
  { path, load }: CommandEntry,
  words: readonly string[],
  context: Context,
): Promise<Command<Context>> {
  const command = await load();
  const cli = await cliOf([command]);
  try {
    return cli.process([...words], context);
  } catch (error) {
    const [reason = ''] = (error as Error).message.split('\n');
    // What clipanion says when no form of the command fits: a list of all its forms, over several lines.
    const what = reason.startsWith('Command not found')
      ? `the arguments do not fit: ${oneLine(withValues(cli.usage(command, { colored: false }))).replace(/^\$ /, '')}`
      : `${path}: ${oneLine(reason.replace(/\.$/, '')).replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}`;
    throw new Failure('usage', what, { cause: error, hint: `see mha-helper ${path} --help` });
  }
}

function unknownCommand(words: readonly string[]): Failure {
  const [first] = words;
  const hint = 'see mha-helper --help';
  if (first === undefined) return new Failure('usage', 'no command is given', { hint });
  // Only an option's name is shown: what follows could be a password.
  if (first.startsWith('-'))
    return new Failure('usage', `a command must come before the option ${first.replace(/=[^]*/, '')}`, { hint });
  const further = commands
    .filter(({ path }) => path.startsWith(`${first} `))
    .map(({ path }) => path.slice(first.length + 1));
  if (further.length > 0)
    return new Failure('usage', `${first} needs one of these words: ${further.join(', ')}`, {
      hint: `see mha-helper ${first} --help`,
    });
  const near = nearest(
    first,
    commands.map(({ path }) => path.replace(/ .*/, '')),
  );
  return new Failure('usage', `there is no command "${first}"`, {
    hint: near === undefined ? hint : `did you mean "${near}"? ${hint}`,
  });
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
