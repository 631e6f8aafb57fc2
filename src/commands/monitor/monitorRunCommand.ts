import { Command, Option } from 'clipanion';
import { runMonitor } from '../../procedures/monitor/runMonitor.ts';
import { MonitorCommand, readListenAddress } from './monitorCommand.ts';

/** The monitor in the foreground, for systemd and for a terminal. */
export class MonitorRunCommand extends MonitorCommand {
  static override paths = [['monitor', 'run']];

  static override usage = Command.Usage({
    category: 'Keeping MHA running',
    description: 'keep masterha_manager running for these clusters, in the foreground',
    details: `
      masterha_manager is started for each cluster, watched, and started again after a failover and after an error:
      after 1, 2, 4, ... and at most 60 seconds. A dead master is left out until it replicates again. A mail tells when
      protection stops and when it is back.

      SIGTERM ends it, and every masterha_manager with it, but none in the middle of a failover: that is waited for.
      After a \`kill -9\` the managers go on, and the next monitor takes them over.

      Under systemd: Type=notify, NotifyAccess=all, KillMode=process (the managers must outlive a monitor that is
      killed), Restart=on-failure.
    `,
    examples: [
      ['One cluster', 'mha-helper monitor run -c /etc/mha/test_cluster.conf'],
      ['All of /etc/mha', 'mha-helper monitor run --all --metrics 127.0.0.1:9399'],
    ],
  });

  metrics = Option.String('--metrics', { description: 'answer Prometheus here, ADDRESS:PORT' });
  logFile = Option.String('--log-file', { description: 'append the log to this file' });

  async execute(): Promise<number> {
    const { tools } = this.context;
    const daemon = await this.context.daemon();
    const metrics = this.metrics === undefined ? {} : { metrics: readListenAddress(this.metrics) };
    await runMonitor({ ...this.selection, ...metrics }, { ...tools, log: daemon.log(this.logFile) }, daemon);
    return 0;
  }
}
