// What is given to an option, as --help, the manual and the completion call it.

/** By the option's last spelling. */
export const valueNames: Readonly<Record<string, string>> = {
  '--conf': 'CLUSTER',
  '--dead': 'HOST',
  '--to': 'HOST',
  '--without': 'HOST',
  '--all': 'DIRECTORY',
  '--wait': 'SECONDS',
  '--budget': 'SECONDS',
  '--for': 'TIME',
  '--reason': 'TEXT',
  '--watch': 'SECONDS',
  '--metrics': 'ADDRESS:PORT',
  '--log-file': 'FILE',
  '--html': 'FILE',
};
