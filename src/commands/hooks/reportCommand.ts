import { Command } from 'clipanion';
import type { Tools } from '../../context/Context.ts';
import type { Outcome } from '../../mha/exitCodes.ts';
import { readReportRequest } from '../../mha/request.ts';
import { Failure } from '../../errors/errors.ts';
import { flushForOperator } from '../../procedures/outbox/flush.ts';
import { sendReport } from '../../procedures/report/sendReport.ts';
import type { OwnArguments } from '../ownArguments.ts';
import { HookCommand } from './hookCommand.ts';

/** MHA's report_script. */
export class ReportCommand extends HookCommand {
  static override paths = [['report']];

  static override usage = Command.Usage({
    category: 'Hooks that MHA calls',
    description: "the mail after a failover: MHA's report_script",
    details: `
      Sends a mail to report_email through smtp_host: what is left to do, where the writer address is and who takes
      writes (asked at that moment), what the hooks did step by step, what MHA says, and the end of MHA's log. Without
      report_email nothing is sent, and that is said.

      When the mail server is down the mail is kept in the spool (/var/lib/mha-helper/spool). The next report delivers
      it, or \`--flush\`, oldest first. A mail that the server refuses for good is set aside in spool/refused.

      Exit codes: 0 delivered; 12 the mail was not taken for all recipients, and it says where it is kept. MHA only logs
      it.
    `,
    examples: [
      ['Deliver what waits in the spool', 'mha-helper report --flush'],
      [
        'What MHA passes',
        'mha-helper report --orig_master_host=db10 --new_master_host=db11 --new_slave_hosts=db12 ' +
          '--conf=/etc/mha/test_cluster.conf --subject="..." --body="..."',
      ],
    ],
  });

  static ownArguments: OwnArguments = {
    synopsis: '--flush | --orig_master_host=HOST --conf=FILE --subject=TEXT --body=TEXT ...',
    options: [{ names: ['--flush'], takesValue: false, description: 'deliver the mails that wait in the spool' }],
  };

  protected perform(args: readonly string[], tools: Tools): Promise<Outcome> {
    if (args.includes('--flush')) {
      if (args.length > 1)
        throw new Failure('usage', '--flush stands alone', { hint: 'run mha-helper report --flush' });
      return flushForOperator(tools);
    }
    const { request, warnings } = readReportRequest(args);
    for (const warning of warnings) tools.log.warn(warning);
    return sendReport(request, tools);
  }
}
