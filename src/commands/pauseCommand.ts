import { Command, Option } from 'clipanion';
import type { Context } from '../context/Context.ts';
import { Failure } from '../errors/errors.ts';
import { oneLine } from '../errors/message.ts';
import { readDuration, untilOf } from '../procedures/pause/Pause.ts';
import { pauseCluster } from '../procedures/pause/pauseCluster.ts';
import { withProgress } from '../procedures/switch/withProgress.ts';
import { clusterOption, clusterToChange } from './clusterOption.ts';

/** A time without automatic failover. */
export class PauseCommand extends Command<Context> {
  static override paths = [['pause']];

  static override usage = Command.Usage({
    category: 'Keeping MHA running',
    description: 'no automatic failover in one cluster for a time, for maintenance',
    details: `
      The monitor stops masterha_manager of this cluster, goes on with the others, and starts it again when the time is
      over or \`mha-helper resume\` says so. Returns when it is stopped. A pause is kept over restarts of the monitor
      and of the host; \`status\` and \`monitor status\` tell it, a mail says that it begins, another that it is over.
      The monitor goes on looking at servers and the writer address, and standing orders are carried out. Given again,
      it takes the place of the one before.

      A failover that runs is not stopped: then this is refused. A planned switch needs no pause: it has its own.

      Exit codes: 0 paused; 9 refused (no monitor, a failover runs, another user's monitor); 7 the monitor did not do
      it in time. Unless 0, nothing is paused.
    `,
    examples: [
      ['For the work on a switch', 'mha-helper pause -c test_cluster --for 2h --reason "new switch in rack 4"'],
    ],
  });

  conf = clusterOption();
  time = Option.String('--for', '1h', { description: 'how long, for instance 90m, 2h or 1d; default 1h, at most 14d' });
  reason = Option.String('--reason', { description: 'why, for those who read mail and status' });

  async execute(): Promise<number> {
    const { tools, stdout, progress } = this.context;
    const forMs = readDuration(this.time);
    if (forMs === undefined)
      throw new Failure('usage', `pause: --for ${this.time}: must be a time like 90m, 2h or 1d, at most 14d`);
    const reason = this.reason === undefined ? null : oneLine(this.reason).slice(0, 200) || null;
    const conf = await clusterToChange(this.conf, tools);
    const pausing = pauseCluster(conf, { forMs, reason }, tools);
    const pause = await withProgress(progress, tools.clock, () => 'masterha_manager stops', pausing);
    stdout.write(`paused until ${untilOf(pause) ?? ''}: no automatic failover; mha-helper resume -c ${conf} ends it\n`);
    return 0;
  }
}
