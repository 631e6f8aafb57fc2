import { Command, Option } from 'clipanion';
import type { Context } from '../../context/Context.ts';

/**
 * What a hook starts to have connections ready for the next one. Not for people: it has no usage, so that --help does
 * not list it.
 */
export class HoldReadyCommand extends Command<Context> {
  static override paths = [['hold-ready']];

  socketPath = Option.String();

  async execute(): Promise<number> {
    await this.context.tools.connect.serveReady(this.socketPath);
    return 0;
  }
}
