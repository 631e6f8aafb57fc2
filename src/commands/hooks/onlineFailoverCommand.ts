import { Command } from 'clipanion';
import type { Tools } from '../../context/Context.ts';
import type { Outcome } from '../../mha/exitCodes.ts';
import type { Passwords } from '../../mha/passwords.ts';
import { readOnlineRequest } from '../../mha/request.ts';
import { onlineStart } from '../../procedures/hooks/onlineStart.ts';
import { onlineStop } from '../../procedures/hooks/onlineStop.ts';
import type { OwnArguments } from '../ownArguments.ts';
import { HookCommand } from './hookCommand.ts';

/** MHA's master_ip_online_change_script. */
export class OnlineFailoverCommand extends HookCommand {
  static override paths = [['online-failover']];

  static override usage = Command.Usage({
    category: 'Hooks that MHA calls',
    description: "planned switch: MHA's master_ip_online_change_script",
    details: `
      With \`--command=stop\` nobody writes on the original master any more: read_only is set on the new master, the
      writer address is released on the original master and the connections on it are frozen, read_only is set there,
      sessions with work get kill_after_timeout seconds, the rest is terminated, and the binary log is read twice.
      Whatever fails undoes all of it.

      With \`--command=start\` the new master gets read_only=0 and the writer address, and the connections are reset.

      Exit codes: 0 done; 10 MHA may go on, and LEFT TO DO says what to do by hand; anything else: MHA aborts.
    `,
    examples: [
      [
        'What MHA passes',
        'mha-helper online-failover --command=stop --orig_master_host=db10 --orig_master_ip=192.168.10.10 ' +
          "--orig_master_port=3306 --orig_master_user='mha' --orig_master_password='...' " +
          '--orig_master_ssh_user=mha --new_master_host=db11 ...',
      ],
    ],
  });

  static ownArguments: OwnArguments = {
    synopsis: '--command=stop|start --orig_master_host=HOST --new_master_host=HOST ...',
  };

  protected perform(args: readonly string[], tools: Tools, passwords: Passwords): Promise<Outcome> {
    const { request, warnings } = readOnlineRequest(args, passwords);
    for (const warning of warnings) tools.log.warn(warning);
    return request.command === 'stop' ? onlineStop(request, tools) : onlineStart(request, tools);
  }
}
