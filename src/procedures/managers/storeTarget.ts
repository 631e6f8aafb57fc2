import type { OptionSet } from '../../config/options.ts';
import type { StoreLogin, StoreTarget } from '../../context/Store.ts';

export type TargetOptions = Pick<
  OptionSet,
  'ha_endpoints' | 'ha_ca_file' | 'ha_cert_file' | 'ha_key_file' | 'ha_user' | 'ha_password' | 'ha_password_file'
>;

/** The etcd of a cluster's settings. */
export function storeTarget(options: TargetOptions): StoreTarget {
  const { ha_endpoints, ha_ca_file, ha_cert_file, ha_key_file } = options;
  const login = loginOf(options);
  return {
    endpoints: ha_endpoints ?? [],
    tls: { caFile: ha_ca_file, certFile: ha_cert_file, keyFile: ha_key_file },
    ...(login === null ? {} : { login }),
  };
}

function loginOf({
  ha_user: user,
  ha_password: password,
  ha_password_file: passwordFile,
}: TargetOptions): StoreLogin | null {
  if (user === undefined) return null;
  if (passwordFile !== undefined) return { user, passwordFile };
  return password === undefined ? null : { user, password };
}
