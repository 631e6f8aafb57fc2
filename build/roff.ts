// Text as roff, for the manual pages.

/** Text as troff prints it: dashes that can be copied, no line that is taken for a request. */
export function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replace(/^\./, '\\&.');
}

/** A paragraph's text; backticks mark code in Markdown only. */
export function prose(text: string): string {
  return roff(text.replaceAll('`', ''));
}

/** Of a program or page and its section, for instance `sudoers (5)`. */
export function reference(name: string, section: number): string {
  return `.BR ${roff(name)} (${section})`;
}

export function tagged(name: string, text: string): string[] {
  return ['.TP', `.B ${roff(name)}`, prose(text)];
}

/** Lines as they are, for instance a file. */
export function verbatim(text: string): string[] {
  return ['.PP', '.RS 4', '.nf', ...text.trimEnd().split('\n').map(roff), '.fi', '.RE'];
}

export function heading(name: string, section: number, date: string, version: string, kind: string): string[] {
  return [
    `.TH ${roff(name.toUpperCase())} ${section} "${date}" "mha\\-helper ${version}" "${kind}"`,
    // URLs, names and options are not to be broken at the end of a line.
    '.nh',
    '.ad l',
  ];
}
