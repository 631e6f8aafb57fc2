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
} as const;
