import { Command, Option } from 'clipanion';
import type { Context } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { askAgreement, readSecondaryCheck, secondaryExitCodes } from '../../procedures/managers/askAgreement.ts';
import type { OwnArguments } from '../ownArguments.ts';

/** MHA's secondary_check_script where several managers share a cluster. */
export class SecondaryCheckCommand extends Command<Context> {
  static override paths = [['secondary-check']];

  static override usage = Command.Usage({
    category: 'Hooks that MHA calls',
    description: "whether another manager reaches the master: MHA's secondary_check_script",
    details: `
      With \`ha_endpoints\` and \`ha_agree = others\` the monitor names this in the copy of MHA's configuration that it
      gives to masterha_manager, unless secondary_check_script is set there. MHA calls it at the first ping that fails,
      and does not fail over before it has ended. It asks the other managers, by the monitor of this host; each tries a
      login and a statement, for 3 s.

      Exit codes, which are MHA's: 3 another manager reaches the master, as soon as one says so; 0 all that answered
      do not, or no other manager lives; 2 nobody knows, and MHA does not fail over.
    `,
    examples: [
      ['What MHA passes', 'mha-helper secondary-check --master_host=db10 --master_port=3306 --ping_type=SELECT'],
    ],
  });

  static ownArguments: OwnArguments = {
    synopsis: '--master_host=HOST [--master_port=PORT] [--ping_type=TYPE] ...',
    options: [],
  };

  args = Option.Proxy();

  async execute(): Promise<number> {
    if (this.args.length === 0)
      throw new Failure('usage', 'secondary-check: no arguments are given, and nobody was asked', {
        hint: 'MHA calls this by itself; see mha-helper secondary-check --help',
      });
    const { verdict, said } = await askAgreement(readSecondaryCheck(this.args), this.context.tools);
    for (const line of said) this.context.stdout.write(`mha-helper: ${line}\n`);
    return secondaryExitCodes[verdict];
  }
}
