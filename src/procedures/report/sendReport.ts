// MHA's report of a failover, by mail to whom it concerns. MHA waits for it before it writes down that the failover has
// ended.
import type { Tools } from '../../context/Context.ts';
import type { Mail } from '../../context/Mail.ts';
import { loadHostSettings } from '../../config/load.ts';
import { mailSender, mailTarget } from '../../config/mailTarget.ts';
import { Failure, type MailFailure, type MailRefusal } from '../../errors/errors.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import { attentionOf, subjectWith } from '../../mail/attention.ts';
import { printableLine } from '../../mail/printable.ts';
import { logFileName, type Report } from '../../mail/Report.ts';
import { reportHtml } from '../../mail/reportHtml.ts';
import { reportText } from '../../mail/reportText.ts';
import { applicationName, loadApplicationConfig } from '../../mha/applicationConfig.ts';
import type { Outcome } from '../../mha/exitCodes.ts';
import type { ReportRequest } from '../../mha/request.ts';
import { notify } from '../notify/notify.ts';
import { deliver } from '../outbox/deliver.ts';
import { operatorsFile } from '../monitor/monitorFiles.ts';
import { ordersFirst } from '../hooks/ordersFirst.ts';
import { readJournal } from '../run/earlierRuns.ts';
import { runsOfFailover } from './failoverRuns.ts';
import { flushSpool } from '../outbox/flush.ts';
import { currentState } from './currentState.ts';
import { readManagerLog } from './managerLogTail.ts';
import { keepNew, refusedDirectory, settle, spoolDirectory } from '../outbox/spool.ts';

/** All of it, in ms. Looking around takes up to 10 s of it. */
const reportMs = 28_000;
/** A header line longer than SMTP's limit of 998 could not be folded where it has no spaces. */
const longestSubject = 500;

/** @throws Failure `mail` when the mail was not taken for all; it says where the mail is kept */
export async function sendReport(request: ReportRequest, tools: Tools): Promise<Outcome> {
  const until = tools.clock.monotonic() + reportMs;
  for (const line of await ordersFirst(request.origHost, request.conf, 'the hook report', tools)) tools.log.warn(line);
  const [settings] = await loadHostSettings(
    tools.places.configDirectory,
    [request.origHost],
    tools.files,
    tools.log,
    applicationName(request.conf),
  );
  const to = settings?.options.report_email;
  const app = await loadApplicationConfig(await operatorsFile(request.conf, tools), tools.files).catch(() => null);
  const tellNow = async (happened: { subject: string; text: string }): Promise<void> => {
    if (app === null || settings === undefined) return;
    await notify(
      { ...happened, events: ['failover'], state: 'happened', severity: 'critical' },
      app,
      settings.cluster,
      tools,
    );
  };
  if (settings === undefined || to === undefined) {
    await tellNow({ subject: printableLine(request.subject), text: request.body });
    const where = settings === undefined ? '' : ` in ${settings.file}`;
    tools.log.info(`report: no mail was sent, because report_email is not set for [${request.origHost}]${where}`);
    return { kind: 'done' };
  }
  const report = await gather(request, settings.cluster, tools);
  const mail = compose(report, mailSender(settings.options, tools.places.hostname), to, tools);
  const claimed = await keepNew({ host: request.origHost, cluster: settings.cluster, mail }, tools);
  const smtp = mailTarget(settings.options);
  // Beside the mail: neither waits for the other.
  const [{ refusals, failure }] = await Promise.all([deliver(mail, smtp, until, tools), tellNow(mail)]);
  let spooled: unknown = null;
  await settle(claimed, refusals, tools).catch((error: unknown) => {
    spooled = error;
  });
  const missed = new Set(refusals.flatMap((refusal) => refusal.to));
  const reached = to.filter((one) => !missed.has(one));
  if (reached.length > 0) {
    tools.log.info(`report: mail "${mail.subject}" handed to ${smtp.host}:${smtp.port} for ${reached.join(', ')}`);
    await flushSpool(tools, until);
  }
  if (failure === null || refusals.length === 0) return { kind: 'done' };
  const isLost = claimed.path === null && spooled !== null;
  throw notDelivered(failure, refusals, isLost, tools);
}

/** What the mail server says, and where the mail is now. */
export function notDelivered(
  failure: MailFailure,
  refusals: readonly MailRefusal[],
  isLost: boolean,
  tools: Pick<Tools, 'places'>,
): Failure {
  const kept = refusals.some(({ again }) => again !== 'never');
  const aside = refusals.some(({ again }) => again === 'never');
  const places = [
    ...(kept ? [`kept in the spool ${spoolDirectory(tools)}`] : []),
    ...(aside ? [`refused for good, set aside in ${refusedDirectory(tools)}`] : []),
  ];
  const fate = isLost ? 'it could not be kept either: it is LOST' : places.join('; ');
  const flush = kept && !isLost ? ['"mha-helper report --flush" or the next report delivers it'] : [];
  const hints = [...(failure.hint === undefined ? [] : [failure.hint]), ...flush];
  return new Failure('mail', `${failure.message}; ${fate}`, {
    ...(hints.length === 0 ? {} : { hint: hints.join('; ') }),
    cause: failure,
  });
}

/** Everything that the mail says; what could not be found out is in it as that. */
async function gather(request: ReportRequest, cluster: string, tools: Tools): Promise<Report> {
  const app = await loadApplicationConfig(request.conf, tools.files).catch(asFailure);
  const [log, now, runs] = await Promise.all([
    readManagerLog(app, tools),
    currentState(request, app, tools),
    readJournal(tools, cluster),
  ]);
  return {
    subject: printableLine(request.subject).slice(0, longestSubject) || `MHA failover of ${request.origHost}`,
    cluster,
    origHost: request.origHost,
    newHost: request.newHost ?? null,
    newSlaveHosts: request.newSlaveHosts,
    conf: await operatorsFile(request.conf, tools),
    managerHost: tools.places.hostname,
    at: tools.clock.now().toISOString(),
    body: request.body,
    runs: isUnknown(runs) ? [] : runsOfFailover(runs, request, log.since),
    since: log.since,
    now,
    log: log.tail,
    missingWrites: log.missingWrites,
  };
}

function compose(report: Report, from: string, to: readonly string[], tools: Tools): Mail {
  return {
    from,
    to,
    subject: subjectWith(report.subject, attentionOf(report)),
    ...bodies(report, tools),
    attachments: 'missing' in report.log ? [] : [{ filename: logFileName, text: report.log.text }],
    messageId: `${report.at.replace(/[-:.]/g, '')}.${tools.places.pid}@${tools.places.hostname}`,
    date: report.at,
  };
}

/** A defect in the form must not cost the operator what MHA says. */
function bodies(report: Report, tools: Tools): Pick<Mail, 'text' | 'html'> {
  try {
    return { text: reportText(report), html: reportHtml(report) };
  } catch (error) {
    tools.log.warn(`report: ${errorLine(error)}; the mail holds only what MHA says`);
    return { text: report.body };
  }
}
