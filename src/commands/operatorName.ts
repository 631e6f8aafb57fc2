/** Who has typed a command, for records: the person behind sudo, else the account. */
export function operatorName(env: Readonly<Record<string, string | undefined>>): string {
  const names = [env['SUDO_USER'], env['LOGNAME'], env['USER']];
  return names.find((name) => name !== undefined && name !== '') ?? 'a person';
}
