// Passwords that MHA, with the layer for it, gives a hook in the environment in place of its command line, which every
// user of the host can read. Passwords.pm of the layer writes these names.

/** By the names of MHA's options, as they are: nothing is escaped. */
export type Passwords = ReadonlyMap<string, string>;

const options = ['orig_master_password', 'new_master_password'];

const variableOf = (option: string): string => `MHA_HELPER_${option.toUpperCase()}`;

/** Takes them out of the environment, so that no program that the hook starts gets them. */
export function takePasswords(env: Record<string, string | undefined>): Passwords {
  const taken = new Map<string, string>();
  for (const option of options) {
    const value = env[variableOf(option)];
    if (value === undefined) continue;
    taken.set(option, value);
    delete env[variableOf(option)];
  }
  return taken;
}
