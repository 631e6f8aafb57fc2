// A real SMTP server (OpenSMTPD) on a manager's port 25. It takes mail for anyone and keeps it in the lab.
import { untilListening, writeCommand } from './hostFiles.ts';
import { HOSTS, type ManagerName } from './hosts.ts';

const CONFIGURATION = '/etc/lab-smtpd.conf';
export const MAIL_DIRECTORY = '/var/spool/labmail/Maildir';

/** The server refuses mail for this one with a 550. */
export const REFUSED_RECIPIENT = 'gone@example.org';

export interface ReceivedMail {
  /** Header names in lower case; folded lines joined. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly raw: string;
}

export function mailServerFiles(host: ManagerName): string[] {
  const content = [
    'table everyone { "@" = "labmail" }',
    'listen on lo port 25',
    // Not the interface: its link-local address is still tentative right after the start, and smtpd gives up when it
    // cannot bind.
    `listen on ${HOSTS[host].ipv4} port 25`,
    `action keep maildir "${MAIL_DIRECTORY}" virtual <everyone>`,
    `match from any for any rcpt-to "${REFUSED_RECIPIENT}" reject`,
    'match from any for any action keep',
  ].join('\n');
  return [
    writeCommand({ path: CONFIGURATION, content }),
    writeCommand({ path: '/etc/mailname', content: host }),
    'mkdir -p /var/lib/opensmtpd/empty',
    ...emptyMailbox(),
  ];
}

export function emptyMailbox(): string[] {
  return [
    'rm -rf /var/spool/labmail /var/spool/smtpd',
    'mkdir -p /var/spool/labmail',
    'chown labmail:labmail /var/spool/labmail',
  ];
}

export const START_MAIL_SERVER = [`smtpd -f ${CONFIGURATION}`, untilListening(25)];

const kill = `kill $(pgrep -fx 'smtpd -f ${CONFIGURATION}')`;
/** Ends the server and waits until nothing listens any more. */
export const STOP_MAIL_SERVER = `${kill} && while ss -Hlnt 'sport = :25' | grep -q .; do sleep 0.02; done`;

const eachMail = `for f in $(ls -tr); do printf '\\000'; cat "$f"; done`;
/** Prints all mails, oldest first, each behind a line of its own that no mail contains. */
export const PRINT_MAILS = `cd ${MAIL_DIRECTORY}/new 2>/dev/null || exit 0; ${eachMail}`;

export function parseMails(text: string): ReceivedMail[] {
  return text
    .split('\0')
    .slice(1)
    .map((raw) => {
      const normal = raw.replaceAll('\r\n', '\n');
      const end = normal.indexOf('\n\n');
      const head = normal.slice(0, end).replaceAll(/\n[ \t]+/g, ' ');
      const headers: Record<string, string> = {};
      for (const line of head.split('\n')) {
        const colon = line.indexOf(':');
        headers[line.slice(0, colon).toLowerCase()] ??= line.slice(colon + 1).trim();
      }
      return { headers, body: normal.slice(end + 2), raw };
    });
}
