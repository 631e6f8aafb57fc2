// Mails that are not delivered yet, one file each: spool/TIME-CLUSTER-PID.json. A mail is written before the first try
// to send it and removed after the last, so a report outlives whatever happens in between; a mail may come twice, but
// it is not lost. Whoever works on a file gives it another name first (.sending-MS), so that no two do.
import type { Tools } from '../../context/Context.ts';
import type { Mail } from '../../context/Mail.ts';
import { Failure, type MailRefusal } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';

/** No run works on a mail for so long, in ms: such a name was left by one that was killed. */
const staleMs = 600_000;

export interface SpooledMail {
  /** Host whose settings name the server to send it through. */
  readonly host: string;
  readonly cluster: string;
  readonly mail: Mail;
  /** What happened at the last try. */
  readonly reasons?: readonly string[];
}

/** A mail that this run works on. */
export interface ClaimedMail extends SpooledMail {
  readonly name: string;
  /** Where it is kept meanwhile; null when that was not possible. */
  readonly path: string | null;
}

type SpoolTools = Pick<Tools, 'clock' | 'files' | 'log' | 'places'>;

export function spoolDirectory({ places }: Pick<Tools, 'places'>): string {
  return `${places.stateDirectory}/spool`;
}

/** Directory of the mails that a server has refused for good. */
export function refusedDirectory(tools: Pick<Tools, 'places'>): string {
  return `${spoolDirectory(tools)}/refused`;
}

/** Keeps a new mail, as one that this run works on. A disk that is full is no reason not to send it. */
export async function keepNew(spooled: SpooledMail, tools: SpoolTools): Promise<ClaimedMail> {
  const now = tools.clock.now();
  const name = `${now.toISOString().replace(/[-:]/g, '')}-${spooled.cluster}-${tools.places.pid}.json`;
  const path = claimedPath(name, tools);
  try {
    await tools.files.writePrivate(path, JSON.stringify(spooled));
    return { ...spooled, name, path };
  } catch (error) {
    const why = `the mail cannot be kept in ${spoolDirectory(tools)} (${errorText(error)})`;
    tools.log.warn(`report: ${why}: it is lost if it cannot be delivered now`);
    return { ...spooled, name, path: null };
  }
}

/** Names of the mails that wait, oldest first. */
export async function waiting(tools: SpoolTools): Promise<readonly string[]> {
  const names = await tools.files.list(spoolDirectory(tools)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') tools.log.warn(`report: ${spoolDirectory(tools)} cannot be read: ${errorText(error)}`);
    return [];
  });
  const now = tools.clock.now().getTime();
  return names
    .filter((name) => {
      const [, since] = /\.json(?:\.sending-(\d+))?$/.exec(name) ?? [null, 'none'];
      return since === undefined || (since !== 'none' && now - Number(since) > staleMs);
    })
    .sort();
}

/** How many are not delivered, those included that a run works on now. */
export function openMails(tools: Pick<Tools, 'files' | 'places'>): Promise<number> {
  return count(spoolDirectory(tools), /\.json(?:\.sending-\d+)?$/, tools);
}

export function mailsSetAside(tools: Pick<Tools, 'files' | 'places'>): Promise<number> {
  return count(refusedDirectory(tools), /\.json$/, tools);
}

async function count(directory: string, name: RegExp, { files }: Pick<Tools, 'files'>): Promise<number> {
  const names = await files.list(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new Failure('environment', `cannot read ${directory}: ${errorText(error)}`, {
      hint: 'run this as the user that runs MHA',
      cause: error,
    });
  });
  return names.filter((one) => name.test(one)).length;
}

/** Takes a waiting mail; null when another run was quicker, or when it cannot be read (then it is set aside). */
export async function claim(file: string, tools: SpoolTools): Promise<ClaimedMail | null> {
  const name = file.replace(/\.sending-\d+$/, '');
  const path = claimedPath(name, tools);
  try {
    await tools.files.rename(`${spoolDirectory(tools)}/${file}`, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      tools.log.warn(`report: ${file} in the spool cannot be taken: ${errorText(error)}`);
    return null;
  }
  const text = await tools.files.read(path);
  const spooled = parse(text);
  if (spooled !== null) return { ...spooled, name, path };
  tools.log.warn(`report: ${file} in the spool is no mail; it is set aside in ${refusedDirectory(tools)}`);
  await tools.files.writePrivate(`${refusedDirectory(tools)}/${name}`, text);
  await tools.files.remove(path);
  return null;
}

/**
 * Ends the work on a mail: what was not taken waits again, what was refused for good is set aside, the rest is gone.
 */
export async function settle(claimed: ClaimedMail, refusals: readonly MailRefusal[], tools: SpoolTools): Promise<void> {
  const { name, path, host, cluster, mail } = claimed;
  const keep = async (directory: string, kept: readonly MailRefusal[]): Promise<void> => {
    if (kept.length === 0) return;
    const rest: SpooledMail = {
      host,
      cluster,
      mail: { ...mail, to: kept.flatMap(({ to }) => to) },
      reasons: kept.map(({ reason }) => reason),
    };
    await tools.files.writePrivate(`${directory}/${name}`, JSON.stringify(rest));
  };
  if (path === null && refusals.length === 0) return;
  await keep(
    refusedDirectory(tools),
    refusals.filter(({ again }) => again === 'never'),
  );
  await keep(
    spoolDirectory(tools),
    refusals.filter(({ again }) => again !== 'never'),
  );
  if (path !== null) await tools.files.remove(path);
}

function claimedPath(name: string, tools: SpoolTools): string {
  return `${spoolDirectory(tools)}/${name}.sending-${tools.clock.now().getTime()}`;
}

function parse(text: string): SpooledMail | null {
  try {
    const value = JSON.parse(text) as Partial<SpooledMail> | null;
    const { host, cluster, mail } = value ?? {};
    const good =
      typeof host === 'string' &&
      typeof cluster === 'string' &&
      typeof mail?.from === 'string' &&
      Array.isArray(mail.to) &&
      mail.to.every((to) => typeof to === 'string') &&
      typeof mail.subject === 'string' &&
      typeof mail.text === 'string';
    return good ? { host, cluster, mail } : null;
  } catch {
    return null;
  }
}
