import { Command } from 'clipanion';
import type { Tools } from '../context/Context.ts';
import type { Outcome } from '../mha/exitCodes.ts';
import { readReportRequest } from '../mha/request.ts';
import { sendReport } from '../procedures/sendReport.ts';
import { HookCommand } from './hookCommand.ts';

/** MHA's report_script. */
export class ReportCommand extends HookCommand {
  static override paths = [['report']];

  static override usage = Command.Usage({
    category: 'Hooks that MHA calls',
    description: 'the mail after a failover: MHA\'s report_script',
    details: 'Sends a mail to report_email through smtp_host. Without report_email nothing is sent, and that is said. MHA only logs the exit code.',
    examples: [['What MHA passes', 'mha-helper report --orig_master_host=db10 --new_master_host=db11 --new_slave_hosts=db12 --conf=/etc/mha/test_cluster.conf --subject="..." --body="..."']],
  });

  protected perform(args: readonly string[], tools: Tools): Promise<Outcome> {
    const { request, warnings } = readReportRequest(args);
    for (const warning of warnings) tools.log.warn(warning);
    return sendReport(request, tools);
  }
}
