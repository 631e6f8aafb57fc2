import { Command, Option } from 'clipanion';
import type { Context } from '../../context/Context.ts';
import { readArguments } from '../../mha/arguments.ts';
import { exitCodeOf, notCalledExitCode } from '../../mha/exitCodes.ts';
import { takePasswords } from '../../mha/passwords.ts';
import { readHardRequest } from '../../mha/request.ts';
import { untilCalled, untilWoken } from '../../procedures/hooks/untilCalled.ts';
import { printLeftToDo } from '../printLeftToDo.ts';
import { performHard } from './hardFailoverCommand.ts';

/**
 * `hard-failover` as MHA's layer starts it before MHA calls for it (Early.pm). A command of its own: a version that
 * does not know it must not do what is only prepared. Not for people.
 */
export class PreparedHardFailoverCommand extends Command<Context> {
  static override paths = [['prepared-hard-failover']];

  args = Option.Proxy();

  async execute(): Promise<number> {
    const { env, tools, stderr } = this.context;
    const { request, warnings } = readHardRequest(this.args, takePasswords(env));
    if (env['MHA_HELPER_ASLEEP'] === '1' && !(await untilWoken(request, tools))) return notCalledExitCode;
    const early = await untilCalled(request, tools);
    if (early === null) return notCalledExitCode;
    for (const warning of warnings) tools.log.warn(warning);
    try {
      const outcome = await performHard(request, tools, early);
      printLeftToDo(outcome, stderr);
      return exitCodeOf(outcome, readArguments(this.args, new Set(['command']), new Set()).values.get('command'));
    } finally {
      await early.close();
    }
  }
}
