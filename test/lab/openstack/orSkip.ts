import { openstackObstacle } from './openstack.ts';

/** For node:test's option `skip`: a machine without Keystone and Neutron says so loudly; CI does not go on. */
export function openstackOrSkip(): string | false {
  const obstacle = openstackObstacle();
  if (obstacle === undefined) return false;
  if (process.env['CI'] === 'true') throw new Error(`no OpenStack to test against: ${obstacle}`);
  console.error(`\n*** NOT TESTED: vip_type = openstack. ${obstacle} ***\n`);
  return `NOT TESTED: ${obstacle}`;
}
