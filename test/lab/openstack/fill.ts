// node fill.ts BASE: makes what objects.ts describes in an empty cloud, and prints the ids as JSON.
import {
  ACCESS_RULES,
  ACCOUNTS,
  FLOATING_ADDRESS,
  OTHER_FLOATING_ADDRESS,
  PORTS,
  type Objects,
  type PortName,
} from './objects.ts';
import { restClient, type Json, type RestClient } from './restClient.ts';

const base = process.argv[2] ?? '';
const admin = await restClient(base, ACCOUNTS.admin);

/** @returns the id */
async function make(client: RestClient, path: string, kind: string, body: Json): Promise<string> {
  const answer = (await client.call('POST', path, { [kind]: body })) as Record<string, { id: string }>;
  return answer[kind]?.id ?? '';
}
const identity = (kind: string, body: Json): Promise<string> => make(admin, `:5000/v3/${kind}s`, kind, body);
const network = (client: RestClient, kind: string, body: Json): Promise<string> =>
  make(client, `:9696/v2.0/${kind}s`, kind, body);

async function roleId(name: string): Promise<string> {
  const { roles } = (await admin.call('GET', `:5000/v3/roles?name=${name}`)) as { roles: { id: string }[] };
  return roles[0]?.id ?? '';
}

async function user(name: string, password: string, project: string, role: string): Promise<void> {
  const id = await identity('user', { name, password, domain_id: 'default' });
  await admin.call('PUT', `:5000/v3/projects/${project}/users/${id}/roles/${await roleId(role)}`);
}

const service = await identity('project', { name: 'service', domain_id: 'default' });
await user('neutron', 'neutron-secret', service, 'admin');
const project = await identity('project', { name: ACCOUNTS.member.project, domain_id: 'default' });
await user(ACCOUNTS.member.user, ACCOUNTS.member.password, project, 'member');
await user(ACCOUNTS.viewer.user, ACCOUNTS.viewer.password, project, 'reader');

const catalogued = await identity('service', { type: 'network', name: 'neutron' });
const { services } = (await admin.call('GET', ':5000/v3/services?type=identity')) as { services: { id: string }[] };
await identity('region', { id: 'secure' });
await identity('region', { id: 'inner' });
const endpoint = (region: string, face: string, url: string, of = catalogued): Promise<string> =>
  identity('endpoint', { service_id: of, interface: face, region_id: region, url });
for (const face of ['public', 'internal', 'admin']) {
  await endpoint('RegionOne', face, `${base}:9696`);
  await endpoint('secure', face, `${base.replace('http:', 'https:')}:9443/v2.0/`);
}
// A region whose public endpoint leads nowhere.
await endpoint('inner', 'public', `${base}:9`);
await endpoint('inner', 'internal', `${base}:9696/`);
await endpoint('secure', 'public', `${base.replace('http:', 'https:')}:5443/v3`, services[0]?.id);

const member = await restClient(base, ACCOUNTS.member);
const subnet = (client: RestClient, of: string, cidr: string, more: Json = {}): Promise<string> =>
  network(client, 'subnet', { network_id: of, cidr, ip_version: 4, enable_dhcp: false, ...more });
const external = await network(admin, 'network', {
  name: 'external',
  'router:external': true,
  'provider:network_type': 'flat',
  'provider:physical_network': 'external',
});
await subnet(admin, external, '203.0.113.0/24');
const networks: Record<string, string> = { shared: await network(admin, 'network', { name: 'shared', shared: true }) };
await subnet(admin, networks['shared'] ?? '', '10.99.0.0/24');
const router = await network(member, 'router', { name: 'out', external_gateway_info: { network_id: external } });
for (const [name, cidr] of [
  ['wire', '10.77.0.0/24'],
  ['lab', '192.168.10.0/24'],
  ['island', '10.88.0.0/24'],
] as const) {
  const id = await network(member, 'network', { name });
  networks[name] = id;
  // The lab's own hosts have the first addresses.
  const subnetId = await subnet(member, id, cidr, { gateway_ip: cidr.replace('0/24', '254') });
  if (name !== 'island')
    await member.call('PUT', `:9696/v2.0/routers/${router}/add_router_interface`, { subnet_id: subnetId });
}

const ports: Partial<Record<PortName, string>> = {};
for (const [name, [where, ...addresses]] of Object.entries(PORTS)) {
  // On a network of somebody else's a member may not choose the address; where the instance is, the cloud has chosen
  // it.
  const client = where === 'shared' ? admin : member;
  ports[name as PortName] = await network(client, 'port', {
    name,
    network_id: networks[where],
    project_id: project,
    fixed_ips: addresses.map((address) => ({ ip_address: address })),
  });
}
const floatingIp = await network(admin, 'floatingip', {
  floating_network_id: external,
  floating_ip_address: FLOATING_ADDRESS,
  project_id: project,
});
await network(admin, 'floatingip', {
  floating_network_id: external,
  floating_ip_address: OTHER_FLOATING_ADDRESS,
  project_id: project,
});

const secret = 'application-secret';
const credential = async (name: string, more: Json): Promise<string> =>
  make(member, `:5000/v3/users/${member.userId}/application_credentials`, 'application_credential', {
    name,
    secret,
    ...more,
  });
const applicationCredential = await credential('mha-helper', {});
const narrowCredential = await credential('narrow', {
  access_rules: ACCESS_RULES.map(([method, path]) => ({ service: 'network', method, path })),
});
const objects: Objects = {
  ports: ports as Objects['ports'],
  floatingIp,
  applicationCredential: { id: applicationCredential, secret },
  narrowCredential: { id: narrowCredential, secret },
};
console.log(JSON.stringify(objects, null, 2));
