import { Command, Option } from 'clipanion';
import type { Context } from '../../context/Context.ts';
import { exitCodeOf, notCalledExitCode } from '../../mha/exitCodes.ts';
import { takePasswords } from '../../mha/passwords.ts';
import { readOnlineRequest } from '../../mha/request.ts';
import { onlineStart } from '../../procedures/hooks/onlineStart.ts';
import { untilCalled } from '../../procedures/hooks/untilCalled.ts';
import { printLeftToDo } from '../printLeftToDo.ts';

/**
 * `online-failover --command=start` as MHA's layer starts it beside `stop` (Beside.pm). A command of its own: a version
 * that does not know it must not do what is only prepared. Not for people.
 */
export class PreparedOnlineFailoverCommand extends Command<Context> {
  static override paths = [['prepared-online-failover']];

  args = Option.Proxy();

  async execute(): Promise<number> {
    const { env, tools, stderr } = this.context;
    const { request, warnings } = readOnlineRequest(this.args, takePasswords(env));
    if (request.command !== 'start') return notCalledExitCode;
    const early = await untilCalled(request, tools);
    if (early === null) return notCalledExitCode;
    for (const warning of warnings) tools.log.warn(warning);
    try {
      const outcome = await onlineStart(request, tools, early);
      printLeftToDo(outcome, stderr);
      return exitCodeOf(outcome, request.command);
    } finally {
      await early.close();
    }
  }
}
