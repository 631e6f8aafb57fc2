import { blockBegunBy } from './configTiny.ts';

const block = 'server default';

/** MHA's application file with this secondary_check_script for each server that has none of its own. */
export function withSecondaryCheck(text: string, script: string): string {
  const line = `secondary_check_script=${script}\n`;
  const lines = text.split(/(?<=\n)/);
  const at = lines.findIndex((one) => blockBegunBy(one) === block);
  if (at < 0) return `[${block}]\n${line}${text}`;
  const header = lines[at] ?? '';
  return [...lines.slice(0, at), header.endsWith('\n') ? header : `${header}\n`, line, ...lines.slice(at + 1)].join('');
}
