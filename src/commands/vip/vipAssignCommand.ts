import { Command } from 'clipanion';
import type { Tools } from '../../context/Context.ts';
import type { Outcome } from '../../mha/exitCodes.ts';
import { assignAddress, type MoveOptions } from '../../procedures/address/moveAddress.ts';
import { VipMoveCommand } from './vipMoveCommand.ts';

/** The writer address to the master, by hand. */
export class VipAssignCommand extends VipMoveCommand {
  static override paths = [['vip', 'assign']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'give the writer address to a host and tell the network',
    details: `
      Refuses while another host of the cluster holds the address, or anybody on the network answers for it: nothing
      overrides that. Refuses too, unless \`--force\` is given, when HOST is not the one server that takes writes, and
      when a host could not be asked whether it has the address. A host that has it already tells the network once more.

      Exit codes: 0 done; 9 refused, nothing was changed; 10 done, and LEFT TO DO says what to do by hand; others:
      nothing was changed, or all was undone.
    `,
    examples: [['The first time, and when it was lost', 'mha-helper vip assign db10 -c /etc/mha/test_cluster.conf']],
  });

  protected perform(options: MoveOptions, tools: Tools): Promise<Outcome> {
    return assignAddress(options, tools);
  }
}
