import { Command, Option } from 'clipanion';
import type { Context, Tools } from '../../context/Context.ts';
import { exitCodeOf, type Outcome } from '../../mha/exitCodes.ts';
import type { MoveOptions } from '../../procedures/address/moveAddress.ts';
import { clusterOption, clusterToChange } from '../clusterOption.ts';
import { printLeftToDo } from '../printLeftToDo.ts';

/** What `vip assign` and `vip release` are told. */
export abstract class VipMoveCommand extends Command<Context> {
  host = Option.String({ name: 'HOST', required: true });
  conf = clusterOption();
  force = Option.Boolean('--force', false, {
    description: 'do it although something speaks against it; what is overridden is said',
  });

  protected abstract perform(options: MoveOptions, tools: Tools): Promise<Outcome>;

  async execute(): Promise<number> {
    const { host, force } = this;
    const conf = await clusterToChange(this.conf, this.context.tools);
    const outcome = await this.perform({ conf, host, force }, this.context.tools);
    printLeftToDo(outcome, this.context.stderr);
    return exitCodeOf(outcome);
  }
}
