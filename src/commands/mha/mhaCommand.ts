import { Command, Option } from 'clipanion';
import type { Context } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { isMhaProgram, mhaPrograms } from '../../mha/compatLayer.ts';

/** One of MHA's programs, with the layer. */
export class MhaCommand extends Command<Context> {
  static override paths = [['mha']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: "run one of MHA's programs so that it works with today's Perl and servers",
    details: `
      MHA 0.58 itself does not run with Perl 5.22 and later, nor with MariaDB, nor with MySQL 8.4 and later. This runs it with the layer that
      mends that, as \`mha-helper failover\` and \`monitor\` do by themselves. What it mended stands once in MHA's log ("mha-helper compat").

      All arguments are the program's own; process id, terminal, signals and exit code too. With nohup, set PERL5OPT instead (see the README).
    `,
    examples: [
      ['Is MHA content with the cluster?', 'mha-helper mha masterha_check_repl --conf=/etc/mha/test_cluster.conf'],
      ["The program's own help", 'mha-helper mha masterha_master_switch --help'],
    ],
  });

  argv = Option.Proxy({ name: 'program and its arguments' });

  execute(): Promise<number> {
    const [program] = this.argv;
    if (program === undefined || !isMhaProgram(program)) {
      throw new Failure(
        'usage',
        program === undefined ? 'mha: a program of MHA is missing' : `mha: ${program} is not one of MHA's programs`,
        { hint: `they are ${mhaPrograms.join(', ')}` },
      );
    }
    return this.context.tools.connect.become(this.argv);
  }
}
