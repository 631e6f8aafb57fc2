// What an SMTP server's refusal means for the mail, and the words for it. Codes: RFC 5321 and, for logins, RFC 4954.
import type { Mail, SmtpTarget } from '../../context/Mail.ts';
import { Failure, MailFailure, type MailRefusal } from '../../errors/errors.ts';
import { errorText, oneLine } from '../../errors/message.ts';

export interface SmtpError extends Error {
  /** nodemailer's own: EAUTH, ETLS, EENVELOPE, ..., or Node's. */
  readonly code?: string;
  /** The server's own words. */
  readonly response?: string;
  readonly responseCode?: number;
  /** What the server had been told: `RCPT TO`, `DATA`, `STARTTLS`, ... */
  readonly command?: string;
  /** The one that is refused; without it all are. */
  readonly recipient?: string;
}

/** A login or encryption is wanted first: the mail itself is not what is wrong. */
const loginCodes: ReadonlySet<number> = new Set([523, 524, 530, 534, 535, 538]);
const mailCommands: ReadonlySet<string> = new Set(['MAIL FROM', 'RCPT TO', 'DATA']);

/** One refusal for each answer of the server, with all the recipients it holds for. */
export function refusalsOf(errors: readonly SmtpError[], mail: Mail, smtp: SmtpTarget): readonly MailRefusal[] {
  const single = errors.map((error) => ({
    to: error.recipient === undefined ? mail.to : [error.recipient],
    reason: reasonOf(error, smtp),
    again: again(error),
  }));
  return [...Map.groupBy(single, ({ reason, again: when }) => `${when} ${reason}`).values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...first, to: group.flatMap(({ to }) => to) }];
  });
}

export function mailFailure(
  refusals: readonly MailRefusal[],
  mail: Mail,
  smtp: SmtpTarget,
  cause?: SmtpError,
): MailFailure {
  const missed = new Set(refusals.flatMap(({ to }) => to));
  const taken = mail.to.filter((to) => !missed.has(to));
  const text = refusals
    .map(({ to, reason }) => `${serverText(smtp)} did not take the mail for ${to.join(', ')}: ${reason}`)
    .join('; ');
  const hint = taken.length > 0 ? `it was taken for ${taken.join(', ')}` : hintOf(cause, smtp);
  return new MailFailure(text, refusals, {
    ...(cause === undefined ? {} : { cause }),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The server does not let us as far as a mail. */
export function accessFailure(error: SmtpError, smtp: SmtpTarget): Failure {
  const hint = hintOf(error, smtp);
  return new Failure('mail', `${serverText(smtp)} takes no mail from here: ${reasonOf(error, smtp)}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

export function serverText({ host, port }: SmtpTarget): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `mail server ${name}:${port}`;
}

/**
 * nodemailer puts a code of its own in the place of Node's, so the text has to tell. What the server says is no such
 * text.
 */
function isCertificate({ message, response }: SmtpError): boolean {
  return response === undefined && /certificate|altnames/i.test(message);
}

function isEncryption(error: SmtpError): boolean {
  return (
    error.code === 'ETLS' ||
    isCertificate(error) ||
    (error.response === undefined && /EPROTO|\bSSL|\bTLS/.test(error.message))
  );
}

function again(error: SmtpError): MailRefusal['again'] {
  const code = error.responseCode ?? 0;
  if (code >= 400 && code < 500) return 'now';
  if (error.code === 'EAUTH' || isEncryption(error) || loginCodes.has(code)) return 'corrected';
  if (error.code === 'EENVELOPE' && code === 0) return 'never';
  if (code >= 500) return mailCommands.has(error.command ?? '') ? 'never' : 'corrected';
  return 'now';
}

function reasonOf(error: SmtpError, smtp: SmtpTarget): string {
  // A name with several addresses: one error for each, and a text of its own for none.
  const [first] = error instanceof AggregateError ? (error.errors as readonly Error[]) : [];
  const raw = oneLine(error.response ?? errorText(first ?? error))
    .replace(/^Error initiating TLS - /, '')
    .replace(/; if the root CA is installed locally, .*$/, '');
  const text = isEncryption(error) ? `no encrypted connection: ${raw}` : raw;
  if (smtp.login === undefined || !('password' in smtp.login)) return text;
  const { user, password } = smtp.login;
  // Some servers repeat what they did not understand.
  const secrets = [password, base64(password), base64(`\0${user}\0${password}`)];
  return secrets.reduce((said, secret) => said.replaceAll(secret, '(not shown)'), text);
}

function hintOf(error: SmtpError | undefined, smtp: SmtpTarget): string | undefined {
  const encrypted = smtp.security === 'starttls' || smtp.security === 'tls';
  if (error?.code === 'ECONNREFUSED') return 'does a mail server listen there? see smtp_host';
  if (error?.code === 'EAUTH') return 'see smtp_user and smtp_password (or smtp_password_file)';
  if (error === undefined || !isEncryption(error)) return undefined;
  if (isCertificate(error))
    return "smtp_ca_file names the certificates to trust, and smtp_host must be a name in the server's certificate";
  if (smtp.login !== undefined && !encrypted)
    return 'the login is not sent unencrypted; smtp_security = none would allow that';
  return 'does the server offer what smtp_security asks for on that port?';
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
