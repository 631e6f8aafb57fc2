import { Command, Option } from 'clipanion';
import type { Context } from '../context/Context.ts';
import { exitCodeOf } from '../mha/exitCodes.ts';
import { rejoin } from '../procedures/rejoin/rejoin.ts';
import { clusterOption, clusterToChange } from './clusterOption.ts';
import { printLeftToDo } from './printLeftToDo.ts';

/** An old master becomes a replica again. */
export class RejoinCommand extends Command<Context> {
  static override paths = [['rejoin']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'make the old master of a failover a replica of the new one',
    details: `
      HOST is closed first, as its standing order says: read-only, events off, the writer address released, sessions
      ended. Then it is compared with the server that takes the writes: by GTID where the replicas follow by GTID, else
      by where the failover left its binary log, from the hooks' record and MHA's log.

      Where it has nothing more it is pointed at the new master, with repl_user and repl_password of MHA's configuration
      and all other options as another replica has them, started, and MHA's masterha_check_repl is run. The monitor
      takes it in by itself.

      Where it has transactions that the new master lacks, this refuses: they are saved in
      /var/lib/mha-helper/diverged as a binary log and as text, with how many rows of which tables. With
      \`--accept-divergence\` it becomes a replica all the same, and only where MHA's configuration has no_master=1 for
      it: what it alone has would come back if it were made the master.

      Exit codes: 0 it replicates; 10 it does, and LEFT TO DO says what MHA minds; 9 refused; others: it is closed, and
      no replica.
    `,
    examples: [
      ['What would happen? Changes nothing', 'mha-helper rejoin db10 -c /etc/mha/test_cluster.conf --dry-run'],
      ['db10 is back after a failover', 'mha-helper rejoin db10 -c /etc/mha/test_cluster.conf'],
    ],
  });

  host = Option.String({ name: 'HOST', required: true });
  conf = clusterOption();
  dryRun = Option.Boolean('--dry-run', false, { description: 'look, say what would be done, and change nothing' });
  acceptDivergence = Option.Boolean('--accept-divergence', false, {
    description: 'although it has what the master lacks; needs no_master=1 for it',
  });

  async execute(): Promise<number> {
    const { stderr, tools } = this.context;
    const { host, dryRun, acceptDivergence } = this;
    const conf = await clusterToChange(this.conf, tools);
    const outcome = await rejoin(
      { conf, host, dryRun, acceptDivergence, by: tools.places.operator ?? 'a person' },
      tools,
    );
    printLeftToDo(outcome, stderr);
    return exitCodeOf(outcome);
  }
}
