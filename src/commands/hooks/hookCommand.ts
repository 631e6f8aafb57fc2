import { Command, Option } from 'clipanion';
import type { Context, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { readArguments } from '../../mha/arguments.ts';
import { exitCodeOf, type Outcome } from '../../mha/exitCodes.ts';
import { takePasswords, type Passwords } from '../../mha/passwords.ts';
import { printLeftToDo } from '../printLeftToDo.ts';

/**
 * A command that MHA calls. It gets its arguments as MHA wrote them: clipanion would refuse their underscores, and an
 * option that we do not know is no reason to stop a failover. `--help` and `--version` never get here, cli.ts answers
 * them.
 */
export abstract class HookCommand extends Command<Context> {
  args = Option.Proxy();

  /** Does the work. What it throws aborts the failover, with the exit code of the Failure. */
  protected abstract perform(args: readonly string[], tools: Tools, passwords: Passwords): Promise<Outcome>;

  async execute(): Promise<number> {
    // A person has tried the name: MHA always passes arguments.
    if (this.args.length === 0)
      throw new Failure('usage', `${this.path.join(' ')}: no arguments are given, and nothing was done`, {
        hint: `MHA calls this by itself; see mha-helper ${this.path.join(' ')} --help`,
      });
    const passwords = takePasswords(this.context.env);
    const outcome = await this.perform(this.args, this.context.tools, passwords);
    printLeftToDo(outcome, this.context.stderr);
    return exitCodeOf(outcome, readArguments(this.args, new Set(['command']), new Set()).values.get('command'));
  }
}
