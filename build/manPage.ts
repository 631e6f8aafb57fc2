// mha-helper(1), from what --help and the table of options know.   node build/manPage.ts | man -l -
import { failureExitCodes, type FailureKind } from '../src/errors/errors.ts';
import { entryNames } from '../src/entryNames.ts';
import { commandTable, commonOptions, type CommandFacts, type CommandOption } from './commandTable.ts';
import { optionsRoff } from './configReference.ts';
import { sourceDate } from './sourceDate.ts';
import { packageVersion } from './version.ts';

const exitMeanings: Readonly<Record<FailureKind, string>> = {
  internal: 'A defect in mha-helper; undone as far as possible.',
  usage: 'Bad arguments; nothing was changed.',
  config: 'Bad or missing configuration; nothing was changed.',
  mysql: 'MySQL does not answer, refuses the password, or lacks a privilege.',
  ssh: 'SSH was refused, the host key is unknown or has changed, or no key was accepted.',
  address: 'The interface is missing, ip was refused, or the writer address comes back.',
  deadline: 'Something did not answer within its limit.',
  interrupted: 'SIGTERM, SIGINT or SIGHUP; what had been changed was undone.',
  refused: 'Going on would not be safe.',
  undo: 'Something could not be undone; the message says what to do by hand.',
  mail: 'The mail could not be handed over.',
  environment: 'Something is missing on this host.',
};

/** The page `mha-helper.1`. */
export function manPage(): string {
  const date = sourceDate().toISOString().slice(0, 10);
  return [
    `.TH MHA\\-HELPER 1 "${date}" "mha\\-helper ${packageVersion()}" "User Commands"`,
    // URLs, names and options are not to be broken at the end of a line.
    '.nh',
    '.ad l',
    '.SH NAME',
    'mha\\-helper \\- hooks and commands around MHA for MySQL',
    '.SH SYNOPSIS',
    ...commandTable().flatMap(({ words, synopsis }) =>
      [
        '.B',
        roff(`mha-helper ${words.join(' ')}`),
        roff(synopsis.slice(`mha-helper ${words.join(' ')}`.length).trim()),
        '.br',
      ].filter((line) => line !== ''),
    ),
    '.SH DESCRIPTION',
    paragraph(
      'MHA (masterha_manager and masterha_master_switch) finds a dead MySQL master, recovers its binary log and ' +
        're-points the replicas. mha-helper does what must happen around that: it makes the right server read-only, ' +
        "moves the writer's virtual IP, ends sessions, undoes all of it when something fails, and tells people.",
    ),
    '.PP',
    paragraph(
      "It is one program. Called by one of these names, as MHA's configuration does, it is the command beside it:",
    ),
    ...entryNames.flatMap(({ name, words }) => ['.TP', `.B ${roff(name)}`, roff(`mha-helper ${words.join(' ')}`)]),
    '.SH COMMANDS',
    ...byCategory(commandTable()),
    '.SS Options of every command',
    ...commonOptions.flatMap(optionLines),
    '.SH CONFIGURATION',
    paragraph(
      'One file for each cluster, /etc/mha-helper/*.conf. [default] holds for every host; a section with a ' +
        "host's name, as MHA's application file has it, goes before it. " +
        'A comment begins at a line that starts with # or ;. mha-helper config shows what is in force. The options:',
    ),
    optionsRoff().trimEnd(),
    '.SH FILES',
    ...tagged('/etc/mha-helper/*.conf', 'The configuration.'),
    ...tagged(
      '/var/lib/mha-helper/*.journal',
      'The record of what the hooks did, one for each cluster. After a kill -9 the next call reads from it what to ' +
        'finish or to undo: do not rotate or truncate it.',
    ),
    '.SH ENVIRONMENT',
    ...tagged('MHA_HELPER_CONFIG_DIR', 'Another directory than /etc/mha-helper.'),
    ...tagged('MHA_HELPER_STATE_DIR', 'Another directory than /var/lib/mha-helper.'),
    ...tagged('MHA_HELPER_DEBUG', 'With 1 errors are shown with a stack trace.'),
    ...tagged('NO_COLOR', 'No colours in the help.'),
    '.SH EXIT STATUS',
    'After 0 and 10 MHA goes on; after everything else it aborts, and it undoes nothing itself.',
    ...tagged('0', 'Done.'),
    ...exitStatuses(),
    '.SH SEE ALSO',
    '.BR masterha_manager (1),',
    '.BR masterha_master_switch (1),',
    '.BR ssh_config (5),',
    '.BR sudoers (5)',
    '',
  ].join('\n');
}

/** A page that is another name of mha-helper(1). */
export const otherName = '.so man1/mha-helper.1\n';

function byCategory(table: readonly CommandFacts[]): string[] {
  return [...Map.groupBy(table, ({ category }) => category)].flatMap(([category, facts]) => [
    `.SS ${roff(category)}`,
    ...facts.flatMap(commandLines),
  ]);
}

function commandLines({ synopsis, description, details, options, examples }: CommandFacts): string[] {
  return [
    '.TP',
    `.B ${roff(synopsis)}`,
    roff(`${description.charAt(0).toUpperCase()}${description.slice(1)}.`),
    ...details.flatMap((text) => ['.IP', paragraph(text)]),
    ...(options.length === 0 ? [] : ['.RS', ...options.flatMap(optionLines), '.RE']),
    ...examples.flatMap(({ title, line }) => ['.IP', `${roff(title)}:`, '.br', roff(line)]),
  ];
}

function optionLines({ names, takesValue, description }: CommandOption): string[] {
  return [
    '.TP',
    `.B ${roff(names.join(', '))}${takesValue ? ' \\fIVALUE\\fP' : ''}`,
    roff(`${description.charAt(0).toUpperCase()}${description.slice(1)}.`),
  ];
}

function exitStatuses(): string[] {
  const goOn: [number, string] = [10, 'MHA may go on; LEFT TO DO says what is left to do by hand.'];
  const failures = (Object.keys(failureExitCodes) as FailureKind[]).map((kind): [number, string] => [
    failureExitCodes[kind],
    exitMeanings[kind],
  ]);
  return [...failures, goOn].sort(([a], [b]) => a - b).flatMap(([code, meaning]) => tagged(String(code), meaning));
}

function tagged(name: string, text: string): string[] {
  return ['.TP', `.B ${roff(name)}`, roff(text)];
}

function paragraph(text: string): string {
  return roff(text.replaceAll('`', ''));
}

/** Text as troff prints it: dashes that can be copied, no line that is taken for a request. */
export function roff(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll("'", '\\(aq').replace(/^\./, '\\&.');
}

if (import.meta.main) process.stdout.write(manPage());
