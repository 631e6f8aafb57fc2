import { Command } from 'clipanion';
import type { Context } from '../context/Context.ts';
import { acknowledge } from '../procedures/run/acknowledge.ts';
import { clusterOption, clusterToChange } from './clusterOption.ts';

/** A person's word that what the hooks had left to do is done. */
export class AcknowledgeCommand extends Command<Context> {
  static override paths = [['acknowledge']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'say that what a switch or failover has left to do is done',
    details: `
      A line LEFT TO DO stays in \`mha-helper status\`, \`check\` and the metric mha_left_to_do until it is done. Where
      mha-helper sees that by itself it goes: the command that it names was run, the old master is a replica again, or a
      later switch or failover has left nothing. All others go on your word; your name is recorded. Prints them; changes
      nothing else. Standing orders stay: see \`rejoin\` and \`order lift\`.

      Exit codes: 0 acknowledged, or nothing was left.
    `,
    examples: [['It is all done', 'mha-helper acknowledge -c /etc/mha/test_cluster.conf']],
  });

  conf = clusterOption();

  async execute(): Promise<number> {
    const { stdout, tools } = this.context;
    const lines = await acknowledge(await clusterToChange(this.conf, tools), tools);
    for (const line of lines) stdout.write(`acknowledged: ${line}\n`);
    if (lines.length === 0) stdout.write('nothing is left to do\n');
    return 0;
  }
}
