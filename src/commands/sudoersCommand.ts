import { Command, Option } from 'clipanion';
import type { Context } from '../context/Context.ts';
import { sudoRules } from '../procedures/address/sudoRules.ts';
import { clusterFile } from '../procedures/monitor/clusterName.ts';
import { clusterOption } from './clusterOption.ts';

/** The narrow rules for sudo on the database hosts. */
export class SudoersCommand extends Command<Context> {
  static override paths = [['sudoers']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'print for each host the rules for sudo that let the SSH user move the writer address',
    details: `
      A rule that allows \`/sbin/ip\` without arguments makes whoever has it root (\`ip netns exec\`, \`ip -batch\`).
      These rules name each command with the address and the interface. Every host is asked over SSH where its programs
      are and which other addresses its interface has; nothing is changed. Write what is printed for a host into
      \`/etc/sudoers.d/mha_helper\` there, in place of the old rule; \`visudo -cf FILE\` checks it, \`mha-helper check\`
      says whether it is enough.

      Exit codes: 0 printed; 3 no host needs sudo; 5 a host could not be asked.
    `,
    examples: [
      ['All hosts of a cluster', 'mha-helper sudoers -c /etc/mha/test_cluster.conf'],
      ['The file for one host', 'mha-helper sudoers db10 -c /etc/mha/test_cluster.conf'],
    ],
  });

  host = Option.String({ name: 'HOST', required: false });
  conf = clusterOption();

  async execute(): Promise<number> {
    this.context.stdout.write(
      await sudoRules(await clusterFile(this.conf, this.context.tools), this.host, this.context.tools),
    );
    return 0;
  }
}
