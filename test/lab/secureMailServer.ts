// A second real SMTP server on mgr (Exim), with a self-signed certificate for localhost and mgr: port 587 has STARTTLS
// and wants a login, 465 is TLS from the start, 2525 has STARTTLS and wants none. What it takes it hands on to the
// server on port 25.
import { quote, untilListening, writeCommand } from './hostFiles.ts';
import type { Lab } from './lab.ts';

export const MAIL_LOGIN = { user: 'mha', password: 'p@$$ w"o\'r\\d#' } as const;
/** The server's certificate, which a client may trust. */
export const MAIL_CERTIFICATE = '/etc/lab-mail.crt';
const KEY = '/etc/lab-mail.key';
const LOGINS = '/etc/lab-mail-logins';

const configuration = `
primary_hostname = mgr
local_interfaces = 127.0.0.1
daemon_smtp_ports = 587 : 465 : 2525
tls_on_connect_ports = 465
tls_advertise_hosts = *
tls_certificate = ${MAIL_CERTIFICATE}
tls_privatekey = ${KEY}
spool_directory = /var/spool/exim-lab
log_file_path = /var/spool/exim-lab/%slog
acl_smtp_rcpt = recipient
begin acl
recipient:
  deny message = log in first
       condition = \${if eq{$received_port}{587}}
       !authenticated = *
  accept
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_advertise_condition = \${if and{{def:tls_in_cipher}{eq{$received_port}{587}}}}
  server_condition = \${if eq{$auth3}{\${lookup{$auth2}lsearch{${LOGINS}}{$value}fail}}}
  server_set_id = $auth2
begin routers
all:
  driver = manualroute
  route_list = * 127.0.0.1 byname
  self = send
  transport = onward
begin transports
onward:
  driver = smtp
  allow_localhost
  hosts_try_fastopen =
`;

/** For a lab with the option `exim`; a reset ends the server. */
export async function startSecureMailServer(lab: Lab): Promise<void> {
  const lines = [
    `test -e ${KEY} || openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=mgr -addext ` +
      `subjectAltName=DNS:mgr,DNS:localhost -keyout ${KEY} -out ${MAIL_CERTIFICATE} 2>/dev/null`,
    `printf '%s: %s\\n' ${MAIL_LOGIN.user} ${quote(MAIL_LOGIN.password)} >${LOGINS}`,
    `chown Debian-exim ${KEY} ${LOGINS}`,
    `chmod 600 ${KEY} ${LOGINS}`,
    'rm -rf /var/spool/exim-lab',
    'mkdir -p /var/spool/exim-lab',
    'chown Debian-exim:Debian-exim /var/spool/exim-lab',
    writeCommand({ path: '/etc/exim4/exim4.conf', content: configuration }),
    'exim4 -bd -q1m',
    untilListening(465),
    untilListening(587),
  ];
  const outcome = await lab.exec('mgr', ['sh', '-eu'], { input: `${lines.join('\n')}\n` });
  if (outcome.code !== 0) throw new Error(`lab: exim does not start: ${outcome.stderr}${outcome.stdout}`);
}
