import { Command, Option } from 'clipanion';
import { stopMonitor } from '../../procedures/monitor/daemonise.ts';
import { refuseUnusable } from '../../procedures/monitor/usableClusters.ts';
import { defaultLogFile, MonitorCommand, readListenAddress, readWait } from './monitorCommand.ts';

/** Stop and start. */
export class MonitorRestartCommand extends MonitorCommand {
  static override paths = [['monitor', 'restart']];

  static override usage = Command.Usage({
    category: 'Keeping MHA running',
    description: 'end the monitor of these clusters and start it again, in the background',
    details: 'A failover that runs is waited for. See `mha-helper monitor start --help`.',
    examples: [['One cluster', 'mha-helper monitor restart -c /etc/mha/test_cluster.conf']],
  });

  wait = Option.String('--wait', '300', { description: 'how many seconds to wait for its end; default 300' });
  metrics = Option.String('--metrics', { description: 'answer Prometheus here, ADDRESS:PORT' });
  logFile = Option.String('--log-file', defaultLogFile, { description: `the log; default ${defaultLogFile}` });

  async execute(): Promise<number> {
    const { tools } = this.context;
    const daemon = await this.context.daemon();
    if (this.metrics !== undefined) readListenAddress(this.metrics);
    const paths = await this.files(tools);
    // One that could not be started again must not be stopped.
    const named = await this.named(paths, tools);
    await refuseUnusable(paths, named, tools);
    await stopMonitor(paths, { waitMs: readWait(this.wait), abort: false }, tools, daemon);
    await this.startInBackground(paths, this, daemon);
    return 0;
  }
}
