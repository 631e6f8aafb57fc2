// A terminal as a screen of its own: what was on it before is back when it is left.
import type { Readable, Writable } from 'node:stream';
import { isatty, ReadStream, WriteStream } from 'node:tty';
import type { Terminal } from '../../context/Context.ts';

const ownScreen = '\u001b[?1049h\u001b[?25l';
const formerScreen = '\u001b[?25h\u001b[?1049l';
const restOfLine = '\u001b[K';
const restOfScreen = '\u001b[J';
const top = '\u001b[H';

/** Null where stdin or stdout is none. */
export function watchTerminal(stdin: Readable, stdout: Writable): Terminal | null {
  if (!(stdin instanceof ReadStream) || !isatty(1)) return null;
  const out = new WriteStream(1);
  return {
    size: () => {
      const [columns, rows] = out.getWindowSize();
      return { columns: columns || 80, rows: rows || 24 };
    },
    enter(onKey) {
      const read = (keys: Buffer): void => {
        for (const key of keys.toString()) onKey(key);
      };
      stdin.setRawMode(true);
      stdin.on('data', read);
      stdout.write(ownScreen);
      return () => {
        stdout.write(formerScreen);
        stdin.off('data', read);
        stdin.setRawMode(false);
        stdin.pause();
      };
    },
    draw(lines) {
      const newLine = `${restOfLine}\r\n`;
      stdout.write(`${top}${lines.join(newLine)}${restOfLine}${restOfScreen}`);
    },
  };
}
