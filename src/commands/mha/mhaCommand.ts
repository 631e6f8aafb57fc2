import { Command, Option } from 'clipanion';
import { nearest } from '../../config/nearest.ts';
import type { Context } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { isMhaProgram, mhaPrograms } from '../../mha/compatLayer.ts';
import type { OwnArguments } from '../ownArguments.ts';

/** One of MHA's programs, with the layer. */
export class MhaCommand extends Command<Context> {
  static override paths = [['mha']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: "run one of MHA's programs so that it works with today's Perl and servers",
    details: `
      MHA 0.58 itself does not run with Perl 5.22 and later, nor with MariaDB, nor with MySQL 8.4 and later. This runs
      it with the layer that fixes that, as \`mha-helper failover\` and \`monitor\` do by themselves. MHA's log says
      once what was fixed ("mha-helper compat").

      All arguments are the program's own; process id, terminal, signals and exit code too. With nohup, set PERL5OPT
      instead (see mha-helper(1)).
    `,
    examples: [
      [
        'Does the cluster pass the check of MHA itself?',
        'mha-helper mha masterha_check_repl --conf=/etc/mha/test_cluster.conf',
      ],
      ["The program's own help", 'mha-helper mha masterha_master_switch --help'],
    ],
  });

  static ownArguments: OwnArguments = { synopsis: 'PROGRAM [ARGUMENT...]' };

  argv = Option.Proxy({ name: 'program and its arguments' });

  execute(): Promise<number> {
    const [program] = this.argv;
    const hint = `they are ${mhaPrograms.join(', ')}`;
    if (program === undefined) throw new Failure('usage', "mha: PROGRAM is missing, one of MHA's programs", { hint });
    if (isMhaProgram(program)) return this.context.tools.connect.become(this.argv);
    const near = nearest(program, ['install-node', ...mhaPrograms]);
    if (near === undefined) throw new Failure('usage', `mha: ${program} is not one of MHA's programs`, { hint });
    throw new Failure('usage', `mha: ${program} is not one of MHA's programs; did you mean ${near}?`);
  }
}
