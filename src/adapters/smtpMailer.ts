// One mail over SMTP, without a login: to the mail server of this host or of the site.
// Encryption is opportunistic (RFC 7435): STARTTLS where the server offers it, without a look at its certificate. Mail servers'
// certificates are mostly self-signed (Debian's Postfix and Exim come so), and whoever could fake one could as well take
// the STARTTLS out of the server's answer; refusing to send would only cost the operator the mail. Port 465 is TLS from the start.
import { connect, isIP, type Socket } from 'node:net';
import type { Mail, SmtpTarget } from '../context/Context.ts';
import { Failure } from '../errors/errors.ts';
import { errorText, oneLine } from '../errors/message.ts';

const smtpsPort = 465;
/** A host with IPv6 and IPv4 addresses: how long one of them may take before the next is tried besides. */
const nextAddressMs = 1000;

/** What @types/nodemailer leaves out of a result. */
interface Answer {
  readonly rejected?: readonly (string | { readonly address: string })[];
  readonly rejectedErrors?: readonly SmtpError[];
}

interface SmtpError extends Error {
  readonly code?: string;
  /** The server's own words. */
  readonly response?: string;
}

/**
 * Hands a mail over to the server.
 * @throws Failure `mail`, also when only some of the recipients were refused, or `deadline` after `timeoutMs`.
 */
export async function sendMail(mail: Mail, smtp: SmtpTarget, timeoutMs: number): Promise<void> {
  const { createTransport } = await import('nodemailer');
  // A connection of our own: nodemailer would ask the DNS before /etc/hosts, and try only one of a name's addresses.
  const connection = connect({ ...smtp, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: nextAddressMs });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Failure('deadline', `${where(mail, smtp)}: no answer within ${timeoutMs / 1000} s`, {
      hint: 'is it the right server, and is a firewall in between?',
    })), timeoutMs);
  });
  try {
    await Promise.race([connected(connection), late]);
    const transport = createTransport({
      host: smtp.host,
      port: smtp.port,
      connection,
      secure: smtp.port === smtpsPort,
      tls: { rejectUnauthorized: false, ...(isIP(smtp.host) === 0 ? { servername: smtp.host } : {}) },
      disableFileAccess: true,
      disableUrlAccess: true,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
    });
    const answer = await Promise.race([transport.sendMail(message(mail)), late]);
    complainOfRejected(answer as Answer, mail, smtp);
  } catch (error) {
    connection.destroy();
    throw error instanceof Failure ? error : failure(error as SmtpError, mail, smtp);
  } finally {
    clearTimeout(timer);
  }
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
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

function complainOfRejected(answer: Answer, mail: Mail, smtp: SmtpTarget): void {
  const rejected = (answer.rejected ?? []).map((to) => (typeof to === 'string' ? to : to.address));
  if (rejected.length === 0) return;
  const [first] = answer.rejectedErrors ?? [];
  throw new Failure('mail', `${where({ to: rejected }, smtp)}: ${said(first)}`, {
    hint: `it was taken for ${mail.to.filter((to) => !rejected.includes(to)).join(', ')}`,
  });
}

function failure(error: SmtpError, mail: Mail, smtp: SmtpTarget): Failure {
  const cause = (error.code ?? '') === 'ECONNREFUSED' ? { hint: 'does a mail server listen there? see smtp_host' } : {};
  return new Failure('mail', `${where(mail, smtp)}: ${said(error)}`, { cause: error, ...cause });
}

function said(error: SmtpError | undefined): string {
  return oneLine(error?.response ?? (error === undefined ? 'no reason given' : errorText(error)));
}

function where(mail: Pick<Mail, 'to'>, { host, port }: SmtpTarget): string {
  return `mail server ${host.includes(':') ? `[${host}]` : host}:${port} did not take the mail for ${mail.to.join(', ')}`;
}
