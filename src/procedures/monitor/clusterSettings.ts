// What the helper's own configuration says of a cluster that is monitored: whom to tell, and how soon MHA may fail over
// again.
import type { Tools } from '../../context/Context.ts';
import { loadHostSettings } from '../../config/load.ts';
import { mailSender, mailTarget } from '../../config/mailTarget.ts';
import { options, type HostSettings } from '../../config/options.ts';
import { errorLine } from '../../errors/message.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { toldSettings, type ToldSettings } from '../managers/sameSettings.ts';
import { deliver } from '../outbox/deliver.ts';
import type { Notice } from './clusterState.ts';

const mailMs = 30_000;
const quiet = { info: () => undefined, warn: () => undefined };

export interface ClusterSettings {
  readonly lastFailoverMinute: number;
  readonly host: HostSettings | null;
  readonly app: ApplicationConfig;
  /** Whether other managers share it, also where the file that says so cannot be used. */
  readonly isShared: boolean;
  /** For other managers, see sameSettings.ts; null: there are none, or a host has no section. */
  readonly told: ToldSettings | null;
}

/** Without a section for the cluster's first host the defaults hold, and nobody is told anything. */
export async function loadClusterSettings(app: ApplicationConfig, tools: Tools): Promise<ClusterSettings> {
  try {
    const first = [app.servers[0].hostname];
    const [host] = await loadHostSettings(tools.places.configDirectory, first, tools.files, quiet, app.name);
    if (host !== undefined) {
      const isShared = host.options.ha_endpoints !== undefined;
      const told = isShared ? await settingsToTell(app, tools) : null;
      return { lastFailoverMinute: host.options.last_failover_minute, host, app, isShared, told };
    }
  } catch (error) {
    tools.log.warn(`${app.name}: no mail will be sent: ${errorLine(error)}`);
  }
  const isShared = await mentionsOthers(app.name, tools);
  return { lastFailoverMinute: options.last_failover_minute.default, host: null, app, isShared, told: null };
}

async function settingsToTell({ servers, name }: ApplicationConfig, tools: Tools): Promise<ToldSettings | null> {
  const hosts = servers.map(({ hostname }) => hostname);
  return loadHostSettings(tools.places.configDirectory, hosts, tools.files, quiet, name).then(toldSettings, () => null);
}

/** A file that cannot be used must not make a second manager that takes itself for the only one. */
async function mentionsOthers(name: string, { files, places }: Pick<Tools, 'files' | 'places'>): Promise<boolean> {
  const text = await files.read(`${places.configDirectory}/${name}.conf`).catch(() => '');
  return /^\s*ha_endpoints\s*[=:]\s*\S/m.test(text);
}

/** @returns what must be tried again, and for whom; null when all is done that can be done */
export async function sendNotice(
  notice: Notice,
  name: string,
  conf: string,
  settings: ClusterSettings,
  tools: Tools,
): Promise<Notice | null> {
  const subject = `${name}: ${notice.subject}`;
  const to = notice.to ?? settings.host?.options.report_email;
  if (settings.host === null || to === undefined) {
    tools.log.warn(`${subject}: no mail was sent, because report_email is not set`);
    return null;
  }
  const smtp = mailTarget(settings.host.options);
  const text = [
    notice.text,
    '',
    `Cluster: ${name}`,
    `MHA configuration: ${conf}`,
    `Manager host: ${tools.places.hostname}`,
    `Time: ${tools.clock.now().toISOString()}`,
    '',
    `More: mha-helper monitor status -c ${conf}`,
    '',
  ].join('\n');
  const mail = { from: mailSender(settings.host.options, tools.places.hostname), to, subject, text };
  const delivery = await deliver(mail, smtp, tools.clock.monotonic() + mailMs, tools, { once: true });
  const missed = delivery.refusals.flatMap((refusal) => refusal.to);
  const reached = to.filter((one) => !missed.includes(one));
  if (reached.length > 0)
    tools.log.info(`${name}: mail "${subject}" handed to ${smtp.host}:${smtp.port} for ${reached.join(', ')}`);
  const later = delivery.refusals.filter(({ again }) => again !== 'never').flatMap((refusal) => refusal.to);
  if (delivery.failure !== null) {
    const fate = later.length === 0 ? 'refused for good' : `tried again for ${later.join(', ')}`;
    tools.log.warn(`${name}: mail "${subject}": ${errorLine(delivery.failure)}; ${fate}`);
  }
  return later.length === 0 ? null : { ...notice, to: later };
}
