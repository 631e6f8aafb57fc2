// Who gets the mails, and whether the mail servers would take them. Each is asked once, as far as the login: nothing is
// sent.
import { mailTarget } from '../../config/mailTarget.ts';
import type { HostSettings } from '../../config/options.ts';
import type { Tools } from '../../context/Context.ts';
import { asFailure } from '../../errors/message.ts';
import { ok, warning, type Body } from './CheckLine.ts';

/** How long the mail server may take to say hello and let us in, in ms. */
const mailMs = 5_000;

export async function checkMails(settings: readonly HostSettings[], tools: Tools): Promise<readonly Body[]> {
  const byServer = Map.groupBy(
    settings.filter(({ options }) => options.report_email !== undefined),
    ({ options }) => JSON.stringify(mailTarget(options)),
  );
  const asked = await Promise.all(
    [...byServer.values()].map((same) => checkServer(same, same.length === settings.length, tools)),
  );
  return [...asked.flat(), ...withoutRecipient(settings)];
}

async function checkServer(same: readonly HostSettings[], isForAll: boolean, tools: Tools): Promise<readonly Body[]> {
  const [first] = same;
  if (first === undefined) return [];
  const smtp = mailTarget(first.options);
  const hosts = isForAll ? '' : ` (for ${same.map(({ host }) => host).join(', ')})`;
  try {
    await tools.connect.checkMail(smtp, mailMs);
    const login = smtp.login === undefined ? '' : ` and takes the login of ${smtp.login.user}`;
    return [ok(`the mail server ${smtp.host}:${smtp.port} answers${login}${hosts}`)];
  } catch (error) {
    const { message, hint } = asFailure(error);
    return [warning(`${message}${hosts}: a report would wait in the spool`, hint)];
  }
}

function withoutRecipient(settings: readonly HostSettings[]): readonly Body[] {
  const without = settings.filter(({ options }) => options.report_email === undefined).map(({ host }) => host);
  if (without.length === 0) return [];
  return [warning(`report_email is not set for ${without.join(', ')}: nobody gets a mail about a failover there`)];
}
