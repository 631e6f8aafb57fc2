import { Command, Option } from 'clipanion';
import { stopMonitor } from '../procedures/monitor/daemonise.ts';
import { MonitorCommand, readWait } from './monitorCommand.ts';

/** Ends the monitor and its managers. */
export class MonitorStopCommand extends MonitorCommand {
  static override paths = [['monitor', 'stop']];

  static override usage = Command.Usage({
    category: 'Keeping MHA running',
    description: 'end the monitor of these clusters and their masterha_manager',
    details: `
      A failover that runs is waited for; \`--abort\` does not wait, and leaves the cluster as it is at that moment. Nothing to stop is no error. Exit code
      7 when it has not ended in time: it ends by itself when the failover is over.
    `,
    examples: [['One cluster', 'mha-helper monitor stop -c /etc/mha/test_cluster.conf']],
  });

  wait = Option.String('--wait', '300', { description: 'how many seconds to wait for its end; default 300' });
  abort = Option.Boolean('--abort', false, { description: 'do not wait for the end of a failover' });

  async execute(): Promise<number> {
    const { tools } = this.context;
    const daemon = await this.context.daemon();
    const ended = await stopMonitor(await this.files(tools), { waitMs: readWait(this.wait), abort: this.abort }, tools, daemon);
    this.say(ended.length === 0 ? 'no monitor was running' : `the monitor has ended: process ${ended.join(', ')}`);
    return 0;
  }
}
