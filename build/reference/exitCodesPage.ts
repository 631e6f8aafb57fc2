// docs/reference/exit-codes.md.
import { exitCodeTable, type ExitCodeFacts } from '../../src/mha/exitCodeTable.ts';
import { listItem, paragraph, table } from './markdown.ts';

export function exitCodesPage(): readonly string[] {
  return [
    '# Exit codes',
    paragraph(
      'MHA goes on after 0 and 10 and aborts after everything else; it undoes nothing itself. So a hook that ' +
        'leaves with another code has undone what it changed (11: not all of it). With `--command=status`, when MHA ' +
        'starts to monitor, 10 would be an error too: there the hook leaves with 0 and prints what it noticed.',
    ),
    table(
      ['code', 'name', 'MHA, when a hook leaves with it'],
      exitCodeTable.map(({ code, name, mha }) => [`[${code}](#${anchor({ code, name })})`, name, inMha(mha)]),
    ),
    ...exitCodeTable.flatMap(section),
    '## Commands that have codes of others',
    [
      'mha-helper failover: once MHA was started, the exit code is that of `masterha_master_switch`: 0 done; 10 ' +
        'done, but not every replica follows; others failed. The summary says where things stand.',
      'mha-helper drill: that of check where it is not READY; that of `masterha_master_switch` where the first ' +
        'switch was not made; else 0, 21 or 22.',
      'mha-helper check: that of the first error it found.',
      'mha-helper vip show: 9 when the writer address is not on the one server that takes writes; that of the ' +
        'failure (3 to 7) when a server, a host or the cloud could not be asked.',
      "`mha-helper mha PROGRAM`: the program's own.",
    ]
      .map(listItem)
      .join('\n'),
  ];
}

function section({ code, name, meaning, remedy }: ExitCodeFacts): readonly string[] {
  return [`## ${code}: ${name}`, paragraph(meaning), ...(remedy === '' ? [] : [paragraph(remedy)])];
}

/** As GitHub makes it of the heading. */
function anchor({ code, name }: Pick<ExitCodeFacts, 'code' | 'name'>): string {
  return `${code} ${name}`.toLowerCase().replaceAll(' ', '-');
}

function inMha(mha: ExitCodeFacts['mha']): string {
  return mha === 'never' ? 'no hook does' : mha;
}
