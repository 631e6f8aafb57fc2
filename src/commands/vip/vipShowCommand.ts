import { Command, Option } from 'clipanion';
import type { Context } from '../../context/Context.ts';
import { showAddress } from '../../procedures/address/showAddress.ts';
import { clusterFile } from '../../procedures/monitor/clusterName.ts';
import { clusterOption } from '../clusterOption.ts';

/** Who has the writer address. */
export class VipShowCommand extends Command<Context> {
  static override paths = [['vip', 'show']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'show for each host whether it holds the writer address, and whether it takes writes',
    details: `
      Asks every server and host at this moment; changes nothing. PARTLY: clients may be led there, but something is
      missing. A rest: only on the host itself, without effect. Lines that begin with ATTENTION say what is not as it
      should be.

      Exit codes: 0 one server takes writes and has the address; 9 it is not so; 4, 5, 6 or 7 when a server or host
      could not be asked.
    `,
    examples: [
      ['Where is it?', 'mha-helper vip show -c test_cluster'],
      ['For a program', 'mha-helper vip show -c test_cluster --json'],
    ],
  });

  conf = clusterOption();
  json = Option.Boolean('--json', false, { description: 'an object for programs' });

  async execute(): Promise<number> {
    const { stdout, tools } = this.context;
    const { facts, lines, attention, exitCode } = await showAddress(await clusterFile(this.conf, tools), tools);
    stdout.write(`${this.json ? JSON.stringify(facts, null, 2) : lines.join('\n')}\n`);
    for (const line of attention) this.context.stderr.write(`ATTENTION: ${line}\n`);
    return exitCode;
  }
}
