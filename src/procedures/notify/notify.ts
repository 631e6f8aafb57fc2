// notify_command is told what happens, beside the mails. Each notification is a file until the command has taken it, so
// that it outlives whatever happens in between; it may come twice. Nothing waits for it longer than its deadline.
import { loadHostSettings } from '../../config/load.ts';
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine, errorText, ifAny } from '../../errors/message.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { journalPath } from '../../steps/journalFiles.ts';
import { whatItSaid } from '../../vip/operatorCommand.ts';
import { notificationOf, type Happened, type Notification } from './Notification.ts';
import { quiet } from '../survey/clusterTls.ts';

/** One run of the command, in ms. */
export const notifyMs = 10_000;
/** After so long it is given up, in ms: it would be no news any more. */
const newsMs = 24 * 3_600_000;
/** No run works on a file for so long, in ms: such a name was left by one that was killed. */
const staleMs = 60_000;

export type NotifyTools = Pick<Tools, 'clock' | 'connect' | 'files' | 'log' | 'places'>;

export function notificationsDirectory({ places }: Pick<Tools, 'places'>): string {
  return `${places.stateDirectory}/notifications`;
}

/** Tells it now, and leaves it to the monitor where that does not work. Never throws. */
export async function notify(
  happened: Happened,
  app: ApplicationConfig,
  cluster: string,
  tools: NotifyTools,
): Promise<void> {
  try {
    const command = await commandOf(app, tools);
    if (command === null) return;
    const at = tools.clock.now().toISOString();
    const place = { app, manager: tools.places.hostname, at, record: journalPath(tools.places, cluster) };
    const notification = notificationOf(happened, place);
    const name = `${at.replace(/[-:]/g, '')}-${app.name}-${tools.places.pid}-${notification.event}.json`;
    const claimed = claimedPath(name, tools);
    await tools.files.writePrivate(claimed, JSON.stringify(notification)).catch((error: unknown) => {
      tools.log.warn(`notify_command: it is not kept for another try (${errorText(error)})`);
    });
    await settle(await tell(command, notification, tools), name, claimed, tools);
  } catch (error) {
    tools.log.warn(`notify_command: ${errorLine(error)}`);
  }
}

/** What waits of this cluster, one try each; ends with the first that does not work. Never throws. */
export async function notifyAgain(app: ApplicationConfig, tools: NotifyTools): Promise<void> {
  try {
    for (const file of await waiting(app, tools)) {
      const name = file.replace(/\.sending-\d+$/, '');
      const claimed = claimedPath(name, tools);
      await tools.files.rename(`${notificationsDirectory(tools)}/${file}`, claimed);
      const notification = JSON.parse(await tools.files.read(claimed)) as Notification;
      const command = await commandOf(app, tools);
      const isOld = tools.clock.now().getTime() - Date.parse(notification.at) > newsMs;
      if (isOld) tools.log.warn(`notify_command: given up after a day: ${notification.subject}`);
      const why = command === null || isOld ? null : await tell(command, notification, tools);
      await settle(why, name, claimed, tools);
      if (why !== null) return;
    }
  } catch (error) {
    // Another run was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') tools.log.warn(`notify_command: ${errorText(error)}`);
  }
}

async function waiting(app: ApplicationConfig, tools: NotifyTools): Promise<readonly string[]> {
  const names = await tools.files.list(notificationsDirectory(tools)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const now = tools.clock.now().getTime();
  return names.filter((name) => {
    const [, since] = /\.json(?:\.sending-(\d+))?$/.exec(name) ?? [null, 'none'];
    const isFree = since === undefined || (since !== 'none' && now - Number(since) > staleMs);
    return isFree && name.includes(`-${app.name}-`);
  });
}

async function commandOf(app: ApplicationConfig, tools: NotifyTools): Promise<string | null> {
  const hosts = [app.servers[0].hostname];
  const [settings] = await loadHostSettings(tools.places.configDirectory, hosts, tools.files, quiet, app.name);
  return settings?.options.notify_command ?? null;
}

/** @returns why it was not taken; null: it was */
async function tell(command: string, notification: Notification, { connect }: NotifyTools): Promise<string | null> {
  // In the environment and not among the arguments, which every user can see.
  const json = JSON.stringify(notification);
  const argv = ['sh', '-c', 'printf "%s\\n" "$MHA_HELPER_NOTIFICATION" | sh -c "$0"', command];
  try {
    const result = await connect.local.run(argv, notifyMs, { MHA_HELPER_NOTIFICATION: json });
    if (result.code === 0) return null;
    return `exit ${result.code}${ifAny(': ', whatItSaid(result))}`;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'deadline') return `it did not end within ${notifyMs / 1000} s`;
    return errorLine(error);
  }
}

async function settle(why: string | null, name: string, claimed: string, tools: NotifyTools): Promise<void> {
  const done =
    why === null
      ? tools.files.remove(claimed)
      : tools.files.rename(claimed, `${notificationsDirectory(tools)}/${name}`);
  if (why !== null) tools.log.warn(`notify_command: ${why}; the monitor tries again each minute, for a day`);
  await done.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

function claimedPath(name: string, tools: NotifyTools): string {
  return `${notificationsDirectory(tools)}/${name}.sending-${tools.clock.now().getTime()}`;
}
