import { Command, Option } from 'clipanion';
import type { Context } from '../context/Context.ts';
import { Failure } from '../errors/errors.ts';
import { oneLine } from '../errors/message.ts';
import { drillExitCode, drillText } from '../procedures/drill/drillText.ts';
import { runDrill } from '../procedures/drill/runDrill.ts';
import { clusterOption, clusterToChange } from './clusterOption.ts';

/** A planned switch there and back, to know that it works and how long clients cannot write. */
export class DrillCommand extends Command<Context> {
  static override paths = [['drill']];

  static override usage = Command.Usage({
    category: 'For operators',
    description: 'rehearse: check, planned switch to another server and back, with figures',
    details: `
      Runs \`check\` first, and stops there unless it says READY. Then asks (not with \`--yes\`), makes another server
      the master as \`failover --online\` does, waits until all replicas follow and have caught up, and makes the old
      master the master again. What clients met is measured both times, as \`failover\` does.

      \`--budget\` is the longest outage that is allowed for each way. A first switch that takes longer does not stop
      the drill: the way back is made all the same, because it restores the order of the servers. An outage that was
      not measured is not within a budget.

      Where the first switch fails, or the cluster is not whole within 60 s after it, there is no second one: the report
      says which server is the master now, why, and the command that goes back. The report is kept in the history.

      Exit codes: 0 there and back, within the budget; 21 there and back, but an outage was longer or not measured; 22
      half-way, another server may be the master than before; 9 not wanted, or refused; that of \`check\` where it is
      not READY; else that of masterha_master_switch, and the master is the one it was.
    `,
    examples: [
      ['To a server that MHA chooses, and back', 'mha-helper drill -c test_cluster'],
      [
        'Without questions; an outage of more than 5 s is over budget',
        'mha-helper drill -c test_cluster --yes --budget 5',
      ],
    ],
  });

  conf = clusterOption();
  to = Option.String('--to', { description: 'the server to switch to; without it MHA chooses' });
  budget = Option.String('--budget', { description: 'the longest outage that is allowed for each way' });
  pauseMonitor = Option.Boolean('--pause-monitor', false, {
    description: 'stop a masterha_manager that was started by hand before each switch, and start it again after it',
  });
  yes = Option.Boolean('--yes', false, { description: 'ask nobody' });
  verbose = Option.Boolean('--verbose', false, { description: "show MHA's output as it comes" });
  json = Option.Boolean('--json', false, { description: 'the report as an object; all else goes to stderr' });

  async execute(): Promise<number> {
    const { tools, stdout, stderr, progress } = this.context;
    const { to, pauseMonitor, yes, json } = this;
    const budgetSeconds = readBudget(this.budget);
    if (to === '') throw new Failure('usage', 'drill: --to is empty', { hint: 'see mha-helper drill --help' });
    const out = json ? stderr : stdout;
    const log = json ? { ...tools.log, info: (line: string) => void stderr.write(`${oneLine(line)}\n`) } : tools.log;
    const conf = await clusterToChange(this.conf, { ...tools, log });
    const drilled = await runDrill(
      { conf, to, pauseMonitor, budgetSeconds, yes },
      (question) => this.context.ask(question),
      { ...tools, log },
      {
        out: (text) => void out.write(text),
        complain: (line) => void stderr.write(`${oneLine(line)}\n`),
        progress,
        verbose: this.verbose,
      },
    );
    if ('notReady' in drilled) {
      stderr.write('mha-helper: no drill: the cluster is not READY; nothing was changed\n');
      return drilled.notReady;
    }
    const { report } = drilled;
    stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `\n${drillText(report)}\n`);
    return drillExitCode(report);
  }
}

/** @throws Failure `usage` */
function readBudget(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^\d{1,4}(?:\.\d{1,3})?$/.test(text) || Number(text) === 0)
    throw new Failure('usage', `drill: --budget ${text}: must be a number of seconds, for instance 5 or 0.5`);
  return Number(text);
}
