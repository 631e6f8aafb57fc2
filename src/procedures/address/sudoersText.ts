/**
 * A file for sudoers.d that lets a user run exactly these commands as root, without a password; ends with a newline.
 * @param commands programs by their paths, with their arguments
 */
export function sudoersText(host: string, user: string, commands: readonly (readonly string[])[]): string {
  const lines = commands.map((command) => {
    const words = command.map((word) => word.replace(/[\\,:=*?[\]!#"() ]/g, '\\$&'));
    return `${user.replace(/[^\w.-]/g, '\\$&')} ALL=(root) NOPASSWD: ${words.join(' ')}`;
  });
  return [
    `# /etc/sudoers.d/mha_helper on ${host}, mode 0440: what moves the writer address there, and nothing else.`,
    '# Made by mha-helper sudoers; make it again when address, interface or programs change. Check: visudo -cf FILE',
    ...lines,
    '',
  ].join('\n');
}
