// What the lab needs in EC2, made and asked on the host that reaches it:   node ec2Objects.ts URL make ADDRESS
// HOSTADDRESS...
//                                                                          node ec2Objects.ts URL holders ADDRESS
import { Ec2Query } from './ec2Query.ts';

const [url = '', what, address = '', ...hosts] = process.argv.slice(2);
const ec2 = new Ec2Query(url);
if (what === 'make') {
  const network = `${address.split('.').slice(0, 3).join('.')}.0/24`;
  const vpc = await ec2.value('vpcId', 'CreateVpc', { CidrBlock: network });
  const subnet = await ec2.value('subnetId', 'CreateSubnet', { VpcId: vpc, CidrBlock: network });
  const ids: string[] = [];
  for (const host of hosts)
    ids.push(
      await ec2.value('networkInterfaceId', 'CreateNetworkInterface', { SubnetId: subnet, PrivateIpAddress: host }),
    );
  await ec2.ask('AssignPrivateIpAddresses', { NetworkInterfaceId: ids[0] ?? '', 'PrivateIpAddress.1': address });
  console.log(JSON.stringify(ids));
} else {
  console.log(JSON.stringify(await ec2.interfacesWith(address)));
}
