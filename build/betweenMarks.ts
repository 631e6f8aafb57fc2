/**
 * The text with `content` between the lines `<!-- NAME:begin -->` and `<!-- NAME:end -->`.
 * @throws Error when they are missing or out of order
 */
export function betweenMarks(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the lines ${begin} and ${end} are missing`);
  return `${text.slice(0, from + begin.length)}\n${content}${text.slice(to)}`;
}
