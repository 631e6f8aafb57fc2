import { Command, Option } from 'clipanion';
import { applicationName } from '../../mha/applicationConfig.ts';
import { stopMonitor } from '../../procedures/monitor/daemonise.ts';
import { clusterStatus } from '../../procedures/monitor/monitorStatus.ts';
import { MonitorCommand, readWait } from './monitorCommand.ts';

/** Ends the monitor and its managers. */
export class MonitorStopCommand extends MonitorCommand {
  static override paths = [['monitor', 'stop']];

  static override usage = Command.Usage({
    category: 'Keeping MHA running',
    description: 'end the monitor of these clusters and their masterha_manager',
    details: `
      A failover that runs is waited for; \`--abort\` does not wait, and leaves the cluster as it is at that moment.
      One cluster of several that a monitor looks after is stopped alone, until \`monitor start\` for it, or until that
      monitor is started anew; for maintenance there is \`pause\`, which is kept and ends by itself.
      Nothing to stop is no error. Exit code 7 when it has not ended in time: it ends by itself when the failover is
      over.
    `,
    examples: [['One cluster', 'mha-helper monitor stop -c /etc/mha/test_cluster.conf']],
  });

  wait = Option.String('--wait', '300', { description: 'how many seconds to wait for its end; default 300' });
  abort = Option.Boolean('--abort', false, { description: 'do not wait for the end of a failover' });

  async execute(): Promise<number> {
    const { tools } = this.context;
    const daemon = await this.context.daemon();
    const paths = await this.files(tools);
    const { ended, alone } = await stopMonitor(
      paths,
      { waitMs: readWait(this.wait), abort: this.abort },
      tools,
      daemon,
    );
    // A monitor that was killed has left its manager behind, and one that was started by hand is not ours to end.
    const left = await Promise.all(
      paths.map((path) =>
        clusterStatus(path, tools, daemon).then(
          ({ managerPid }) => ({ path, managerPid }),
          () => null,
        ),
      ),
    );
    for (const one of left) {
      if (one?.managerPid != null)
        tools.log.warn(
          `masterha_manager (pid ${one.managerPid}) goes on without a monitor; ` +
            `masterha_stop --conf=${one.path} ends it, mha-helper monitor start takes it over`,
        );
    }
    for (const { path, monitor } of alone)
      this.say(
        `masterha_manager of ${applicationName(path)} is stopped; the monitor (process ${monitor.pid}) goes on with ` +
          `the others; mha-helper monitor start -c ${path} starts it again`,
      );
    if (ended.length > 0) this.say(`the monitor has ended: process ${ended.join(', ')}`);
    else if (alone.length === 0) this.say('no monitor was running');
    return 0;
  }
}
