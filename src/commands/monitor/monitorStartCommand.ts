import { Command, Option } from 'clipanion';
import { defaultLogFile, MonitorCommand, readListenAddress } from './monitorCommand.ts';

/** The monitor in the background. */
export class MonitorStartCommand extends MonitorCommand {
  static override paths = [['monitor', 'start']];

  static override usage = Command.Usage({
    category: 'Keeping MHA running',
    description: 'keep masterha_manager running in the background, on hosts without systemd',
    details: `
      A cluster that was stopped alone is given back to the monitor that looks after the others.
      Returns when the monitor holds its locks. Its log is opened for each line, so it can be rotated at any time. See
      \`mha-helper monitor run --help\`.
    `,
    examples: [
      ['One cluster', 'mha-helper monitor start -c /etc/mha/test_cluster.conf'],
      ['As the Python helper was called', 'mha_manager_daemon --conf=/etc/mha/test_cluster.conf start'],
    ],
  });

  metrics = Option.String('--metrics', { description: 'answer Prometheus here, ADDRESS:PORT' });
  logFile = Option.String('--log-file', defaultLogFile, { description: `the log; default ${defaultLogFile}` });

  async execute(): Promise<number> {
    if (this.metrics !== undefined) readListenAddress(this.metrics);
    const paths = await this.files(this.context.tools);
    await this.startInBackground(paths, this, await this.context.daemon());
    return 0;
  }
}
