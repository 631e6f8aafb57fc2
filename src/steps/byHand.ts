// What an operator can type to do by hand what a run could not.
import type { VipHost } from '../vip/Provider.ts';

/** MHA does not tell its hooks which application file it runs with. */
const unknownFile = 'APP.CNF';

/** The operator's command on the manager host. @param conf MHA's application file, where it is known */
export function vipCommand(verb: 'assign' | 'release', host: string, conf: string = unknownFile): string {
  return `mha-helper vip ${verb} ${host} -c ${conf}`;
}

/** For whoever sits on the host itself and has no manager; null where that is not the host's business. */
export function ipCommand(verb: 'assign' | 'release', host: VipHost): string | null {
  const { vip_type: type, writer_vip_cidr: cidr, cluster_interface: name } = host.settings.options;
  if (type !== 'metal' || cidr === undefined || name === undefined) return null;
  if (verb === 'release') return `ip addr del ${cidr.address}/${cidr.prefix} dev ${name}`;
  const announce = cidr.family === 4 ? ` && arping -U -c 3 -I ${name} ${cidr.address}` : '';
  return `ip addr add ${cidr.address}/${cidr.prefix} dev ${name}${announce}`;
}
