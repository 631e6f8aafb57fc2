// The parts of a mail as nodemailer writes them, decoded; enough to look at our own mails as a mail program would.

export interface MimePart {
  /** For instance `text/plain`. */
  readonly type: string;
  readonly filename: string | undefined;
  readonly text: string;
}

/** All leaves, in order, and the types of the multiparts around them. */
export function mimeParts(raw: string): {
  readonly leaves: readonly MimePart[];
  readonly multiparts: readonly string[];
} {
  const { headers, body } = split(raw.replaceAll('\r\n', '\n'));
  const content = headers.get('content-type') ?? 'text/plain';
  const type = content.split(';')[0]?.trim().toLowerCase() ?? '';
  const boundary = /boundary="([^"]+)"/.exec(content)?.[1];
  if (type.startsWith('multipart/') && boundary !== undefined) {
    const inner = body
      .split(`--${boundary}`)
      .slice(1, -1)
      .map((part) => mimeParts(part.replace(/^\n/, '')));
    return {
      leaves: inner.flatMap(({ leaves }) => leaves),
      multiparts: [type, ...inner.flatMap(({ multiparts }) => multiparts)],
    };
  }
  const filename = /filename="?([^";]+)/.exec(headers.get('content-disposition') ?? '')?.[1];
  return {
    leaves: [{ type, filename, text: decode(body, headers.get('content-transfer-encoding') ?? '7bit') }],
    multiparts: [],
  };
}

/** A header with RFC 2047 words in it, as it is shown. */
export function decodeHeader(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, form: string, text: string) =>
      form.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString()
        : decode(text.replaceAll('_', ' '), 'quoted-printable'),
    );
}

function split(text: string): { headers: ReadonlyMap<string, string>; body: string } {
  const end = text.indexOf('\n\n');
  const lines = text
    .slice(0, end)
    .replaceAll(/\n[ \t]+/g, ' ')
    .split('\n');
  return {
    headers: new Map(
      lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
    ),
    body: text.slice(end + 2),
  };
}

function decode(text: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString();
  if (encoding !== 'quoted-printable') return text;
  const bytes = text
    .replaceAll('=\n', '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
