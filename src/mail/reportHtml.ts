// The same as the text, to be read on a phone. Mail programs drop style sheets and scripts, so every style stands in
// its element, and what must stand side by side stands in a table.
import { attentionOf, type Attention } from './attention.ts';
import { escapeHtml } from './printable.ts';
import { factsOf } from './reportText.ts';
import { logFileName, type Answer, type Report } from './Report.ts';
import { dayAndTime, duration, noRuns, runEnd, runTitle, stepEnd, stepsNote, timeOfDay } from './wording.ts';

const font = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const mono = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace";
const grey = '#5b6572';
const colors = { good: '#1b7f4b', attention: '#b45309', failed: '#b42318' } as const;
const tints = { good: '#ecf8f1', attention: '#fff7e8', failed: '#fef0ef' } as const;
const words = {
  good: 'Failover done',
  attention: 'Failover done, something is left to do',
  failed: 'Failover did not succeed',
} as const;

export function reportHtml(report: Report): string {
  const attention = attentionOf(report);
  const parts = [
    head(report, attention),
    leftToDo(attention),
    facts(report),
    state(report),
    steps(report),
    own(report),
    foot(report),
  ];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${escapeHtml(report.subject)}</title>
</head>
<body style="margin:0;padding:0;background:#eef1f4;color:#1c2430;${font};font-size:15px;line-height:1.45;-webkit-text-size-adjust:100%">
<table role="presentation" width="100%" cellspacing="0" cellpadding="0" style="background:#eef1f4"><tr><td align="center" style="padding:12px 8px">
<table role="presentation" width="100%" cellspacing="0" cellpadding="0" style="max-width:680px;background:#ffffff;border-radius:8px;overflow:hidden;text-align:left">
${parts.filter((part) => part !== '').join('\n')}
</table>
</td></tr></table>
</body>
</html>
`;
}

function head({ subject, origHost, newHost }: Report, { verdict }: Attention): string {
  const masters = newHost === null ? escapeHtml(origHost) : `${escapeHtml(origHost)} &rarr; ${escapeHtml(newHost)}`;
  return `<tr><td style="background:${colors[verdict]};color:#ffffff;padding:18px 20px">
<div style="font-size:13px;opacity:.92">${words[verdict]}</div>
<div style="font-size:23px;font-weight:600;padding:2px 0">${masters}</div>
<div style="font-size:13px;opacity:.92;overflow-wrap:anywhere">${escapeHtml(subject)}</div>
</td></tr>`;
}

function leftToDo({ verdict, lines }: Attention): string {
  if (lines.length === 0)
    return section(
      '',
      `<p style="margin:0;padding:10px 14px;background:${tints.good};border-radius:6px">Nothing is left to do.</p>`,
    );
  const items = lines.map(
    (line) =>
      `<p style="margin:8px 0 0;overflow-wrap:anywhere"><b style="color:${colors[verdict]}">${tagged(line)}</p>`,
  );
  return section(
    '',
    `<div style="padding:4px 14px 12px;background:${tints[verdict]};border-left:4px solid ${colors[verdict]};border-radius:4px">${items.join('')}</div>`,
  );
}

/** `LEFT TO DO:` in bold, and what. The element is already open. */
function tagged(line: string): string {
  const end = line.indexOf(':') + 1;
  return `${escapeHtml(line.slice(0, end))}</b>${escapeHtml(line.slice(end))}`;
}

function facts(report: Report): string {
  return section(
    '',
    `<table role="presentation" width="100%" cellspacing="0" cellpadding="0">${factsOf(report)
      .map(
        ([name, value]) =>
          `<tr><td style="padding:3px 12px 3px 0;color:${grey};vertical-align:top;width:34%">${escapeHtml(name)}</td><td style="padding:3px 0;vertical-align:top;overflow-wrap:anywhere">${escapeHtml(value)}</td></tr>`,
      )
      .join('')}</table>`,
  );
}

function state({ now, newHost }: Report): string {
  const title = `Now, checked ${dayAndTime(now.checkedAt)}`;
  if (now.unknown !== null)
    return section(title, `<p style="margin:0">Could not be found out: ${escapeHtml(now.unknown)}</p>`);
  const managed = now.address !== null;
  const heading = (text: string): string =>
    `<td style="padding:4px 10px 4px 0;color:${grey};font-size:13px;border-bottom:1px solid #dde2e8">${text}</td>`;
  const rows = now.hosts.map(
    ({ host, holdsAddress, takesWrites }) =>
      `<tr>${cell(`<b>${escapeHtml(host)}</b>${host === newHost ? `<br><span style="color:${grey};font-size:12px;white-space:nowrap">new master</span>` : ''}`)}${
        managed ? cell(answer(holdsAddress)) : ''
      }${cell(answer(takesWrites))}</tr>`,
  );
  return section(
    title,
    `<table width="100%" cellspacing="0" cellpadding="0"><tr>${heading('Host')}${managed ? heading(`Writer address ${escapeHtml(now.address ?? '')}`) : ''}${heading('Takes writes')}</tr>${rows.join('')}</table>`,
  );
}

function answer(value: Answer | 'partly'): string {
  if (value === 'partly') return `<span style="color:${colors.attention}">in part</span>`;
  if (typeof value !== 'boolean')
    return `<span style="color:${colors.attention}">not known</span><div style="color:${grey};font-size:12px;overflow-wrap:anywhere">${escapeHtml(value.unknown)}</div>`;
  return value ? `<b style="color:${colors.good}">yes</b>` : 'no';
}

function cell(content: string): string {
  return `<td style="padding:6px 10px 6px 0;vertical-align:top;border-bottom:1px solid #eef1f4">${content}</td>`;
}

function steps({ runs, since }: Report): string {
  if (runs.length === 0) return section('What was done', `<p style="margin:0">${noRuns(since)}</p>`);
  const row = (time: string, content: string, took: string): string =>
    `<tr><td style="padding:4px 10px 4px 0;vertical-align:top;white-space:nowrap;width:1%;${mono};font-size:12px;color:${grey};line-height:22px">${time}</td><td style="padding:4px 0;vertical-align:top;overflow-wrap:anywhere">${content}</td><td align="right" style="padding:4px 0 4px 8px;vertical-align:top;white-space:nowrap;width:1%;font-size:13px;color:${grey};line-height:22px">${took}</td></tr>`;
  const all = runs.flatMap((run) => [
    row(timeOfDay(run.startedAt), `<b>${escapeHtml(runTitle(run))}</b>`, ''),
    ...run.steps.map((step) =>
      row(
        timeOfDay(step.at),
        `${escapeHtml(step.title)}${step.state === 'done' ? '' : `: <b style="color:${colors.attention}">${stepEnd(step)}</b>`}`,
        duration(step.at, step.endedAt),
      ),
    ),
    row(
      run.end === null ? '' : timeOfDay(run.end.at),
      endOf(runEnd(run), run.end?.outcome),
      duration(run.startedAt, run.end?.at ?? null),
    ),
  ]);
  return section(
    'What was done',
    `<table role="presentation" width="100%" cellspacing="0" cellpadding="0">${all.join('')}</table><p style="margin:8px 0 0;font-size:13px;color:${grey}">${escapeHtml(stepsNote)}</p>`,
  );
}

function endOf(text: string, outcome: 'done' | 'proceed' | 'failed' | undefined): string {
  const color = outcome === 'done' ? colors.good : outcome === 'proceed' ? colors.attention : colors.failed;
  return `<span style="color:${color}">${text}</span>`;
}

function own({ body }: Report): string {
  return section(
    'What MHA says',
    `<div style="white-space:pre-wrap;overflow-wrap:anywhere;${mono};font-size:12px;line-height:1.5;background:#f6f8fa;border-radius:6px;padding:12px 14px">${escapeHtml(body.trimEnd())}</div>`,
  );
}

function foot({ log, managerHost }: Report): string {
  const attached =
    'missing' in log
      ? `The manager log is not attached: ${log.missing}`
      : `The end of ${log.path} is attached as ${logFileName}.`;
  return `<tr><td style="padding:6px 20px 18px;font-size:13px;color:${grey};overflow-wrap:anywhere">${escapeHtml(attached)}<br>Sent by mha-helper on ${escapeHtml(managerHost)}.</td></tr>`;
}

function section(title: string, content: string): string {
  const heading =
    title === '' ? '' : `<div style="font-size:16px;font-weight:600;padding:0 0 6px">${escapeHtml(title)}</div>`;
  return `<tr><td style="padding:14px 20px 4px">${heading}${content}</td></tr>`;
}
