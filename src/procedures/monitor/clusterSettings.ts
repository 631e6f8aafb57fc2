// What the helper's own configuration says of a cluster that is monitored: whom to tell, and how soon MHA may fail over again.
import type { Tools } from '../../context/Context.ts';
import { loadHostSettings } from '../../config/load.ts';
import { options, type HostSettings } from '../../config/options.ts';
import { readMailHost } from '../../config/optionTypes.ts';
import { errorLine } from '../../errors/message.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import type { Notice } from './clusterState.ts';

const mailMs = 30_000;

export interface ClusterSettings {
  readonly lastFailoverMinute: number;
  readonly host: HostSettings | null;
}

/** Without a section for the cluster's first host the defaults hold, and nobody is told anything. */
export async function loadClusterSettings(app: ApplicationConfig, tools: Tools): Promise<ClusterSettings> {
  try {
    const [host] = await loadHostSettings(tools.places.configDirectory, [app.servers[0].hostname], tools.files, { info: () => undefined, warn: () => undefined });
    if (host !== undefined) return { lastFailoverMinute: host.options.last_failover_minute, host };
  } catch (error) {
    tools.log.warn(`${app.name}: no mail will be sent: ${errorLine(error)}`);
  }
  return { lastFailoverMinute: options.last_failover_minute.default, host: null };
}

/** @throws Failure `mail` or `deadline` */
export async function sendNotice(notice: Notice, name: string, conf: string, settings: ClusterSettings, tools: Tools): Promise<void> {
  const subject = `${name}: ${notice.subject}`;
  const to = settings.host?.options.report_email;
  const smtp = settings.host === null ? undefined : readMailHost(settings.host.options.smtp_host);
  if (settings.host === null || to === undefined || smtp === undefined) {
    tools.log.warn(`${subject}: no mail was sent, because report_email is not set`);
    return;
  }
  const from = settings.host.options.report_from?.[0] ?? `mha-helper@${tools.places.hostname}`;
  const text = [notice.text, '', `Cluster: ${name}`, `MHA configuration: ${conf}`, `Manager host: ${tools.places.hostname}`, `Time: ${tools.clock.now().toISOString()}`,
    '', `More: mha-helper monitor status -c ${conf}`, ''].join('\n');
  await tools.connect.sendMail({ from, to, subject, text }, smtp, mailMs);
  tools.log.info(`${name}: mail "${subject}" handed to ${smtp.host}:${smtp.port} for ${to.join(', ')}`);
}
