import type { Tools } from '../../context/Context.ts';
import type { Mail, SmtpTarget } from '../../context/Mail.ts';
import { MailFailure, type MailRefusal } from '../../errors/errors.ts';
import { asFailure } from '../../errors/message.ts';

/** How long one try may take, in ms. */
const tryMs = 10_000;
/** Pause after the first try, in ms; doubled after each other. */
const firstPauseMs = 1_000;

export interface Delivery {
  /** Empty: the mail was taken for all. */
  readonly refusals: readonly MailRefusal[];
  /** Of the last try that failed. */
  readonly failure: MailFailure | null;
}

/**
 * Tries until the mail is taken, no other try makes sense, or the time is over.
 * @param until on the monotonic clock, in ms
 */
export async function deliver(
  mail: Mail,
  smtp: SmtpTarget,
  until: number,
  tools: Pick<Tools, 'clock' | 'connect' | 'interrupted'>,
  options: { readonly once?: boolean } = {},
): Promise<Delivery> {
  const { clock, connect, interrupted } = tools;
  const given: MailRefusal[] = [];
  let failure: MailFailure | null = null;
  let to = mail.to;
  for (let pause = firstPauseMs; ; pause *= 2) {
    const left = until - clock.monotonic();
    const refusals = await connect.sendMail({ ...mail, to }, smtp, Math.max(1, Math.min(tryMs, left))).then(
      () => [],
      (error: unknown) => {
        failure = error instanceof MailFailure ? error : unforeseen(error, to);
        return failure.refusals;
      },
    );
    given.push(...refusals.filter(({ again }) => again !== 'now'));
    const later = refusals.filter(({ again }) => again === 'now');
    if (later.length === 0) return { refusals: given, failure };
    // Another try needs time to be one.
    if (options.once === true || interrupted.aborted || until - clock.monotonic() < pause + firstPauseMs)
      return { refusals: [...given, ...later], failure };
    try {
      await clock.sleep(pause, interrupted);
    } catch {
      return { refusals: [...given, ...later], failure };
    }
    to = later.flatMap((refusal) => refusal.to);
  }
}

function unforeseen(error: unknown, to: readonly string[]): MailFailure {
  const { message } = asFailure(error);
  return new MailFailure(message, [{ to, reason: message, again: 'corrected' }], { cause: error });
}
