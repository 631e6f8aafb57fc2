import { Command } from 'clipanion';
import type { Tools } from '../../context/Context.ts';
import type { Outcome } from '../../mha/exitCodes.ts';
import type { Passwords } from '../../mha/passwords.ts';
import { readHardRequest, type HardRequest } from '../../mha/request.ts';
import { hardStart } from '../../procedures/hooks/hardStart.ts';
import { hardStatus } from '../../procedures/hooks/hardStatus.ts';
import { hardStop, hardStopSsh } from '../../procedures/hooks/hardStop.ts';
import type { Early } from '../../procedures/hooks/untilCalled.ts';
import type { OwnArguments } from '../ownArguments.ts';
import { HookCommand } from './hookCommand.ts';

/** MHA's master_ip_failover_script. */
export class HardFailoverCommand extends HookCommand {
  static override paths = [['hard-failover']];

  static override usage = Command.Usage({
    category: 'Hooks that MHA calls',
    description: "dead master: MHA's master_ip_failover_script",
    details: `
      With \`--command=stopssh\` the writer address is released on the dead master's host. With \`--command=stop\` that
      host does not answer SSH: the option unreachable_master decides whether the failover goes on (exit 10), stops, or
      fences the host first.

      With \`--command=start\` the new master gets read_only=0 and the writer address, after a look whether the dead
      master is really dead.

      With \`--command=status\` nothing is changed: configuration, SSH, programs, rights and interface on the master's
      host are checked.

      Exit codes: 0 done; 10 MHA may go on, and LEFT TO DO says what to do by hand; anything else: MHA aborts.
    `,
    examples: [
      [
        'What MHA passes',
        'mha-helper hard-failover --command=status --ssh_user=mha --orig_master_host=db10 ' +
          '--orig_master_ip=192.168.10.10 --orig_master_port=3306',
      ],
    ],
  });

  static ownArguments: OwnArguments = { synopsis: '--command=status|stopssh|stop|start --orig_master_host=HOST ...' };

  protected perform(args: readonly string[], tools: Tools, passwords: Passwords): Promise<Outcome> {
    const { request, warnings } = readHardRequest(args, passwords);
    for (const warning of warnings) tools.log.warn(warning);
    return performHard(request, tools);
  }
}

/** @param early from before MHA's call */
export function performHard(request: HardRequest, tools: Tools, early: Early | null = null): Promise<Outcome> {
  switch (request.command) {
    case 'status':
      return hardStatus(request, tools);
    case 'stopssh':
      return hardStopSsh(request, tools, early);
    case 'stop':
      return hardStop(request, tools);
    case 'start':
      return hardStart(request, tools, early);
  }
}
