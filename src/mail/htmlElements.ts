// Elements of the mail. Mail programs drop style sheets and scripts, so every style is on its element, and what must be
// side by side is in a table.

export const sans = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
export const mono = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace";
export const grey = '#5b6572';
export const colors = { good: '#1b7f4b', attention: '#b45309', failed: '#b42318' } as const;
export const tints = { good: '#ecf8f1', attention: '#fff7e8', failed: '#fef0ef' } as const;
/** A long word does not make the mail wider than the screen. */
export const breaks = 'overflow-wrap:anywhere';

/** @param styles as in CSS, each without its semicolon */
export function element(tag: string, styles: readonly string[], content: string): string {
  return `<${tag} style="${styles.join(';')}">${content}</${tag}>`;
}

export function cell(styles: readonly string[], content: string): string {
  return element('td', styles, content);
}

/** Has its columns on every screen. */
export function table(rows: readonly string[], layoutOnly = true): string {
  const role = layoutOnly ? ' role="presentation"' : '';
  return `<table${role} width="100%" cellspacing="0" cellpadding="0">${rows.join('')}</table>`;
}

export function row(cells: readonly string[]): string {
  return `<tr>${cells.join('')}</tr>`;
}

export function colored(color: string, content: string): string {
  return element('span', [`color:${color}`], content);
}

export function boldIn(color: string, content: string): string {
  return element('b', [`color:${color}`], content);
}

/** A part of the mail; @param title already escaped, or empty */
export function section(title: string, content: string): string {
  const heading = title === '' ? '' : element('div', ['font-size:16px', 'font-weight:600', 'padding:0 0 6px'], title);
  return row([cell(['padding:14px 20px 4px'], `${heading}${content}`)]);
}

/** The whole mail. @param title already escaped, as all contents. */
export function page(title: string, parts: readonly string[]): string {
  const body = ['margin:0', 'padding:0', 'background:#eef1f4', 'color:#1c2430', sans, 'font-size:15px'];
  const bodyStyle = [...body, 'line-height:1.45', '-webkit-text-size-adjust:100%'].join(';');
  const frame = ['max-width:680px', 'background:#ffffff', 'border-radius:8px', 'overflow:hidden', 'text-align:left'];
  const layout = '<table role="presentation" width="100%" cellspacing="0" cellpadding="0"';
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${title}</title>
</head>
<body style="${bodyStyle}">
${layout} style="background:#eef1f4"><tr><td align="center" style="padding:12px 8px">
${layout} style="${frame.join(';')}">
${parts.filter((part) => part !== '').join('\n')}
</table>
</td></tr></table>
</body>
</html>
`;
}
