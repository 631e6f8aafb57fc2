import { Command, Option } from 'clipanion';
import type { Context } from '../../context/Context.ts';
import { afterMha } from '../../procedures/switch/afterMha.ts';

/**
 * What a hook starts to have connections ready for the next one, and to see MHA's end. Not for people: it has no
 * usage, so that --help does
 * not list it.
 */
export class HoldReadyCommand extends Command<Context> {
  static override paths = [['hold-ready']];

  socketPath = Option.String();

  async execute(): Promise<number> {
    const { tools } = this.context;
    const conf = await tools.connect.serveReady(this.socketPath);
    if (conf !== null) await afterMha(conf, tools);
    return 0;
  }
}
