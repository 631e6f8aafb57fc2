import { attentionOf, reassurance } from './attention.ts';
import type { RunRecord, StepRecord } from '../steps/journal.ts';
import { outageText } from '../steps/witnessRecord.ts';
import { printable, printableLine } from './printable.ts';
import { logFileName, type Report } from './Report.ts';
import {
  answerText,
  dayAndTime,
  duration,
  noRuns,
  runEnd,
  runTitle,
  stepEnd,
  stepsNote,
  timeOfDay,
  whereAddressIs,
} from './wording.ts';

/** The mail as plain text: what is left to do, the facts, who is what now, the steps, what MHA says. */
export function reportText(report: Report): string {
  const attention = attentionOf(report);
  const todo = attention.lines.map(printableLine);
  const calm = reassurance(attention);
  return printable(
    [
      ...(calm === null ? [] : [calm]),
      ...todo,
      '',
      ...table(factsOf(report)),
      '',
      `Now (checked ${dayAndTime(report.now.checkedAt)})`,
      ...stateLines(report),
      '',
      'What was done',
      `  ${stepsNote}`,
      ...stepLines(report),
      '',
      'What MHA says',
      ...printable(report.body.trimEnd())
        .split('\n')
        .map((line) => (line === '' ? '' : `  ${line}`)),
      '',
      'missing' in report.log
        ? `The manager log is not attached: ${printableLine(report.log.missing)}`
        : `The end of ${report.log.path} is attached as ${logFileName}.`,
      '',
    ].join('\n'),
  );
}

/** Name and value of what concerns the whole failover. */
export function factsOf(report: Report): readonly (readonly [string, string])[] {
  const { cluster, origHost, newHost, newSlaveHosts, conf, managerHost, at, now, runs } = report;
  const witness = runs.findLast((run) => run.witness !== undefined)?.witness;
  return [
    ['Cluster', cluster],
    ['Original master', origHost],
    ['New master', newHost ?? 'none: the failover did not succeed'],
    ['New replicas', newSlaveHosts.length === 0 ? 'none' : newSlaveHosts.join(', ')],
    ['Writer address now', whereAddressIs(now)],
    ...(witness === undefined ? [] : [['Outage', outageText(witness)] as const]),
    ['Time', dayAndTime(at)],
    ['Manager host', managerHost],
    ['MHA configuration', conf],
  ];
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, value]) => `${name}:`.padEnd(width) + printableLine(value));
}

function stateLines({ now }: Report): string[] {
  if (now.unknown !== null) return [`  could not be found out: ${printableLine(now.unknown)}`];
  const width = Math.max(0, ...now.hosts.map(({ host }) => host.length)) + 2;
  return now.hosts.map(({ host, holdsAddress, takesWrites }) => {
    const address = now.address === null ? [] : [`writer address: ${answerText(holdsAddress, 'yes', 'no')}`];
    const facts = [...address, `takes writes: ${answerText(takesWrites, 'yes', 'no')}`];
    return `  ${host.padEnd(width)}${printableLine(facts.join('; '))}`;
  });
}

function stepLines({ runs, since }: Report): string[] {
  if (runs.length === 0) return ['', `  ${noRuns(since)}`];
  return runs.flatMap((run) => [
    '',
    `  ${timeOfDay(run.startedAt)}  ${printableLine(runTitle(run))}`,
    ...run.steps.map(stepLine),
    endLine(run),
  ]);
}

function stepLine(step: StepRecord): string {
  const took = duration(step.at, step.endedAt);
  const line = `  ${timeOfDay(step.at)}    ${printableLine(step.title)}: ${stepEnd(step)}`;
  return took === '' ? line : `${line} (${took})`;
}

function endLine(run: RunRecord): string {
  if (run.end === null) return `${' '.repeat(16)}${runEnd(run)}`;
  return `  ${timeOfDay(run.end.at)}  ${runEnd(run)} (${duration(run.startedAt, run.end.at)} in all)`;
}
