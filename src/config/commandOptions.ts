import { option, optionsOf } from './optionTypes.ts';

export const commandOptions = optionsOf('command', {
  vip_assign_command: option(
    'text',
    undefined,
    true,
    'Makes clients reach the host in MHA_HELPER_HOST. Exit 0: done. Required when vip_type is command.',
  ),
  vip_release_command: option(
    'text',
    undefined,
    true,
    'Makes clients reach that host no longer, whether it answers or not. Exit 0: done. Required when ' +
      'vip_type is command.',
  ),
  vip_status_command: option(
    'text',
    undefined,
    true,
    'Says whether clients reach that host: exit 0 yes, 3 no, anything else (1 too): it cannot be found out. ' +
      'Changes nothing. Required when vip_type is command.',
  ),
});
