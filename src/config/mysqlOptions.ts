import { option } from './optionTypes.ts';

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
    'PEM file of a certificate that MHA and the hooks show to the servers, for accounts with REQUIRE X509, SUBJECT ' +
      'or ISSUER. Needs mysql_key_file. Without GTID, both must be in the same place on the database hosts.',
  ),
  mysql_key_file: option(
    'file',
    undefined,
    false,
    'PEM file of its private key, without a passphrase. Let only the account that runs MHA read it.',
  ),
} as const;
