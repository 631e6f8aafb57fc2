// A timeline as a picture: a line for each entry, its bar where it lies in time. SVG that stands alone. Pure.
import { escapeHtml } from '../../mail/printable.ts';
import type { TimelineEntry } from './HistoryEntry.ts';

const width = 1_000;
const textWidth = 520;
const barsAt = 540;
const barsWidth = width - barsAt - 20;
const lineHeight = 22;
const axisHeight = 26;
/** What took no time, or nobody knows how long, is a mark. */
const leastWidth = 3;
/** About as many characters as fit beside the bars. */
const mostText = 74;
const mostTicks = 8;

const colors = { mha: '#5b6572', hook: '#1d5fa8', step: '#6aa5dd', witness: '#1a7f37', bad: '#b42318' } as const;
const indents = { mha: 0, hook: 14, step: 28, witness: 0 } as const;

export function storyPicture(timeline: readonly TimelineEntry[]): string {
  const begin = Date.parse(timeline[0]?.at ?? '');
  const end = Math.max(...timeline.map(({ at, seconds }) => Date.parse(at) + (seconds ?? 0) * 1000));
  const total = Math.max((end - begin) / 1000, 0.1);
  const height = axisHeight + timeline.length * lineHeight + 6;
  const x = (seconds: number): number => barsAt + (seconds / total) * barsWidth;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="100%" role="img"`,
    ` font-family="system-ui,'DejaVu Sans',sans-serif" font-size="13">`,
    ...ticks(total).map((seconds) => tick(seconds, x(seconds), height)),
    ...timeline.map((entry, index) => line(entry, index, (Date.parse(entry.at) - begin) / 1000, x)),
    '</svg>',
  ].join('\n');
}

/** Round numbers of seconds, from 0. */
export function ticks(total: number): readonly number[] {
  const raw = total / mostTicks;
  const power = 10 ** Math.floor(Math.log10(raw));
  const pace = power * ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10);
  return Array.from({ length: Math.floor(total / pace + 1e-9) + 1 }, (_, index) => round(index * pace));
}

function tick(seconds: number, at: number, height: number): string {
  return (
    `<line x1="${round(at)}" y1="${axisHeight - 6}" x2="${round(at)}" y2="${height}" stroke="#d5dae1"/>` +
    `<text x="${round(at)}" y="14" fill="#5b6572" text-anchor="middle">${seconds} s</text>`
  );
}

function line(entry: TimelineEntry, index: number, offset: number, x: (seconds: number) => number): string {
  const { source, text, seconds } = entry;
  const top = axisHeight + index * lineHeight;
  const color = isBad(text) ? colors.bad : colors[source];
  const from = x(offset);
  const to = Math.min(Math.max(x(offset + (seconds ?? 0)), from + leastWidth), width);
  const shown = text.length > mostText ? `${text.slice(0, mostText - 1)}…` : text;
  const weight = source === 'step' ? '' : ' font-weight="600"';
  const took = seconds === null ? '' : `, ${round(seconds)} s`;
  const long = `${text}, +${round(offset)} s${took}`;
  return (
    `<g><title>${escapeHtml(long)}</title>` +
    `<svg x="0" y="${top}" width="${textWidth}" height="${lineHeight}">` +
    `<text x="${indents[source]}" y="15" fill="${color}"${weight}>${escapeHtml(shown)}</text></svg>` +
    `<rect x="${round(from)}" y="${top + 4}" width="${round(to - from)}" height="${lineHeight - 8}" rx="2"` +
    ` fill="${color}"/>` +
    '</g>'
  );
}

/** As timeline.ts words it. */
function isBad(text: string): boolean {
  return /\b(FAILED|UNDONE|NOT FINISHED|NOT ENDED|LEFT TO DO)\b/.test(text);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
