// How a command gets to the host, and why so: - The login shell says it is ready before it gets the word to go on, on
// stdin. A shell that hangs in its start-up files (a home
//   directory on a dead NFS server) can so never run a command after we gave it up: an address deleted late, after the
//   undo put
//   it back, would be a disaster.
// - `timeout` of coreutils ends the command on the host before our own deadline passes, for the same reason. The time
// it gets is
//   what is left when the shell is ready.
// - Whatever start-up files print stands before the marks, and is cut off.
// - It takes a POSIX login shell (sh, bash, dash, ksh, zsh).
import { Failure } from '../../errors/errors.ts';
import { BoundedText } from '../processes/childProcess.ts';

const ready = 'mha-helper-ready';
const started = 'mha-helper-started';
const noTimeout = 'mha-helper-no-timeout';

/** One word for a POSIX shell. @throws Failure `internal` for a NUL, which no argument can hold. */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new Failure('internal', 'an argument of a command holds a NUL character');
  return /^[A-Za-z0-9_@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The line for the login shell of the host. */
export function remoteScript(argv: readonly string[], timeoutMs: number): string {
  const words = argv.map(quoteWord).join(' ');
  return [
    `command -v timeout >/dev/null 2>&1 || { echo ${noTimeout}; exit 127; }`,
    `echo ${ready}`,
    `read -r mha_helper_s && echo ${started} >&2 && exec timeout -k ${seconds(killAfterMs(timeoutMs))} ` +
      `"$mha_helper_s" ${words} </dev/null`,
  ].join('; ');
}

/** Between SIGTERM and SIGKILL on the host. */
function killAfterMs(timeoutMs: number): number {
  return Math.min(1000, timeoutMs / 5);
}

/**
 * How long the command may run on the host, of the `leftMs` until our deadline: SIGKILL too must come before that, and
 * the answer must have time to travel. Not positive: there is no time left to start it.
 */
export function remoteLimitMs(timeoutMs: number, leftMs: number): number {
  return Math.floor(leftMs - killAfterMs(timeoutMs) - Math.min(250, timeoutMs / 10));
}

/** As `timeout` takes it, and the line that lets the command start. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** What the host printed, with the marks of remoteScript told apart from the command's own output. */
export class RemoteOutput {
  readonly #stdout = new MarkedText(ready);
  readonly #stderr = new MarkedText(started);

  pushStdout(chunk: Buffer): void {
    this.#stdout.push(chunk);
  }

  pushStderr(chunk: Buffer): void {
    this.#stderr.push(chunk);
  }

  /** The login shell waits for the word to go on. */
  get ready(): boolean {
    return this.#stdout.found;
  }

  /** The command was started; `timeout` on the host watches over it. */
  get started(): boolean {
    return this.#stderr.found;
  }

  get timeoutMissing(): boolean {
    return this.#stdout.before.includes(noTimeout);
  }

  /** What the login shell said in place of our mark. */
  get preface(): string {
    return `${this.#stdout.before}\n${this.#stderr.before}`;
  }

  get stdout(): string {
    return this.#stdout.after.text();
  }

  get stderr(): string {
    return this.#stderr.after.text();
  }
}

class MarkedText {
  readonly after = new BoundedText();
  readonly #mark: string;
  before = '';
  found = false;

  constructor(mark: string) {
    this.#mark = `${mark}\n`;
  }

  push(chunk: Buffer): void {
    if (this.found) return this.after.push(chunk);
    // latin1 keeps bytes as they are; only the tail can still hold the mark.
    const text = this.before + chunk.toString('latin1');
    const at = text.indexOf(this.#mark);
    this.found = at >= 0;
    this.before = (this.found ? text.slice(0, at) : text).slice(-65536);
    if (this.found) this.after.push(Buffer.from(text.slice(at + this.#mark.length), 'latin1'));
  }
}
