import { Command, Option } from 'clipanion';
import type { Context } from '../../context/Context.ts';
import { historyText } from '../../procedures/history/historyText.ts';
import { readHistory } from '../../procedures/history/readHistory.ts';
import { clusterFile } from '../../procedures/monitor/clusterName.ts';
import { clusterOption } from '../clusterOption.ts';

/** Which switches and failovers there were. */
export class HistoryCommand extends Command<Context> {
  static override paths = [['history']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'list the switches and failovers of a cluster',
    details: `
      From the hooks' own record, the newest last: when, what, from which host to which, outcome, how long clients could
      not write where that was measured, and by whom: a person, or MHA's program (manager: masterha_manager). A failover
      in which MHA called no hook is not in it. Connects to nothing.

      Outcome: done; LEFT TO DO: done, and something was left to a person; given back: a planned switch broke off, and
      what it had changed was undone; FAILED; NOT FINISHED: no other server was made the master.
    `,
    examples: [
      ['All', 'mha-helper history -c test_cluster'],
      ['For a program', 'mha-helper history -c test_cluster --json'],
    ],
  });

  conf = clusterOption();
  json = Option.Boolean('--json', false, { description: 'an array with one object for each' });

  async execute(): Promise<number> {
    const { stdout, tools } = this.context;
    const entries = await readHistory(await clusterFile(this.conf, tools), tools);
    stdout.write(`${this.json ? JSON.stringify(entries, null, 2) : historyText(entries)}\n`);
    return 0;
  }
}
