import { blockBegunBy } from './configTiny.ts';

/** MHA's application file without the blocks of these servers; every other line stays as it is. */
export function withoutServers(text: string, blocks: readonly string[]): string {
  let dropping = false;
  return text
    .split(/(?<=\n)/)
    .filter((line) => {
      const name = blockBegunBy(line);
      if (name !== null) dropping = blocks.includes(name);
      return !dropping;
    })
    .join('');
}
