import type { SqlTls } from '../context/Context.ts';
import type { OptionSet } from './options.ts';

/** What the connections of a cluster are like; undefined: as without any of these options. */
export function mysqlTls(
  options: Pick<OptionSet, 'mysql_tls' | 'mysql_ca_file' | 'mysql_cert_file' | 'mysql_key_file'>,
): SqlTls | undefined {
  const { mysql_tls: mode, mysql_ca_file: caFile, mysql_cert_file: certFile, mysql_key_file: keyFile } = options;
  if (mode === 'opportunistic' && certFile === undefined) return undefined;
  return {
    mode,
    ...(caFile === undefined ? {} : { caFile }),
    ...(certFile === undefined ? {} : { certFile }),
    ...(keyFile === undefined ? {} : { keyFile }),
  };
}

/** The same for MHA's programs, in the environment (Tls.pm). */
export function mysqlVariables(tls: SqlTls | undefined): Readonly<Record<string, string>> {
  return {
    MHA_HELPER_MYSQL_TLS: tls?.mode ?? 'opportunistic',
    MHA_HELPER_MYSQL_CA_FILE: tls?.caFile ?? '',
    MHA_HELPER_MYSQL_CERT_FILE: tls?.certFile ?? '',
    MHA_HELPER_MYSQL_KEY_FILE: tls?.keyFile ?? '',
  };
}
