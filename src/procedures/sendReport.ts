// MHA's report of a failover, by mail to whom it concerns.
import type { Tools } from '../context/Context.ts';
import { loadHostSettings } from '../config/load.ts';
import { readMailHost } from '../config/options.ts';
import type { Outcome } from '../mha/exitCodes.ts';
import type { ReportRequest } from '../mha/request.ts';
import { oneLine } from '../errors/message.ts';

/** MHA waits for the report before it writes down that the failover has failed, so this has a hard limit, in ms. */
const mailMs = 30_000;

export async function sendReport(request: ReportRequest, tools: Tools): Promise<Outcome> {
  const [settings] = await loadHostSettings(tools.places.configDirectory, [request.origHost], tools.files, tools.log);
  const to = settings?.options.report_email;
  if (settings === undefined || to === undefined) {
    tools.log.info(`report: no mail was sent, because report_email is not set for [${request.origHost}]${settings === undefined ? '' : ` in ${settings.file}`}`);
    return { kind: 'done' };
  }
  const smtp = readMailHost(settings.options.smtp_host);
  if (smtp === undefined) throw new Error(`smtp_host ${settings.options.smtp_host}`);
  const from = settings.options.report_from?.[0] ?? `mha-helper@${tools.places.hostname}`;
  const subject = oneLine(request.subject) || `MHA failover of ${request.origHost}`;
  await tools.connect.sendMail({ from, to, subject, text: reportText(request, settings.cluster, tools) }, smtp, mailMs);
  tools.log.info(`report: mail "${subject}" handed to ${smtp.host}:${smtp.port} for ${to.join(', ')}`);
  return { kind: 'done' };
}

/** The mail's text: the facts first, then what MHA says. Times are UTC. */
function reportText(request: ReportRequest, cluster: string, tools: Tools): string {
  const { origHost, newHost, newSlaveHosts, conf, body } = request;
  const facts: readonly (readonly [string, string])[] = [
    ['Cluster', cluster],
    ['Original master', origHost],
    ['New master', newHost ?? 'none: the failover did not succeed'],
    ['Replicas of the new master', newSlaveHosts.length === 0 ? 'none' : newSlaveHosts.join(', ')],
    ['MHA configuration', conf],
    ['Manager host', tools.places.hostname],
    ['Time', tools.clock.now().toISOString()],
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  return [...facts.map(([name, value]) => `${`${name}:`.padEnd(width + 2)}${value}`), '', 'MHA says:', '', body.trimEnd(), ''].join('\n');
}
