import { Command, Option } from 'clipanion';
import type { DaemonTools } from '../../context/Context.ts';
import { stopMonitor } from '../../procedures/monitor/daemonise.ts';
import {
  monitorServices,
  refuseOptions,
  restartService,
  stillToRestart,
} from '../../procedures/monitor/restartServices.ts';
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
      A failover that runs is waited for. \`--metrics\` and \`--log-file\` stay as they were where they are not given.
      A monitor that is a unit of systemd's is restarted by systemd (systemctl restart), with the options of its unit.
      See \`mha-helper monitor start --help\`.
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
    const services = await monitorServices(paths, tools, daemon);
    const given = { '--metrics': this.metrics, '--log-file': this.logFile };
    refuseOptions(
      Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name])),
      services,
    );
    const waitMs = readWait(this.wait);
    for (const service of services) {
      await restartService(service, waitMs, tools);
      this.say(`the monitor of ${service.monitor.all.join(', ')} has been restarted by systemd: ${service.unit}`);
    }
    // A service of all clusters has taken new ones, too.
    const others = await stillToRestart(paths, services, tools, daemon);
    if (others.length > 0) await this.#restartOthers(others, waitMs, daemon);
    return 0;
  }

  async #restartOthers(paths: readonly string[], waitMs: number, daemon: DaemonTools): Promise<void> {
    const { tools } = this.context;
    const before = await runningOptions(paths, tools, daemon);
    await stopMonitor(paths, { waitMs, abort: false }, tools, daemon);
    const metrics = this.metrics ?? before.metrics;
    await this.startInBackground(paths, { metrics, logFile: this.logFile ?? before.logFile ?? defaultLogFile }, daemon);
  }
}
