/**
 * A user name or password as it was before MHA's escape_for_shell (NodeUtil.pm), from what is left of it when `sh` has
 * taken the single quotes away: a backslash stands for the character after it. MHA writes a backslash twice and puts
 * one before each of its special characters; newline and 0xFF, which its list seems to name, it leaves alone. A lone
 * backslash at the end, which MHA never writes, is kept.
 */
export function unescapeShell(argument: string): string {
  return argument.replace(/\\([^])/gu, '$1');
}
