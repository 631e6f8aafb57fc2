// The same as the text, to be read on a phone.
import type { RunRecord, StepRecord } from '../steps/journal.ts';
import { attentionOf, reassurance, type Attention } from './attention.ts';
import * as html from './htmlElements.ts';
import { escapeHtml } from './printable.ts';
import { factsOf } from './reportText.ts';
import { logFileName, type Answer, type HostNow, type Report } from './Report.ts';
import { dayAndTime, duration, noRuns, runEnd, runTitle, stepEnd, stepsNote, timeOfDay } from './wording.ts';

const words = {
  good: 'Failover done',
  attention: 'Failover done, something is left to do',
  failed: 'Failover did not succeed',
} as const;

export function reportHtml(report: Report): string {
  const attention = attentionOf(report);
  return html.page(escapeHtml(report.subject), [
    head(report, attention),
    leftToDo(attention),
    facts(report),
    state(report),
    steps(report),
    own(report),
    foot(report),
  ]);
}

function head({ subject, origHost, newHost }: Report, { verdict }: Attention): string {
  const masters = [origHost, ...(newHost === null ? [] : [newHost])].map(escapeHtml).join(' &rarr; ');
  const small = ['font-size:13px', 'opacity:.92'];
  const lines = [
    html.element('div', small, words[verdict]),
    html.element('div', ['font-size:23px', 'font-weight:600', 'padding:2px 0'], masters),
    html.element('div', [...small, html.breaks], escapeHtml(subject)),
  ];
  const band = [`background:${html.colors[verdict]}`, 'color:#ffffff', 'padding:18px 20px'];
  return html.row([html.cell(band, lines.join('\n'))]);
}

function leftToDo(attention: Attention): string {
  const { verdict, lines } = attention;
  const calm = reassurance(attention);
  const tint = `background:${html.tints[verdict]}`;
  const first = calm === null ? '' : html.element('p', ['margin:0', 'padding:8px 0 0'], calm);
  const border = [`border-left:4px solid ${html.colors[verdict]}`, 'border-radius:4px'];
  const items = lines.map((line) =>
    html.element('p', ['margin:8px 0 0', html.breaks], tagged(line, html.colors[verdict])),
  );
  return html.section('', html.element('div', ['padding:4px 14px 12px', tint, ...border], first + items.join('')));
}

/** `LEFT TO DO:` in bold, and what. */
function tagged(line: string, color: string): string {
  const end = line.indexOf(':') + 1;
  return `${html.boldIn(color, escapeHtml(line.slice(0, end)))}${escapeHtml(line.slice(end))}`;
}

function facts(report: Report): string {
  const name = ['padding:3px 12px 3px 0', `color:${html.grey}`, 'vertical-align:top', 'width:34%'];
  const value = ['padding:3px 0', 'vertical-align:top', html.breaks];
  const rows = factsOf(report).map(([what, text]) =>
    html.row([html.cell(name, escapeHtml(what)), html.cell(value, escapeHtml(text))]),
  );
  return html.section('', html.table(rows));
}

function state({ now, newHost }: Report): string {
  const title = `Now, checked ${dayAndTime(now.checkedAt)}`;
  if (now.unknown !== null) {
    const text = `Could not be found out: ${escapeHtml(now.unknown)}`;
    return html.section(title, html.element('p', ['margin:0'], text));
  }
  const address = now.address === null ? [] : [`Writer address ${escapeHtml(now.address)}`];
  const headings = html.row(['Host', ...address, 'Takes writes'].map(columnHeading));
  const rows = now.hosts.map((host) => hostRow(host, now.address !== null, host.host === newHost));
  return html.section(title, html.table([headings, ...rows], false));
}

function columnHeading(text: string): string {
  return html.cell(
    ['padding:4px 10px 4px 0', `color:${html.grey}`, 'font-size:13px', 'border-bottom:1px solid #dde2e8'],
    text,
  );
}

function hostRow({ host, holdsAddress, takesWrites }: HostNow, managed: boolean, isNew: boolean): string {
  const note = html.element('span', [`color:${html.grey}`, 'font-size:12px', 'white-space:nowrap'], 'new master');
  const name = [`<b>${escapeHtml(host)}</b>`, ...(isNew ? [note] : [])].join('<br>');
  const cells = [name, ...(managed ? [answer(holdsAddress)] : []), answer(takesWrites)];
  const style = ['padding:6px 10px 6px 0', 'vertical-align:top', 'border-bottom:1px solid #eef1f4'];
  return html.row(cells.map((content) => html.cell(style, content)));
}

function answer(value: Answer | 'partly'): string {
  if (value === 'partly') return html.colored(html.colors.attention, 'in part');
  if (value === true) return html.boldIn(html.colors.good, 'yes');
  if (value === false) return 'no';
  const why = html.element('div', [`color:${html.grey}`, 'font-size:12px', html.breaks], escapeHtml(value.unknown));
  return `${html.colored(html.colors.attention, 'not known')}${why}`;
}

function steps({ runs, since }: Report): string {
  if (runs.length === 0) return html.section('What was done', html.element('p', ['margin:0'], noRuns(since)));
  const note = html.element('p', ['margin:8px 0 0', 'font-size:13px', `color:${html.grey}`], escapeHtml(stepsNote));
  return html.section('What was done', html.table(runs.flatMap(runRows)) + note);
}

function runRows(run: RunRecord): readonly string[] {
  const { startedAt, end } = run;
  return [
    timedRow(timeOfDay(startedAt), `<b>${escapeHtml(runTitle(run))}</b>`, ''),
    ...run.steps.map(stepRow),
    timedRow(end === null ? '' : timeOfDay(end.at), endOf(run), duration(startedAt, end?.at ?? null)),
  ];
}

function stepRow(step: StepRecord): string {
  const end = step.state === 'done' ? '' : `: ${html.boldIn(html.colors.attention, stepEnd(step))}`;
  return timedRow(timeOfDay(step.at), `${escapeHtml(step.title)}${end}`, duration(step.at, step.endedAt));
}

function timedRow(time: string, content: string, took: string): string {
  const narrow = ['vertical-align:top', 'white-space:nowrap', 'width:1%', `color:${html.grey}`, 'line-height:22px'];
  return html.row([
    html.cell(['padding:4px 10px 4px 0', ...narrow, html.mono, 'font-size:12px'], time),
    html.cell(['padding:4px 0', 'vertical-align:top', html.breaks], content),
    html.cell(['padding:4px 0 4px 8px', ...narrow, 'text-align:right', 'font-size:13px'], took),
  ]);
}

function endOf(run: RunRecord): string {
  const byOutcome = { done: html.colors.good, proceed: html.colors.attention, failed: html.colors.failed };
  return html.colored(run.end === null ? html.colors.failed : byOutcome[run.end.outcome], runEnd(run));
}

function own({ body }: Report): string {
  const box = ['background:#f6f8fa', 'border-radius:6px', 'padding:12px 14px'];
  const text = ['white-space:pre-wrap', html.breaks, html.mono, 'font-size:12px', 'line-height:1.5'];
  return html.section('What MHA says', html.element('div', [...text, ...box], escapeHtml(body.trimEnd())));
}

function foot({ log, managerHost }: Report): string {
  const attached =
    'missing' in log
      ? `The manager log is not attached: ${log.missing}`
      : `The end of ${log.path} is attached as ${logFileName}.`;
  const text = `${escapeHtml(attached)}<br>Sent by mha-helper on ${escapeHtml(managerHost)}.`;
  return html.row([html.cell(['padding:6px 20px 18px', 'font-size:13px', `color:${html.grey}`, html.breaks], text)]);
}
