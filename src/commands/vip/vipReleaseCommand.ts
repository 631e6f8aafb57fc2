import { Command } from 'clipanion';
import type { Tools } from '../../context/Context.ts';
import type { Outcome } from '../../mha/exitCodes.ts';
import { releaseAddress, type MoveOptions } from '../../procedures/address/moveAddress.ts';
import { VipMoveCommand } from './vipMoveCommand.ts';

/** The writer address away from a host, by hand. */
export class VipReleaseCommand extends VipMoveCommand {
  static override paths = [['vip', 'release']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'take the writer address away from a host and reset the connections on it',
    details: `
      A host that does not have it is left alone. Where a service or a command moves the address, the host need not
      answer. On the master that takes the writes this refuses unless \`--force\` is given: clients could not reach it
      any more.

      Exit codes: 0 done; 9 refused, nothing was changed; others: nothing was changed, or all was undone.
    `,
    examples: [
      [
        'A host that came back with the address after a failover',
        'mha-helper vip release db10 -c /etc/mha/test_cluster.conf',
      ],
    ],
  });

  protected perform(options: MoveOptions, tools: Tools): Promise<Outcome> {
    return releaseAddress(options, tools);
  }
}
