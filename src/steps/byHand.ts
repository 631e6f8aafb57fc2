// What an operator can type to do by hand what a run could not.

/** MHA does not tell its hooks which application file it runs with. */
const unknownFile = 'APP.CNF';

/** The operator's command on the manager host. @param conf MHA's application file, where it is known */
export function vipCommand(verb: 'assign' | 'release', host: string, conf: string = unknownFile): string {
  return `mha-helper vip ${verb} ${host} -c ${conf}`;
}
