// docs/reference/commands.md: what --help says of every command.
import type { CheckLine } from '../../src/procedures/check/CheckLine.ts';
import type { ShownHost, ShownOption } from '../../src/config/show.ts';
import type { AddressFacts, AddressHost } from '../../src/procedures/address/showAddress.ts';
import type { Glance, GlanceRuns, GlanceServer } from '../../src/procedures/glance/Glance.ts';
import type { HistoryEntry, Outage, Story, TimelineEntry } from '../../src/procedures/history/HistoryEntry.ts';
import type { ClusterStatus } from '../../src/procedures/monitor/monitorStatus.ts';
import type { DrillReport, DrillWay } from '../../src/procedures/drill/DrillReport.ts';
import { entryNames } from '../../src/entryNames.ts';
import { commandTable, commonOptions, type CommandFacts, type CommandOption } from '../commandTable.ts';
import { asTitle, sentence, spellingParts } from '../optionSpelling.ts';
import { code, listItem, marked, paragraph, shellLine, table, wrapped } from './markdown.ts';

export function commandsPage(): readonly string[] {
  const groups = [...Map.groupBy(commandTable(), ({ category }) => category)];
  return [
    '# Commands',
    paragraph('The same text as `mha-helper COMMAND --help` and `man mha-helper`. [Exit codes](exit-codes.md).'),
    ...groups.flatMap(([category, commands]) => [`${category}:`, commands.map(overview).join('\n')]),
    '## Names that MHA calls',
    paragraph('Symlinks to the program; called by one of these names it is the command beside it:'),
    table(
      ['name', 'command'],
      entryNames.map(({ name, words }) => [code(name), code(['mha-helper', ...words].join(' '))]),
    ),
    '## Options of every command',
    commonOptions.map(optionItem).join('\n'),
    ...groups.flatMap(([, commands]) => commands.flatMap(section)),
    '## Output for programs',
    paragraph(
      'What `--json` prints. Fields that are here stay as they are; new ones may come. The exit code is the same as ' +
        'without it.',
    ),
    paragraph(
      'mha-helper check --json: an array with an object for each cluster: `conf`, `exitCode`, `lines`. A line:',
    ),
    fields(checkFields),
    paragraph(
      'mha-helper monitor status --json: an array with an object for each cluster. Times are ISO 8601, in UTC:',
    ),
    fields(statusFields),
    paragraph('mha-helper status --json: an array with an object for each cluster:'),
    fields(glanceFields),
    paragraph('Each of `servers`; null: not known, or there is none:'),
    fields(glanceServerFields),
    paragraph('`runs`:'),
    fields(glanceRunFields),
    paragraph('mha-helper history --json: an array with an object for each switch and failover, the oldest first:'),
    fields(historyFields),
    paragraph('`outage`:'),
    fields(outageFields),
    paragraph('mha-helper drill --json: an object:'),
    fields(drillFields),
    paragraph('Each of `ways`:'),
    fields(drillWayFields),
    paragraph('mha-helper history show N --json: one such object, and besides:'),
    fields(storyFields),
    paragraph('Each of `timeline`:'),
    fields(timelineFields),
    paragraph('mha-helper vip show --json: an object:'),
    fields(addressFields),
    paragraph('Each of `servers`:'),
    fields(addressHostFields),
    paragraph(
      'mha-helper config --json: an object with `hosts`, `problems` and `warnings`, texts of one line each. Each of ' +
        '`hosts`:',
    ),
    fields(hostFields),
    paragraph('Each of `options`, by its name:'),
    fields(optionFields),
  ];
}

function overview({ words, description }: CommandFacts): string {
  const name = `mha-helper ${words.join(' ')}`;
  return listItem(`[${code(name)}](#${name.replaceAll(' ', '-')}): ${marked(description)}`);
}

function section({ words, synopsis, category, description, details, options, examples }: CommandFacts): string[] {
  return [
    `## \`mha-helper ${words.join(' ')}\``,
    paragraph(sentence(description)),
    ['```text', wrapped(synopsis, '', '    '), '```'].join('\n'),
    ...details.map(paragraph),
    ...(options.length === 0 ? [] : [options.map(optionItem).join('\n')]),
    ...examples.flatMap(({ title, line }) => [
      paragraph(asTitle(title)),
      [fence(category, line), shellLine(line), '```'].join('\n'),
    ]),
  ];
}

/** What MHA passes is not for a person, nor for a test, to run. */
function fence(category: string, line: string): string {
  const byMha = category.startsWith('Hooks') && !line.endsWith('--flush');
  return byMha ? '```sh not-run: MHA calls it, with arguments of its own' : '```sh';
}

function optionItem(option: CommandOption): string {
  const { names, value } = spellingParts(option);
  return listItem(`${code([names, value].join(' ').trim())}: ${marked(sentence(option.description))}`);
}

function fields(table: Readonly<Record<string, string>>): string {
  return Object.entries(table)
    .map(([name, text]) => listItem(`${code(name)}: ${marked(text)}`))
    .join('\n');
}

const checkFields: Readonly<Record<keyof CheckLine, string>> = {
  where: 'a host, the manager host, or `cluster`',
  severity: '`ok`, `warning` or `error`',
  text: 'what was found',
  hint: 'what to do; not always there',
  kind: 'of an error: what decides the exit code',
};

const glanceFields: Readonly<Record<keyof Glance, string>> = {
  cluster: "MHA's name of the cluster",
  conf: "MHA's application file",
  helperCluster: "mha-helper's own name of it, or null",
  at: 'when it was looked at',
  attention: 'what is not as it must be, a text each, the gravest first; empty: all is well',
  address: 'the writer address; null: none is managed',
  vipType: 'how it is moved, or null',
  servers: 'an object for each server; empty: none could be looked at',
  monitor: 'as an object of `monitor status --json`, or null',
  runs: "what the hooks' own record says",
};

const glanceServerFields: Readonly<Record<keyof GlanceServer, string>> = {
  host: 'as `hostname` in the application file',
  port: 'of MySQL',
  role: '`master`, `replica`, `alone` (read-only and no replica), `down` (nobody listens there) or `silent`',
  version: 'for instance `MariaDB 10.11.6`',
  readOnly: 'read_only',
  superReadOnly: 'super_read_only; null also where the server has none',
  holdsAddress: '`yes`, `no`, `partly`, or `rest` (only on the host, without effect)',
  replicatesFrom: 'the server that it is a replica of',
  replicationRuns: 'whether both threads run',
  secondsBehind: 'as the server says',
  gtid: 'the GTIDs of its binary log',
  position: '`file:position` of its binary log',
  eventScheduler: '`ON`, `OFF` or `DISABLED`',
  enabledEvents: 'how many events are enabled',
  text: 'the same in words, or why it could not be asked',
};

const glanceRunFields: Readonly<Record<keyof GlanceRuns, string>> = {
  atWork: 'a run of the hooks at this moment, in words, or null',
  last:
    'null, or `procedure`, `from`, `to`, `at`, `outcome` (`done`, `proceed`: something is left to do, `failed`, ' +
    '`killed`), and `message`',
  toUndo: 'steps that `mha-helper undo` would undo',
  leftToDo: 'what the hooks have left to a person and is not done, with the run before a colon',
  unknown: 'why the record could not be read, or null',
};

const historyFields: Readonly<Record<keyof HistoryEntry, string>> = {
  number: 'counts from the oldest',
  at: 'when the first hook was called, ISO 8601, in UTC',
  kind: '`planned switch` or `failover`',
  from: 'the old master',
  to: 'the new master; null: MHA had not chosen one',
  outcome: '`done`, `left to do`, `failed`, `given back` or `not finished`',
  seconds: 'from the call of the first hook to the end of the last; null: no end is known',
  hookSeconds: 'of these, in hooks',
  by: "the program of MHA's, and in brackets the person or account behind it; null: not known",
  message: 'why it failed, or empty',
  leftToDo: 'what was left to a person',
  outage: 'what clients met, below; null: nobody looked',
  drill: '`there` or `back`: the switch was a part of a drill; null: of none',
};

const outageFields: Readonly<Record<keyof Outage, string>> = {
  seconds: 'from the last answer of a server that takes writes to the next; null: not measured, or not known',
  atLeast: 'it had begun before anybody looked, or had not ended when the witness stopped',
  met: '`new master`, `old master`, `nobody`, or `unknown`: the witness could not tell',
  text: 'the same in words, with where it was seen from',
};

const drillFields: Readonly<Record<keyof DrillReport, string>> = {
  cluster: "MHA's name of the cluster",
  conf: "MHA's application file",
  began: 'after the check and the consent, ISO 8601, in UTC',
  ended: 'when the report was made',
  by: 'the person or account behind it; null: not known',
  budgetSeconds: 'the value of --budget, or null',
  master: 'the master before',
  masterNow: 'the master now; null: not one server takes writes, or it is not known which',
  outcome: '`done`, `over budget`, `half-way` or `failed`: the first switch was not made',
  why: 'why it went no further, or empty',
  ways: 'an object for each switch, there and back',
};

const drillWayFields: Readonly<Record<keyof DrillWay, string>> = {
  way: '`there` or `back`',
  from: 'the master before this switch',
  to: 'the master after it, or null',
  code: 'exit code of `masterha_master_switch`',
  seconds: 'how long MHA was at work',
  outage: 'what clients met, as in the journal; null: nobody looked',
};

const storyFields: Readonly<Record<Exclude<keyof Story, keyof HistoryEntry>, string>> = {
  timeline: 'what happened, in its order',
  withoutLog: "why MHA's own phases are missing, or null",
};

const timelineFields: Readonly<Record<keyof TimelineEntry, string>> = {
  at: 'ISO 8601, in UTC; of `mha` in whole seconds',
  source: "`mha` (its log), `hook`, `step` (of a hook's) or `witness`",
  text: 'what it was',
  seconds: 'how long it took, or null',
};

const addressFields: Readonly<Record<keyof AddressFacts, string>> = {
  cluster: "MHA's name of the cluster",
  conf: "MHA's application file",
  address: 'the writer address; null: none is managed',
  vipType: 'how it is moved',
  servers: 'an object for each server',
  attention: 'what is not as it should be, a text each',
  exitCode: 'that of the command',
};

const addressHostFields: Readonly<Record<keyof AddressHost, string>> = {
  host: 'as `hostname` in the application file',
  port: 'of MySQL',
  holdsAddress: '`yes`, `no`, `partly`, or `rest` (only on the host, without effect); null: not known, or not managed',
  takesWrites: 'whether it is not read-only; null: not known',
  text: 'the same in words, or why it could not be asked',
};

const hostFields: Readonly<Record<keyof ShownHost, string>> = {
  host: 'name of its section',
  cluster: "mha-helper's name of the cluster",
  file: 'where its options are',
  options: 'each option that concerns it',
};

const optionFields: Readonly<Record<keyof ShownOption, string>> = {
  value: 'as it is written in a file; null: not set. A password is not shown',
  from: '`default`, `[default]` or `host section`',
  line: 'its line in the file; null for a default',
};

const statusFields: Readonly<Record<keyof ClusterStatus, string>> = {
  cluster: "MHA's name of the cluster",
  conf: "MHA's application file",
  protected: 'whether there would be a failover if the master died now, and `findings` is empty',
  why: 'why it is not protected, else null',
  noFailoverBefore: 'until then a failover is refused (`last_failover_minute`), or null',
  state: "the state of masterha_manager, in MHA's words",
  since: 'since when; null: not known',
  master: 'the master, as `hostname` in the application file',
  managerPid: 'process of masterha_manager, or null',
  monitorPid: 'process of the monitor, or null',
  restarts: 'starts of masterha_manager after the first',
  absent: 'servers that are left out since a failover',
  refusal: 'why MHA would not start with one of them that replicates again, or null',
  orders: 'old masters that must stay closed since a failover, how that stands, and the next step; one text each',
  pauses: 'what holds masterha_manager back: `kind` (`pause`, `stop`, `switch`), `by`, `at`, `until`, `reason`, `text`',
  incident: 'the open incident, or null',
  findings: 'what the monitor has seen of servers and hosts that is not as it must be; one text each',
  lastFailover: 'null, or `at`, `from`, `to`, `seconds`, and `partial`: some replicas do not follow',
  managers:
    'several managers (`ha_endpoints`): name and standing of this one, its epoch, who leads, who is alive, ' +
    "since when etcd is silent, and the leader's word; null: there is one manager, or its monitor does not run",
};
