import { Command, Option } from 'clipanion';
import type { Context } from '../context/Context.ts';
import { whatIsNext } from '../procedures/init/firstFile.ts';
import { makeFirstFile, writeFirstFile } from '../procedures/init/initCluster.ts';
import { clusterFile } from '../procedures/monitor/clusterName.ts';
import { withProgress } from '../procedures/switch/withProgress.ts';
import { clusterOption, clusterToChange } from './clusterOption.ts';

/** mha-helper's first file for a cluster. */
export class InitCommand extends Command<Context> {
  static override paths = [['init']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: "write mha-helper's own file for a cluster from MHA's, and say what is next",
    details: `
      The hosts are those of MHA's file. Servers and hosts are asked who the master is and which address it has besides
      its own: where that is one, it is the writer address of the new file; what could not be seen stands there as a
      comment. Changes nothing else. A file that is there is never written to: a cluster that has one, the Python
      helper's too, is refused.

      Then says what is next: the lines for MHA's file that are missing there, the account, the rules for sudo, and
      \`check\`.

      Exit codes: 0 written or printed; 3 MHA's file cannot be used; 9 the cluster has a file; 13 it cannot be written.
    `,
    examples: [
      ['See it first', 'mha-helper init -c /etc/mha/test_cluster.conf --print'],
      ['Write it', 'mha-helper init -c /etc/mha/test_cluster.conf'],
    ],
  });

  conf = clusterOption();
  print = Option.Boolean('--print', false, { description: 'print the file, and write nothing' });

  async execute(): Promise<number> {
    const { tools, stdout, stderr, progress } = this.context;
    const conf = await (this.print ? clusterFile(this.conf, tools) : clusterToChange(this.conf, tools));
    const making = makeFirstFile(conf, tools);
    const first = await withProgress(progress, tools.clock, () => 'asking servers and hosts', making);
    if (this.print) stdout.write(first.text);
    else {
      await writeFirstFile(first, tools);
      stdout.write(`${first.path} is written\n`);
    }
    (this.print ? stderr : stdout).write(`\n${whatIsNext(first.app, first.path, !this.print)}\n`);
    return 0;
  }
}
