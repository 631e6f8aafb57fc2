import { Command, Option } from 'clipanion';
import { stopMonitor } from '../../procedures/monitor/daemonise.ts';
import { runningOptions } from '../../procedures/monitor/runningOptions.ts';
import { refuseUnusable } from '../../procedures/monitor/usableClusters.ts';
import { defaultLogFile, MonitorCommand, readListenAddress, readWait } from './monitorCommand.ts';

/** Stop and start. */
export class MonitorRestartCommand extends MonitorCommand {
  static override paths = [['monitor', 'restart']];

  static override usage = Command.Usage({
    category: 'Keeping MHA running',
    description: 'end the monitor of these clusters and start it again, in the background',
    details: `
      A failover that runs is waited for. \`--metrics\` and \`--log-file\` stay as they were where they are not given. A
      monitor under systemd is restarted with systemctl. See \`mha-helper monitor start --help\`.
    `,
    examples: [['One cluster', 'mha-helper monitor restart -c /etc/mha/test_cluster.conf']],
  });

  wait = Option.String('--wait', '300', { description: 'how many seconds to wait for its end; default 300' });
  metrics = Option.String('--metrics', { description: 'answer Prometheus here, ADDRESS:PORT; default: as it was' });
  logFile = Option.String('--log-file', { description: `the log; default: as it was, or ${defaultLogFile}` });

  async execute(): Promise<number> {
    const { tools } = this.context;
    const daemon = await this.context.daemon();
    if (this.metrics !== undefined) readListenAddress(this.metrics);
    const paths = await this.files(tools);
    // One that could not be started again must not be stopped.
    const named = await this.named(paths, tools);
    await refuseUnusable(paths, named, tools);
    const before = await runningOptions(paths, tools, daemon);
    await stopMonitor(paths, { waitMs: readWait(this.wait), abort: false }, tools, daemon);
    const metrics = this.metrics ?? before.metrics;
    await this.startInBackground(paths, { metrics, logFile: this.logFile ?? before.logFile ?? defaultLogFile }, daemon);
    return 0;
  }
}
