import { Command, Option } from 'clipanion';
import type { Context } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { writePage } from '../../procedures/history/writePage.ts';
import { storyText } from '../../procedures/history/historyText.ts';
import { readStory } from '../../procedures/history/readHistory.ts';
import { clusterFile } from '../../procedures/monitor/clusterName.ts';
import { clusterOption } from '../clusterOption.ts';

/** One switch or failover, told. */
export class HistoryShowCommand extends Command<Context> {
  static override paths = [['history', 'show']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'tell one switch or failover as a timeline',
    details: `
      N is its number in \`mha-helper history\`. From the first failed ping to the last replica: MHA's phases from its
      manager_log (or manager_log.1), which has whole seconds, and each hook with its steps. The first column is the
      time since the beginning, the second how long it took.
    `,
    examples: [
      ['The first', 'mha-helper history show 1 -c test_cluster'],
      ['As a page with a picture', 'mha-helper history show 1 -c test_cluster --html failover.html'],
    ],
  });

  number = Option.String({ name: 'N', required: true });
  conf = clusterOption();
  json = Option.Boolean('--json', false, { description: 'an object for programs' });
  html = Option.String('--html', { description: 'write it to FILE as a page for a browser, with a picture' });

  async execute(): Promise<number> {
    const { stdout, tools } = this.context;
    if (!/^\d{1,9}$/.test(this.number)) throw new Failure('usage', `history show: N must be a number: ${this.number}`);
    const story = await readStory(await clusterFile(this.conf, tools), Number(this.number), tools);
    if (this.html !== undefined) {
      await writePage(this.html, story, tools);
      return 0;
    }
    stdout.write(`${this.json ? JSON.stringify(story, null, 2) : storyText(story)}\n`);
    return 0;
  }
}
