import { Command } from 'clipanion';
import type { Context } from '../context/Context.ts';
import { notProtectedExitCode } from '../mha/exitCodes.ts';
import { pauseText } from '../procedures/pause/Pause.ts';
import { resumeCluster } from '../procedures/pause/pauseCluster.ts';
import { withProgress } from '../procedures/switch/withProgress.ts';
import { clusterOption, clusterToChange } from './clusterOption.ts';

/** The end of a pause before its time. */
export class ResumeCommand extends Command<Context> {
  static override paths = [['resume']];

  static override usage = Command.Usage({
    category: 'Keeping MHA running',
    description: 'end a pause: automatic failover again',
    details: `
      Ends what \`mha-helper pause\` has begun, and waits until masterha_manager watches the master again (at most 60
      s).

      Exit codes: 0 it watches, or nothing was paused; 20 the pause is over, but nothing protects the cluster yet.
    `,
    examples: [['The maintenance is over', 'mha-helper resume -c test_cluster']],
  });

  conf = clusterOption();

  async execute(): Promise<number> {
    const { tools, stdout, stderr, progress } = this.context;
    const conf = await clusterToChange(this.conf, tools);
    const resuming = resumeCluster(conf, tools);
    const { pause, why } = await withProgress(progress, tools.clock, () => 'masterha_manager starts', resuming);
    if (pause === null) {
      stdout.write('nothing is paused\n');
      return 0;
    }
    stdout.write(`over: ${pauseText(pause)}\n`);
    if (why === null) {
      stdout.write('masterha_manager watches the master again\n');
      return 0;
    }
    stderr.write(`ATTENTION: the cluster is NOT protected: ${why}\n`);
    return notProtectedExitCode;
  }
}
