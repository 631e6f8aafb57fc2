// What a command says, on a screen of 80 columns: what the screen would cut within a word goes on below its text. Pure.

const width = 80;
/** A text whose label is longer goes on below the label. */
const longestLabel = 28;

/** Lines that fit, tables that fit and colours stay as they are. */
export function fittedText(text: string): string {
  return text.split('\n').map(fittedLine).join('\n');
}

function fittedLine(line: string): string {
  if (line.length <= width || line.includes('\u001b')) return line;
  const [indent = ''] = /^ */.exec(line) ?? [];
  const [label = indent] = /^ *\S+(?: \S+)*? {2,}/.exec(line) ?? [];
  const lead = label.length > longestLabel ? indent : label;
  const hanging = ' '.repeat(lead === indent ? lead.length + 2 : lead.length);
  const lines: string[] = [];
  let last = lead;
  let isEmpty = true;
  for (const word of line.slice(lead.length).split(' ')) {
    if (!isEmpty && last.length + 1 + word.length > width) {
      lines.push(last);
      last = hanging + word;
    } else last = isEmpty ? last + word : `${last} ${word}`;
    isEmpty = false;
  }
  return [...lines, last].join('\n');
}
