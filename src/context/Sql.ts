// Connections to MySQL. Types only.

export interface SqlTarget {
  /** How messages name it, for instance `db10`. */
  readonly label: string;
  /** IPv4 or IPv6 address, or a name. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Undefined: plain, and encrypted where the server or the account wants it. */
  readonly tls?: SqlTls | undefined;
  /** How long TCP may take to connect, in ms, for whoever would rather try again; undefined: as long as all of it. */
  readonly openMs?: number;
}

/** Files are PEM. */
export interface SqlTls {
  readonly mode: 'verify' | 'require' | 'opportunistic';
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

export type SqlValue = string | number | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** One MySQL connection. Column names of the rows are as the server sends them. */
export interface SqlConnection {
  readonly threadId: number;
  /** @throws Failure `deadline` when the server has not answered after `timeoutMs`; the connection is then closed. */
  query(sql: string, values: readonly SqlValue[], timeoutMs: number): Promise<readonly SqlRow[]>;
  close(): Promise<void>;
}
