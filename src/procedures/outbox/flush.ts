// Delivers what earlier reports had to leave in the spool, oldest first. Each mail gets one try; a server that does not
// answer gets no other.
import type { Tools } from '../../context/Context.ts';
import { loadHostSettings } from '../../config/load.ts';
import { mailTarget } from '../../config/mailTarget.ts';
import { Failure, type MailRefusal } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import type { Outcome } from '../../mha/exitCodes.ts';
import { deliver } from './deliver.ts';
import { claim, mailsSetAside, refusedDirectory, settle, spoolDirectory, waiting, type ClaimedMail } from './spool.ts';

/** How long `report --flush` may take, in ms. */
const flushMs = 120_000;

export interface Flushed {
  readonly delivered: number;
  /** Still in the spool. */
  readonly kept: number;
  /** Set aside for good. */
  readonly refused: number;
}

/** For an operator. @throws Failure `mail` when a mail is left */
export async function flushForOperator(tools: Tools): Promise<Outcome> {
  const { delivered, kept, refused } = await flushSpool(tools, tools.clock.monotonic() + flushMs);
  const aside = await mailsSetAside(tools).catch(() => 0);
  const refusedForGood = aside === 0 ? '' : `, ${aside} refused for good, in ${refusedDirectory(tools)}`;
  tools.log.info(`report: ${delivered} delivered, ${kept} left in ${spoolDirectory(tools)}${refusedForGood}`);
  if (kept + refused === 0) return { kind: 'done' };
  throw new Failure('mail', `${kept + refused} of ${delivered + kept + refused} mails could not be delivered`, {
    hint: 'the lines above say why; nothing was lost',
  });
}

/** Never throws. @param until on the monotonic clock, in ms: no try begins after it */
export async function flushSpool(tools: Tools, until: number): Promise<Flushed> {
  const down = new Set<string>();
  const counts = { delivered: 0, kept: 0, refused: 0 };
  for (const file of await waiting(tools)) {
    if (tools.clock.monotonic() >= until || tools.interrupted.aborted) {
      counts.kept += 1;
      continue;
    }
    try {
      const claimed = await claim(file, tools);
      if (claimed === null) continue;
      counts[await sendOne(claimed, down, until, tools)] += 1;
    } catch (error) {
      counts.kept += 1;
      tools.log.warn(`report: ${file} in the spool: ${errorLine(error)}`);
    }
  }
  return counts;
}

async function sendOne(claimed: ClaimedMail, down: Set<string>, until: number, tools: Tools): Promise<keyof Flushed> {
  const { mail } = claimed;
  const refusals = await tryOnce(claimed, down, until, tools);
  await settle(claimed, refusals, tools);
  if (refusals.length === 0) {
    const what = `mail "${mail.subject}" of ${mail.date ?? 'earlier'}, which had waited in the spool`;
    tools.log.info(`report: ${what}, handed over for ${mail.to.join(', ')}`);
    return 'delivered';
  }
  return refusals.some(({ again }) => again !== 'never') ? 'kept' : 'refused';
}

async function tryOnce(
  { host, cluster, mail }: ClaimedMail,
  down: Set<string>,
  until: number,
  tools: Tools,
): Promise<readonly MailRefusal[]> {
  const stays = (reason: string): readonly MailRefusal[] => [{ to: mail.to, reason, again: 'corrected' }];
  try {
    const [settings] = await loadHostSettings(tools.places.configDirectory, [host], tools.files, tools.log, cluster);
    if (settings === undefined) throw new Error(`no settings for ${host}`);
    const smtp = mailTarget(settings.options);
    const server = JSON.stringify(smtp);
    if (down.has(server)) return stays(`${smtp.host}:${smtp.port} did not answer before`);
    // No time for a second try: one that waits would hold up the others.
    const { refusals, failure } = await deliver(mail, smtp, until, tools, { once: true });
    if (failure !== null) {
      const fate = refusals.every(({ again }) => again === 'never')
        ? `set aside in ${refusedDirectory(tools)}`
        : 'it stays in the spool';
      tools.log.warn(`report: mail "${mail.subject}" of ${mail.date ?? 'earlier'}: ${errorLine(failure)}; ${fate}`);
    }
    if (refusals.some(({ to, again }) => again !== 'never' && to.length === mail.to.length)) down.add(server);
    return refusals;
  } catch (error) {
    tools.log.warn(
      `report: mail "${mail.subject}" of ${mail.date ?? 'earlier'} stays in the spool: ${errorLine(error)}`,
    );
    return stays(errorLine(error));
  }
}
