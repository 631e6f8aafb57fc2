// mha-helper(1), from what --help knows and the tables of exit codes, files and variables.
//   node build/manPage.ts | man -l -
import { commonVariables, givenVariables, settingVariables, type Variable } from '../src/context/environment.ts';
import { entryNames } from '../src/entryNames.ts';
import { exitCodeTable } from '../src/mha/exitCodeTable.ts';
import { commandTable, commonOptions, type CommandFacts, type CommandOption } from './commandTable.ts';
import { asTitle, sentence, spellingParts } from './optionSpelling.ts';
import { fileGroups } from './ownFiles.ts';
import { shellLine } from './reference/markdown.ts';
import { heading, prose, reference, roff, tagged, verbatim } from './roff.ts';
import { sourceDate } from './sourceDate.ts';
import { packageVersion } from './version.ts';

/** A terminal of 80 columns, less both indents. */
const exampleColumns = 68;

/** The page `mha-helper.1`. */
export function manPage(): string {
  const table = commandTable();
  return [
    ...heading('mha-helper', 1, sourceDate().toISOString().slice(0, 10), packageVersion(), 'User Commands'),
    '.SH NAME',
    'mha\\-helper \\- hooks and commands around MHA for MySQL',
    '.SH SYNOPSIS',
    ...table.flatMap(synopsisLines).slice(0, -1),
    '.SH DESCRIPTION',
    ...description(),
    '.SH COMMANDS',
    ...byCategory(table),
    '.SS Options of every command',
    ...commonOptions.flatMap(optionLines),
    '.SH CONFIGURATION',
    'One file for each cluster, /etc/mha\\-helper/CLUSTER.conf; see',
    `${reference('mha-helper.conf', 5)}.`,
    '.SH EXIT STATUS',
    'After 0 and 10 MHA goes on; after everything else it aborts, and it undoes nothing itself.',
    ...exitCodeTable.flatMap(({ code, meaning, remedy }) => tagged(String(code), `${meaning} ${remedy}`.trim())),
    '.SH ENVIRONMENT',
    ...settingVariables.flatMap(variable),
    '.PP',
    'Read as their owners read them:',
    ...commonVariables.flatMap(variable),
    '.PP',
    prose('Given to fence_command (the first two) and to the three commands of vip_type = command (all):'),
    ...givenVariables.flatMap(variable),
    '.SH FILES',
    ...fileGroups.flatMap(({ title, files }) => [
      `.SS ${roff(title)}`,
      ...files.flatMap(({ path, mode, what }) => tagged(path, mode === '' ? what : `${what} Mode ${mode}.`)),
    ]),
    '.SH EXAMPLES',
    ...examples(table),
    '.SH SEE ALSO',
    `${reference('mha-helper.conf', 5)},`,
    `${reference('masterha_manager', 1)},`,
    `${reference('masterha_master_switch', 1)},`,
    `${reference('ssh_config', 5)},`,
    `${reference('sudoers', 5)},`,
    reference('systemctl', 1),
    '.PP',
    'The pages for reading on are in /usr/share/doc/mha\\-helper.',
    '',
  ].join('\n');
}

/** A page that is another name of mha-helper(1). */
export const otherName = '.so man1/mha-helper.1\n';

function description(): string[] {
  return [
    prose(
      'MHA (masterha_manager and masterha_master_switch) finds a dead MySQL master, recovers its binary log and ' +
        're-points the replicas. mha-helper does what must happen around that: it makes the right server read-only, ' +
        "moves the writer's virtual IP, ends sessions, undoes all of it when something fails, and tells people.",
    ),
    '.PP',
    prose("It is one program. Called by one of these names, as MHA's configuration does, it is the command beside it:"),
    ...entryNames.flatMap(({ name, words }) => tagged(name, `mha-helper ${words.join(' ')}`)),
  ];
}

function synopsisLines({ words, synopsis }: CommandFacts): string[] {
  const name = `mha-helper ${words.join(' ')}`;
  const rest = synopsis.slice(name.length).trim();
  return [`.B ${roff(name)}`, ...(rest === '' ? [] : [roff(rest)]), '.br'];
}

function byCategory(table: readonly CommandFacts[]): string[] {
  return [...Map.groupBy(table, ({ category }) => category)].flatMap(([category, facts]) => [
    `.SS ${roff(category)}`,
    ...facts.flatMap(commandLines),
  ]);
}

function commandLines({ synopsis, description: what, details, options }: CommandFacts): string[] {
  return [
    '.TP',
    `.B ${roff(synopsis)}`,
    prose(sentence(what)),
    ...details.flatMap((text) => ['.IP', prose(text)]),
    ...(options.length === 0 ? [] : ['.RS', ...options.flatMap(optionLines), '.RE']),
  ];
}

function optionLines(option: CommandOption): string[] {
  const { names, value } = spellingParts(option);
  const bold = `.B ${roff(names)}`;
  return ['.TP', value === '' ? bold : `${bold} \\fI${roff(value)}\\fP`, prose(sentence(option.description))];
}

function examples(table: readonly CommandFacts[]): string[] {
  return table
    .flatMap((facts) =>
      facts.examples.flatMap(({ title, line }) => [
        '.PP',
        prose(`${facts.words.join(' ')}: ${asTitle(title)}`),
        ...verbatim(shellLine(line, exampleColumns)),
      ]),
    )
    .slice(1);
}

function variable({ name, fallback, meaning }: Variable): string[] {
  return tagged(name, fallback === '' ? meaning : `${meaning} Default: ${fallback}.`);
}

if (import.meta.main) process.stdout.write(manPage());
