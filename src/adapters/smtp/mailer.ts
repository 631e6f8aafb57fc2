// One mail over SMTP. The usual encryption is opportunistic (RFC 7435): STARTTLS where the server offers it, without a
// look at its certificate. Mail servers' certificates are mostly self-signed (Debian's Postfix and Exim come so), and
// whoever could fake one could as well take the STARTTLS out of the server's answer; refusing to send would only cost
// the operator the mail. Port 465 is TLS from the start. Who wants more sets smtp_security. A login never goes over a
// connection that is not encrypted, unless smtp_security = none asks for it.
import { readFile } from 'node:fs/promises';
import { connect, isIP, type Socket } from 'node:net';
import { getCACertificates } from 'node:tls';
import type { Mail, SmtpTarget } from '../../context/Mail.ts';
import type { Transporter } from 'nodemailer';
import { Failure, MailFailure, type MailRefusal } from '../../errors/errors.ts';
import { errorText, oneLine } from '../../errors/message.ts';
import { readSecretFile } from '../files/secretFile.ts';
import { accessFailure, mailFailure, refusalsOf, serverText, type SmtpError } from './failures.ts';

const smtpsPort = 465;
/** A host with IPv6 and IPv4 addresses: how long one of them may take before the next is tried besides. */
const nextAddressMs = 1000;

const lateHint = 'is it the right server, and is a firewall in between?';

/** What @types/nodemailer leaves out of a result. */
interface Answer {
  readonly rejectedErrors?: readonly SmtpError[];
}

/**
 * Hands a mail over to the server.
 * @throws MailFailure, also when only some of the recipients were refused; its kind is `deadline` after `timeoutMs`.
 */
export async function sendMail(mail: Mail, target: SmtpTarget, timeoutMs: number): Promise<void> {
  const unreadable = (reason: string, error: SmtpError): MailFailure =>
    mailFailure([{ to: mail.to, reason, again: 'corrected' }], mail, target, error);
  const smtp = withPassword(target, unreadable);
  try {
    const { rejectedErrors = [] } = await withTransport(
      smtp,
      timeoutMs,
      { unreadable, late: () => lateFailure(mail, smtp, timeoutMs) },
      (transport) => transport.sendMail(message(mail)) as Promise<Answer>,
    );
    if (rejectedErrors.length > 0) throw mailFailure(refusalsOf(rejectedErrors, mail, smtp), mail, smtp);
  } catch (error) {
    if (error instanceof MailFailure) throw error;
    const { rejectedErrors = [] } = error as Answer;
    throw mailFailure(
      refusalsOf(rejectedErrors.length > 0 ? rejectedErrors : [error as SmtpError], mail, smtp),
      mail,
      smtp,
      error as SmtpError,
    );
  }
}

/** Goes as far as the login and sends nothing. @throws Failure `mail` or, after `timeoutMs`, `deadline` */
export async function checkMail(target: SmtpTarget, timeoutMs: number): Promise<void> {
  const unreadable = (reason: string): Failure => new Failure('mail', reason);
  const smtp = withPassword(target, unreadable);
  const server = serverText(smtp);
  const late = (): Failure =>
    new Failure('deadline', `${server} does not answer within ${timeoutMs / 1000} s`, { hint: lateHint });
  try {
    await withTransport(smtp, timeoutMs, { unreadable, late }, (transport) => transport.verify());
  } catch (error) {
    throw error instanceof Failure ? error : accessFailure(error as SmtpError, smtp);
  }
}

interface Failures {
  /** smtp_ca_file or smtp_password_file cannot be read. */
  readonly unreadable: (reason: string, error: SmtpError) => Failure;
  readonly late: () => Failure;
}

/** A connection to the server for as long as `body` takes, within the limit. */
async function withTransport<T>(
  smtp: SmtpTarget,
  timeoutMs: number,
  failures: Failures,
  body: (transport: Transporter) => Promise<T>,
): Promise<T> {
  const { createTransport } = await import('nodemailer');
  const encryption = await encryptionOf(smtp, failures.unreadable);
  // A connection of our own: nodemailer would ask the DNS before /etc/hosts, and try only one of a name's addresses.
  const { host, port } = smtp;
  const connection = connect({ host, port, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: nextAddressMs });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(failures.late()), timeoutMs);
  });
  try {
    await Promise.race([connected(connection), late]);
    const transport = createTransport({
      host,
      port,
      connection,
      ...encryption,
      ...authOf(smtp),
      disableFileAccess: true,
      disableUrlAccess: true,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
    });
    return await Promise.race([body(transport), late]);
  } catch (error) {
    connection.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** With the password itself where a file has it, so that it is known to whoever must not show it. */
function withPassword(smtp: SmtpTarget, unreadable: Failures['unreadable']): SmtpTarget {
  const { login } = smtp;
  if (login === undefined || 'password' in login) return smtp;
  try {
    return { ...smtp, login: { user: login.user, password: readSecretFile(login.passwordFile) } };
  } catch (error) {
    throw unreadable(`smtp_password_file: ${errorText(error)}`, error as SmtpError);
  }
}

function authOf({ login }: SmtpTarget) {
  return login !== undefined && 'password' in login ? { auth: { user: login.user, pass: login.password } } : {};
}

/** nodemailer's options for smtp_security. */
async function encryptionOf(smtp: SmtpTarget, unreadable: Failures['unreadable']) {
  const { host, port, security = 'opportunistic', login, caFile } = smtp;
  const name = isIP(host) === 0 ? { servername: host } : {};
  if (security === 'none') return { secure: false, ignoreTLS: true };
  if (security === 'opportunistic') {
    return { secure: port === smtpsPort, requireTLS: login !== undefined, tls: { rejectUnauthorized: false, ...name } };
  }
  let ca: readonly string[];
  try {
    ca =
      caFile === undefined
        ? [...getCACertificates('default'), ...getCACertificates('system')]
        : [await readFile(caFile, 'utf8')];
  } catch (error) {
    throw unreadable(
      `smtp_ca_file ${caFile ?? ''} cannot be read: ${oneLine((error as Error).message)}`,
      error as SmtpError,
    );
  }
  return {
    secure: security === 'tls',
    requireTLS: true,
    tls: { rejectUnauthorized: true, host, ca: [...ca], ...name },
  };
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve();
    });
  });
}

/** No text of ours can begin a header of its own: each is one line, and addresses are not parsed again. */
function message(mail: Mail) {
  const from = oneLine(mail.from);
  const to = mail.to.map(oneLine);
  return {
    envelope: { from, to },
    from: { name: '', address: from },
    to: to.map((address) => ({ name: '', address })),
    subject: oneLine(mail.subject),
    text: mail.text,
    ...(mail.html === undefined ? {} : { html: mail.html }),
    attachments: (mail.attachments ?? []).map(({ filename, text }) => ({
      filename: oneLine(filename),
      content: text,
      contentType: 'text/plain; charset=utf-8',
    })),
    ...(mail.messageId === undefined ? {} : { messageId: `<${oneLine(mail.messageId)}>` }),
    ...(mail.date === undefined ? {} : { date: new Date(mail.date) }),
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

function lateFailure(mail: Mail, smtp: SmtpTarget, timeoutMs: number): MailFailure {
  const refusals: readonly MailRefusal[] = [
    { to: mail.to, reason: `no answer within ${timeoutMs / 1000} s`, again: 'now' },
  ];
  return new MailFailure(mailFailure(refusals, mail, smtp).message, refusals, { kind: 'deadline', hint: lateHint });
}
