import type { SmtpTarget } from '../context/Mail.ts';
import type { OptionSet } from './options.ts';
import { readMailHost } from './optionTypes.ts';

/** The SMTP server of a host's settings, as the mailer wants it. */
export function mailTarget(options: OptionSet): SmtpTarget {
  const {
    smtp_host: raw,
    smtp_security: security,
    smtp_ca_file: caFile,
    smtp_user: user,
    smtp_password: password,
    smtp_password_file: passwordFile,
  } = options;
  const place = readMailHost(raw, security === 'tls' ? 465 : 25);
  if (place === undefined) throw new Error(`smtp_host ${raw}`);
  return {
    ...place,
    security,
    ...(caFile === undefined ? {} : { caFile }),
    ...(user === undefined ? {} : loginOf(user, password, passwordFile)),
  };
}

function loginOf(
  user: string,
  password: string | undefined,
  passwordFile: string | undefined,
): Pick<SmtpTarget, 'login'> {
  if (passwordFile !== undefined) return { login: { user, passwordFile } };
  return password === undefined ? {} : { login: { user, password } };
}

/** Sender of the mails: the one that is set, else this host's. */
export function mailSender(options: OptionSet, hostname: string): string {
  return options.report_from?.[0] ?? `mha-helper@${hostname}`;
}
