import { option, optionsOf } from './optionTypes.ts';

export const openstackOptions = optionsOf('openstack', {
  openstack_method: option(
    'openstackMethod',
    undefined,
    true,
    'What moves. floating-ip: a floating IP, which writer_vip_cidr names with /32. allowed-address-pair: an ' +
      "address of the hosts' own network, which a port must be allowed to use. " +
      'Required when vip_type is openstack.',
  ),
  openstack_port: option(
    'uuid',
    undefined,
    true,
    "The port of the host. Default: the one that has the host's own address.",
  ),
  openstack_fixed_ip: option(
    'address',
    undefined,
    true,
    "floating-ip: the address of the port that the floating IP leads to. Default: the host's own, or the " +
      'only one that the port has.',
  ),
  openstack_cloud: option(
    'text',
    undefined,
    true,
    'The cloud of clouds.yaml to log in to. Default: OS_CLOUD. Where neither is set, the variables ' +
      'OS_AUTH_URL, OS_USERNAME and so on say what the options below leave open.',
  ),
  openstack_clouds_file: option(
    'file',
    undefined,
    true,
    'Where clouds.yaml is. Default: OS_CLIENT_CONFIG_FILE, then .config/openstack in the home directory, ' +
      'then /etc/openstack; secure.yaml beside it is read too.',
  ),
  openstack_auth_url: option('url', undefined, true, 'The URL of Keystone (version 3).'),
  openstack_application_credential_id: option(
    'text',
    undefined,
    true,
    'Log in with this application credential. Needs openstack_application_credential_secret.',
  ),
  openstack_application_credential_secret: option(
    'secret',
    undefined,
    true,
    "Its secret. Never shown. What follows a ' ;' in it would be a comment. Let only the account that runs " +
      'MHA read the file.',
  ),
  openstack_application_credential_secret_file: option(
    'secretFile',
    undefined,
    true,
    'A file with the secret as its only line, in place of openstack_application_credential_secret. A name without a ' +
      'slash is a systemd credential, which only what the unit starts can read.',
  ),
  openstack_username: option('text', undefined, true, 'Log in with this user. Needs openstack_password and a project.'),
  openstack_password: option('secret', undefined, true, 'Its password. Never shown.'),
  openstack_password_file: option(
    'secretFile',
    undefined,
    true,
    'A file with the password as its only line, in place of openstack_password. A name without a slash is a systemd ' +
      'credential, which only what the unit starts can read.',
  ),
  openstack_project: option(
    'text',
    undefined,
    true,
    'The project, by name, that the ports (and the floating IP) belong to.',
  ),
  openstack_domain: option(
    'text',
    undefined,
    true,
    'The domain of the user and of the project, by name. Default: the one with the id "default".',
  ),
  openstack_region: option(
    'text',
    undefined,
    true,
    'The region of the hosts. Needed when the catalogue has more than one.',
  ),
  openstack_interface: option(
    'openstackInterface',
    undefined,
    true,
    'Which endpoint of the network service is used. Default: that of clouds.yaml or OS_INTERFACE, else public.',
  ),
  openstack_ca_file: option(
    'file',
    undefined,
    true,
    "PEM file of the certificates that Keystone and Neutron are trusted by, in place of the system's.",
  ),
});
