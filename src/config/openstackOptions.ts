import { optionsOf } from './optionTypes.ts';

export const openstackOptions = optionsOf('openstack', {});
