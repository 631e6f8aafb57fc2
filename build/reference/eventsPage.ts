// docs/reference/events.md: when the monitor tells a person, and what the journal holds.
import type { JournalLine } from '../../src/steps/journal.ts';
import { confirmMs, findingOver, kinds } from '../../src/procedures/watch/findings.ts';
import { incidents, protectedAgain, type NoticeFacts } from '../../src/procedures/monitor/incidents.ts';
import { pauseBegan, pauseEnded } from '../../src/procedures/pause/pauseNotices.ts';
import { code, listItem, paragraph } from './markdown.ts';

const journalLines: Readonly<Record<JournalLine['kind'], string>> = {
  run: 'a hook, `vip assign`, `vip release` or `undo` began: `procedure`, `origHost`, `newHost`, `pid`',
  step: 'a step began: `id`, `title`, and `before`, how it was found; written before anything is changed',
  done: 'the step was done: `id`, and `detail` where a later run needs it',
  undone: 'the step was taken back: `id`',
  acknowledged: 'a person has said that what the run has left to do is done: `by`',
  allowed: 'a person has taken away what kept MHA from another failover (`acknowledge --failover`): `by`',
  end: 'the run ended: `outcome` (`done`, `proceed`: exit code 10, or `failed`), `message`, `leftToDo`',
  witness: 'what clients met in the switch: `outageMs`, `met`, `server`, and where it was seen from',
  drill: 'the switch was a part of a drill: `way` (`there` or `back`), and when that `began`',
};

export function eventsPage(): readonly string[] {
  const notices = [
    ...Object.entries(incidents).map(([subject, facts]): NoticeFacts => ({ subject, ...facts })),
    protectedAgain,
    pauseBegan,
    pauseEnded,
  ];
  return [
    '# Events',
    '## Mails of the monitor',
    paragraph(
      'To report_email, with the subject `CLUSTER: ` and one of these. One mail opens an incident; until the ' +
        'cluster is protected again no second one follows, whatever happens: `mha-helper monitor status` shows the ' +
        'incident with its first reason, `mha_incident` is 1. A mail that cannot be handed over is tried again each ' +
        'minute.',
    ),
    ...notices.flatMap(notice),
    '## Mails of what the monitor sees',
    paragraph(
      `The monitor itself looks at servers and hosts each watch_interval (default 10 s), and ${confirmMs / 1000} s ` +
        'after a look that has seen something. Each of these is told once when it begins and once when it is over, ' +
        'beside the mails above. One look is not enough; what is not known neither begins nor ends anything. While ' +
        'MHA suspects the master or fails over, and while a hook is at work, nothing is judged.',
    ),
    ...[...Object.values(kinds), findingOver].flatMap(notice),
    '## Mail after a failover',
    paragraph(
      'MHA calls master_failover_report, and that mails to report_email: what is left to do first, then where the ' +
        'writer address is and who takes writes, what the hooks did, what MHA says, and the end of its log.',
    ),
    '## Lines of a hook',
    paragraph(
      'They go to stdout and stderr, and so into `manager_log`. A line `N/M TITLE: done` stands for each step.',
    ),
    [
      '`warning: ...`: it goes on, but something is worth knowing.',
      '`LEFT TO DO: ...`: exit code 10; a person must do this.',
      '`ATTENTION: ...`: from the commands for operators: what is not as it should be.',
      '`mha-helper: ...`: why it failed; the last line, one sentence and what to do.',
    ]
      .map(listItem)
      .join('\n'),
    '## The journal',
    paragraph(
      'One JSON object a line in `/var/lib/mha-helper/CLUSTER.journal`, only ever appended to. Each has `kind`, ' +
        '`run` (the same for all lines of one run) and `at` (UTC). mha-helper status reads it for people.',
    ),
    Object.entries(journalLines)
      .map(([kind, text]) => listItem(`${code(kind)}: ${text}.`))
      .join('\n'),
  ];
}

function notice({ subject, when, remedy }: NoticeFacts): readonly string[] {
  return [`### ${subject}`, paragraph(when), ...(remedy === '' ? [] : [paragraph(remedy)])];
}
