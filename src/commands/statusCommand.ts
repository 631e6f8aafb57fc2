import { Command } from 'clipanion';
import type { Context } from '../context/Context.ts';
import { describeRuns } from '../procedures/run/describeRuns.ts';

/** What the hooks did last, from their own record. */
export class StatusCommand extends Command<Context> {
  static override paths = [['status']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'show what the hooks did last in each cluster, unfinished work, and mails that are not delivered yet',
    details: 'Reads the journal of each cluster and the spool of mails; connects to nothing.',
    examples: [['All clusters', 'mha-helper status']],
  });

  async execute(): Promise<number> {
    this.context.stdout.write(`${await describeRuns(this.context.tools)}\n`);
    return 0;
  }
}
