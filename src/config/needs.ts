// Which option makes another one necessary.
import type { HostSettings, OptionName } from './options.ts';

export interface Need {
  readonly option: OptionName;
  /** Serves as well. */
  readonly or?: OptionName;
  /** The option whose value makes it necessary. */
  readonly because: OptionName;
  readonly when: (host: HostSettings) => boolean;
}

export const needs: readonly Need[] = [
  {
    option: 'writer_vip_cidr',
    because: 'vip_type',
    when: (host) => !['none', 'command'].includes(host.options.vip_type),
  },
  { option: 'cluster_interface', because: 'vip_type', when: (host) => host.options.vip_type === 'metal' },
  { option: 'aws_method', because: 'vip_type', when: (host) => host.options.vip_type === 'aws' },
  {
    option: 'cluster_interface',
    because: 'aws_method',
    when: ({ options }) =>
      options.vip_type === 'aws' && ['private-ip', 'route-table'].includes(options.aws_method ?? ''),
  },
  {
    option: 'aws_route_table_ids',
    because: 'aws_method',
    when: ({ options }) => options.vip_type === 'aws' && options.aws_method === 'route-table',
  },
  { option: 'openstack_method', because: 'vip_type', when: (host) => host.options.vip_type === 'openstack' },
  {
    option: 'cluster_interface',
    because: 'openstack_method',
    when: ({ options }) => options.vip_type === 'openstack' && options.openstack_method === 'allowed-address-pair',
  },
  {
    option: 'openstack_application_credential_secret',
    or: 'openstack_application_credential_secret_file',
    because: 'openstack_application_credential_id',
    when: ({ options }) => options.openstack_application_credential_id !== undefined,
  },
  {
    option: 'openstack_password',
    or: 'openstack_password_file',
    because: 'openstack_username',
    when: ({ options }) => options.openstack_username !== undefined,
  },
  ...(['vip_assign_command', 'vip_release_command', 'vip_status_command'] as const).map((option): Need => ({
    option,
    because: 'vip_type',
    when: (host) => host.options.vip_type === 'command',
  })),
  {
    option: 'fence_command',
    because: 'unreachable_master',
    when: (host) => host.options.unreachable_master === 'fence',
  },
  { option: 'mysql_ca_file', because: 'mysql_tls', when: ({ options }) => options.mysql_tls === 'verify' },
  {
    option: 'mysql_key_file',
    because: 'mysql_cert_file',
    when: ({ options }) => options.mysql_cert_file !== undefined,
  },
  { option: 'mysql_cert_file', because: 'mysql_key_file', when: ({ options }) => options.mysql_key_file !== undefined },
  {
    option: 'smtp_password',
    or: 'smtp_password_file',
    because: 'smtp_user',
    when: (host) => host.options.smtp_user !== undefined,
  },
  {
    option: 'ha_password',
    or: 'ha_password_file',
    because: 'ha_user',
    when: ({ options }) => options.ha_user !== undefined,
  },
  { option: 'ha_key_file', because: 'ha_cert_file', when: ({ options }) => options.ha_cert_file !== undefined },
  { option: 'ha_cert_file', because: 'ha_key_file', when: ({ options }) => options.ha_key_file !== undefined },
];
