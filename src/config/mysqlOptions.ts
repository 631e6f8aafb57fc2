import type { SqlTls } from '../context/Context.ts';
import { option } from './optionTypes.ts';
import type { OptionSet } from './options.ts';

/** Of the whole cluster: MHA has one set of them, too. */
export const mysqlOptions = {
  mysql_tls: option(
    'mysqlTls',
    'opportunistic',
    false,
    'Encryption of the connections to MySQL, of the hooks and of MHA with the layer. opportunistic: none, unless the ' +
      'server or the account wants it, and then whatever its certificate. require: always, whatever its certificate. ' +
      'verify: always, and the certificate is signed by mysql_ca_file and has the address that MHA connects to. A ' +
      'certificate that expires stops failovers as much as switches.',
  ),
  mysql_ca_file: option(
    'file',
    undefined,
    false,
    'PEM file of the authorities that mysql_tls = verify trusts. Without GTID, it must be in the same place on the ' +
      'database hosts.',
  ),
  mysql_cert_file: option(
    'file',
    undefined,
    false,
    'PEM file of a certificate that MHA and the hooks show to the servers, for accounts with REQUIRE X509, SUBJECT or ' +
      'ISSUER. Needs mysql_key_file. Without GTID, both must be in the same place on the database hosts.',
  ),
  mysql_key_file: option(
    'file',
    undefined,
    false,
    'PEM file of its private key, without a passphrase. Let only the account that runs MHA read it.',
  ),
} as const;

/** The same for MHA's programs, in the environment (Tls.pm). */
export function mysqlVariables(tls: SqlTls | undefined): Readonly<Record<string, string>> {
  return {
    MHA_HELPER_MYSQL_TLS: tls?.mode ?? 'opportunistic',
    MHA_HELPER_MYSQL_CA_FILE: tls?.caFile ?? '',
    MHA_HELPER_MYSQL_CERT_FILE: tls?.certFile ?? '',
    MHA_HELPER_MYSQL_KEY_FILE: tls?.keyFile ?? '',
  };
}

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
