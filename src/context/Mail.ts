// A mail, and the server that takes it.

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** The same for those who see HTML. */
  readonly html?: string;
  /** Text files. */
  readonly attachments?: readonly { readonly filename: string; readonly text: string }[];
  /** Without angle brackets. A mail that is handed over twice has the same one, so that mailboxes can tell. */
  readonly messageId?: string;
  /** When it was written, ISO 8601; default: when it is handed over. */
  readonly date?: string;
}

export type MailSecurity = 'none' | 'opportunistic' | 'starttls' | 'tls';

/** As it is, or the file that has it: a path, or the name of a systemd credential. */
type Password = { readonly password: string } | { readonly passwordFile: string };

export interface SmtpTarget {
  readonly host: string;
  readonly port: number;
  /** Default `opportunistic`. */
  readonly security?: MailSecurity;
  /** PEM file with the certificates to trust, in place of those of the system. */
  readonly caFile?: string;
  readonly login?: { readonly user: string } & Password;
}
