// What an operator can type to do by hand what a run could not.

/** MHA does not tell its hooks which application file it runs with. */
const unknownFile = 'APP.CNF';

/** The operator's command on the manager host. @param conf MHA's application file, where it is known */
export function vipCommand(verb: 'assign' | 'release', host: string, conf: string = unknownFile): string {
  return `mha-helper vip ${verb} ${host} -c ${conf}`;
}

/** What makes an old master a replica again. @param conf MHA's application file, where it is known */
export function rejoinCommand(host: string, conf: string = unknownFile): string {
  return `mha-helper rejoin ${host} -c ${conf}`;
}

/** What ends a standing order by a person's word. */
export function liftCommand(host: string, conf: string = unknownFile): string {
  return `mha-helper order lift ${host} -c ${conf}`;
}

/** A person's word that what is left to do is done. */
export function acknowledgeCommand(conf: string = unknownFile): string {
  return `mha-helper acknowledge -c ${conf}`;
}
