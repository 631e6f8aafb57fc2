import { headerOf } from './configTiny.ts';

/** MHA's application file without the blocks of these servers; every other line stays as it is. */
export function withoutServers(text: string, blocks: readonly string[]): string {
  let dropping = false;
  return text
    .split(/(?<=\n)/)
    .filter((line) => {
      const content = line.replace(/[\r\n]+$/, '').replace(/[ \t\f\v];[ \t\f\v].+$/, '');
      const name = headerOf(content);
      if (name !== null) dropping = blocks.includes(name);
      return !dropping;
    })
    .join('');
}
