import { Command, Option } from 'clipanion';
import { notProtectedExitCode } from '../../mha/exitCodes.ts';
import { knownClusters } from '../../procedures/monitor/clusterName.ts';
import { clusterStatus, describeStatus } from '../../procedures/monitor/monitorStatus.ts';
import { MonitorCommand } from './monitorCommand.ts';
import { fittedText } from '../../procedures/fittedText.ts';

/** Is each cluster protected? */
export class MonitorStatusCommand extends MonitorCommand {
  static override paths = [['monitor', 'status']];

  static override usage = Command.Usage({
    category: 'Keeping MHA running',
    description: 'show whether each cluster is protected, and what MHA says',
    details: `
      Protected means: were the master to die now, there would be a failover; and address, writers, replicas and
      events are as they must be, as the monitor sees them. Without \`-c\` and \`--all\`: every
      cluster that was ever monitored here.

      Exit codes: 0 all are protected; 20 at least one is not.
    `,
    examples: [
      ['All', 'mha-helper monitor status'],
      ['For a program', 'mha-helper monitor status -c /etc/mha/test_cluster.conf --json'],
    ],
  });

  json = Option.Boolean('--json', false, { description: 'an array with one object for each cluster' });

  async execute(): Promise<number> {
    const { tools } = this.context;
    const daemon = await this.context.daemon();
    const named = this.conf.length > 0 || this.all !== undefined;
    const clusters = named ? await this.files(tools) : await knownClusters(tools);
    const found = await Promise.all(clusters.map((cluster) => clusterStatus(cluster, tools, daemon)));
    const text = found.length === 0 ? 'no cluster is monitored' : found.map(describeStatus).join('\n');
    if (this.json) this.say(JSON.stringify(found, null, 2));
    else this.say(this.context.progress.wanted ? fittedText(text) : text);
    return found.length > 0 && found.every((status) => status.protected) ? 0 : notProtectedExitCode;
  }
}
