// A switch or failover as a page for a browser: one file, nothing is fetched. Pure.
import * as html from '../../mail/htmlElements.ts';
import { escapeHtml } from '../../mail/printable.ts';
import type { HistoryEntry, Story } from './HistoryEntry.ts';
import { outcomeWord, storyHead } from './historyText.ts';
import { storyPicture } from './storyPicture.ts';

type Tone = keyof typeof html.colors;

export function storyPage(story: Story): string {
  const { kind, from, to, at, outcome, leftToDo, withoutLog, timeline } = story;
  const title = `${kind}, ${from} -> ${to ?? '?'}, ${at}`;
  const tone = tones[outcome];
  const color = `color:${html.colors[tone]}`;
  const notes = [
    ...leftToDo.map((line) => `LEFT TO DO: ${line}`),
    ...(withoutLog === null ? [] : [`without MHA's own phases: ${withoutLog}`]),
  ];
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
</head>
<body style="margin:24px auto;max-width:1100px;padding:0 16px;color:#1c2430;background:#ffffff;${html.sans}">
<h1 style="font-size:22px;margin:0 0 4px">${escapeHtml(title)}</h1>
<p style="margin:0 0 12px">${html.boldIn(html.colors[tone], escapeHtml(outcomeWord(outcome)))}</p>
${storyHead(story)
  .map((line) => html.element('p', ['margin:0 0 4px', html.breaks], escapeHtml(line)))
  .join('\n')}
${notes.map((note) => html.element('p', [color, html.breaks], escapeHtml(note))).join('\n')}
${timeline.length === 0 ? '' : storyPicture(timeline)}
</body>
</html>
`;
}

const tones: Readonly<Record<HistoryEntry['outcome'], Tone>> = {
  done: 'good',
  'given back': 'attention',
  'left to do': 'attention',
  failed: 'failed',
  'not finished': 'failed',
};
