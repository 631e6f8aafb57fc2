import { option, optionsOf } from './optionTypes.ts';

export const awsOptions = optionsOf('aws', {
  aws_method: option(
    'awsMethod',
    undefined,
    true,
    'What moves. private-ip: a secondary private address of a network interface. elastic-ip: an Elastic IP, ' +
      'which writer_vip_cidr names with /32. ' +
      "route-table: the route to an address outside the VPC's range. Required when vip_type is aws.",
  ),
  aws_route_table_ids: option(
    'awsRouteTables',
    undefined,
    true,
    'The route tables whose route to the writer address is changed. Required when aws_method is route-table.',
  ),
  aws_network_interface_id: option(
    'awsNetworkInterface',
    undefined,
    true,
    "The network interface of the host that gets the address. Default: the one that has the host's own " +
      'private address.',
  ),
  aws_instance_id: option(
    'awsInstance',
    undefined,
    true,
    'The instance that the host is: its first network interface gets the address. Only where the interface ' +
      "cannot be found by the host's address.",
  ),
  aws_region: option(
    'text',
    undefined,
    true,
    'The region of the hosts. Default: as the AWS SDK finds it (AWS_REGION, the profile).',
  ),
  aws_profile: option(
    'text',
    undefined,
    true,
    'The profile of ~/.aws/config and ~/.aws/credentials to use. Default: credentials as the AWS SDK finds ' +
      'them (environment, default profile, role of the instance).',
  ),
  aws_role_arn: option(
    'awsRole',
    undefined,
    true,
    "A role to assume with those credentials, for instance that of the account which owns a shared VPC's route tables.",
  ),
  aws_endpoint: option('url', undefined, true, 'Another address of the EC2 service, for instance a VPC endpoint.'),
});
