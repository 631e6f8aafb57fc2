import { option } from './optionTypes.ts';

/** How two or three manager hosts agree on who acts. Without `ha_endpoints` none of it is looked at. */
export const managerOptions = {
  ha_endpoints: option(
    'endpoints',
    undefined,
    false,
    'EXPERIMENTAL. The members of an etcd (3.4 or later) by which two or three manager hosts agree on who may act: ' +
      'each host runs mha-helper monitor with the same configuration, one leads, the others stand by. The same on ' +
      'all of them. Read when the monitor is started.',
  ),
  ha_ca_file: option('file', undefined, false, 'PEM file of the authorities that the members of etcd are verified by.'),
  ha_cert_file: option(
    'file',
    undefined,
    false,
    "PEM file of this manager's certificate for etcd. Where etcd has accounts, its CN is the account. Needs " +
      'ha_key_file.',
  ),
  ha_key_file: option(
    'file',
    undefined,
    false,
    'PEM file of its private key, without a passphrase. Let only the account that runs MHA read it.',
  ),
  ha_user: option(
    'text',
    undefined,
    false,
    'Log in to etcd with this account, where the CN of ha_cert_file is none. Needs ha_password.',
  ),
  ha_password: option(
    'secret',
    undefined,
    false,
    "Its password. Never shown. What follows a ' ;' in it would be a comment. Let only the account that runs MHA " +
      'read the file.',
  ),
  ha_password_file: option(
    'secretFile',
    undefined,
    false,
    'A file with the password as its only line, in place of ha_password; read at each login. A name without a slash ' +
      'is a systemd credential.',
  ),
  ha_prefix: option(
    'storePrefix',
    '/mha/v1/',
    false,
    'All keys are below this; the account needs readwrite on it and nothing else.',
  ),
  ha_manager: option(
    'managerName',
    undefined,
    false,
    'Name of this manager, another one on each host. Default: the name of the host.',
  ),
  ha_ttl: option(
    'leaseSeconds',
    10,
    false,
    'How long after the last word of a leader another manager takes over, in seconds. The leader itself stops 2 s ' +
      'earlier.',
  ),
  ha_agree: option(
    'agreement',
    'others',
    false,
    'Whether the other managers are asked before a failover: others: a master is dead only when no other manager ' +
      'that answers reaches it, and one answers, or none lives; alone: the one that leads decides. A ' +
      "secondary_check_script in MHA's configuration is asked in place of the others.",
  ),
} as const;
