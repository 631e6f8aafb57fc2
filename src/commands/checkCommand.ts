import { Command, Option } from 'clipanion';
import type { Context } from '../context/Context.ts';
import type { CheckLine } from '../procedures/check/CheckLine.ts';
import { checkText, exitCodeOfCheck } from '../procedures/check/checkText.ts';
import { runCheck } from '../procedures/check/runCheck.ts';
import { withProgress } from '../procedures/switch/withProgress.ts';
import { selectClusters } from '../procedures/monitor/clusterList.ts';
import { clusterDirectory, clusterFile } from '../procedures/monitor/clusterName.ts';
import { clusterOption } from './clusterOption.ts';
import { fittedText } from '../procedures/fittedText.ts';

/** Would a failover and a switch work? */
export class CheckCommand extends Command<Context> {
  static override paths = [['check']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'check everything that a failover and a planned switch need, and change nothing',
    details: `
      On the manager host: configuration, MHA's programs and the hooks it names, masterha_manager, unfinished work, the
      files of the last failover, the state directory, the mail server (as far as the login; nothing is sent), the
      members of etcd where there are several managers. On each database host: MySQL and the user's privileges,
      replication, SSH, sudo, programs, interface. Of the cluster: one server takes writes, it has the writer address,
      and what masterha_check_repl says (not with \`--quick\`).

      One line for each: OK, WARNING (it would work, but worse) or ERROR, with what to do. The last line is READY or NOT
      READY. Without \`-c\`: each *.cnf and *.conf file of /etc/mha.

      Exit codes: 0 no error; else that of the first error: 3 configuration, 4 MySQL, 5 SSH, 6 writer address, 7 no
      answer in time, 9 not safe, 13 a program is missing or fails.
    `,
    examples: [
      ['One cluster', 'mha-helper check -c test_cluster'],
      ["For a program, without MHA's own check", 'mha-helper check -c /etc/mha/test_cluster.conf --quick --json'],
    ],
  });

  conf = clusterOption();
  quick = Option.Boolean('--quick', false, { description: 'without masterha_check_repl, which takes some seconds' });
  json = Option.Boolean('--json', false, { description: 'an array with one object for each cluster' });

  async execute(): Promise<number> {
    const { tools, progress, stdout } = this.context;
    const paths =
      this.conf === undefined
        ? await selectClusters({ conf: [], all: clusterDirectory }, tools)
        : [await clusterFile(this.conf, tools)];
    const clusters: Checked[] = [];
    for (const conf of paths) {
      const checking = runCheck(conf, this.quick, tools);
      const what = `checking the cluster of ${conf}: servers, hosts and MHA's own programs`;
      clusters.push({ conf, lines: await withProgress(progress, tools.clock, () => what, checking) });
    }
    stdout.write(`${this.json ? jsonOf(clusters) : textOf(clusters, progress.wanted)}\n`);
    return clusters.map(({ lines }) => exitCodeOfCheck(lines)).find((code) => code !== 0) ?? 0;
  }
}

interface Checked {
  readonly conf: string;
  readonly lines: readonly CheckLine[];
}

function jsonOf(clusters: readonly Checked[]): string {
  const objects = clusters.map(({ conf, lines }) => ({ conf, exitCode: exitCodeOfCheck(lines), lines }));
  return JSON.stringify(objects, null, 2);
}

function textOf(clusters: readonly Checked[], isScreen: boolean): string {
  const texts = clusters.map(({ conf, lines }) =>
    clusters.length > 1 ? `${conf}:\n${checkText(lines, isScreen)}` : checkText(lines, isScreen),
  );
  return isScreen ? fittedText(texts.join('\n\n')) : texts.join('\n\n');
}
