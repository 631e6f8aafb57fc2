import { Command, Option } from 'clipanion';
import type { Context } from '../context/Context.ts';
import { acknowledge } from '../procedures/run/acknowledge.ts';
import { allowFailover } from '../procedures/run/allowFailover.ts';
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

      That does not let MHA fail over again: for \`last_failover_minute\` after a failover, and after one that failed
      until somebody says so, the next is refused, because servers that fail one after the other have one cause.
      \`--failover\` says that the cause is known and gone: it removes MHA's files for that too (\`.failover.complete\`,
      \`.failover.error\`), and records who said so, for \`status\`. Refused while a failover or a hook is at work.

      Exit codes: 0 acknowledged, or nothing was left; 9 refused.
    `,
    examples: [
      ['It is all done', 'mha-helper acknowledge -c /etc/mha/test_cluster.conf'],
      ['And MHA may fail over again at once', 'mha-helper acknowledge --failover -c /etc/mha/test_cluster.conf'],
    ],
  });

  conf = clusterOption();
  failover = Option.Boolean('--failover', false, {
    description: 'let MHA fail over again at once, although the last failover was a short while ago or failed',
  });

  async execute(): Promise<number> {
    const { stdout, tools } = this.context;
    const conf = await clusterToChange(this.conf, tools);
    // First: where it is refused nothing is said to be done.
    const blocks = this.failover ? await allowFailover(conf, tools) : [];
    const lines = await acknowledge(conf, tools);
    for (const line of lines) stdout.write(`acknowledged: ${line}\n`);
    for (const { path, text } of blocks) stdout.write(`removed ${path}: ${text}\n`);
    if (this.failover && blocks.length === 0) stdout.write('nothing keeps MHA from a failover\n');
    if (lines.length === 0) stdout.write('nothing is left to do\n');
    return 0;
  }
}
