// What MHA prints during a switch, some 250 lines: it goes to a file, so that the lines that count do not drown in it.
import type { Tools } from '../../context/Context.ts';
import { errorText } from '../../errors/message.ts';

/** For logs that logrotate's rule takes: *.log. */
const logDirectory = '/var/log/mha-helper';
/** So many of its lines are shown when MHA fails: its last words fit on a screen, above what is so now. */
const lastLines = 12;
/** So much is kept for that, in characters. */
const keptLength = 8_000;
/** A disk that hangs is not waited for longer when MHA has ended, in ms. */
const writeMs = 2_000;

/** Warnings of the hooks have milliseconds, which MHA's own lines never have. */
const hookWarning = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} warning: /;

export interface OutputScreen {
  out(text: string): void;
  /** All of it is shown as it comes, too. */
  readonly verbose: boolean;
}

export class MhaOutput {
  readonly path: string;
  readonly #screen: OutputScreen;
  readonly #tools: Pick<Tools, 'clock' | 'files' | 'log'>;
  #live: boolean;
  #kept = '';
  #line = '';
  #waiting = '';
  #writing: Promise<void> | null = null;
  #isWritten = true;

  /** @param name of the cluster, as MHA has it */
  constructor(name: string, screen: OutputScreen, tools: Pick<Tools, 'clock' | 'files' | 'log'>) {
    this.path = `${logDirectory}/${name}.switch.log`;
    this.#screen = screen;
    this.#tools = tools;
    this.#live = screen.verbose;
  }

  /** Before MHA begins. One that cannot be written is said, and MHA's output is shown instead. */
  async begin(command: string): Promise<void> {
    this.#waiting = `\n=== ${this.#tools.clock.now().toISOString()} ${command}\n`;
    this.#writing = this.#write().finally(() => (this.#writing = null));
    await this.end();
    if (this.#isWritten && !this.#live) this.#tools.log.info(`MHA's output goes to ${this.path}`);
  }

  /** @param text as it comes, in pieces that need not end with a line */
  take(text: string): void {
    this.#kept = (this.#kept + text).slice(-keptLength);
    this.#waiting += text;
    if (this.#live) this.#screen.out(text);
    else this.#showWarnings(text);
    if (this.#isWritten) this.#writing ??= this.#write().finally(() => (this.#writing = null));
  }

  /** A line that has not ended yet is on the screen: nothing else may be written there. */
  get midLine(): boolean {
    return this.#live && this.#kept !== '' && !this.#kept.endsWith('\n');
  }

  /** The phase that it is in, in MHA's words; null before the first. */
  get phase(): string | null {
    return [...this.#kept.matchAll(/\*+ (Phase [^\n]*?)\.*\n/g)].at(-1)?.[1] ?? null;
  }

  /** Everything is in the file, as far as it can be. */
  async end(): Promise<void> {
    const late = new AbortController();
    await Promise.race([
      this.#writing ?? Promise.resolve(),
      this.#tools.clock.sleep(writeMs, late.signal).catch(() => undefined),
    ]);
    late.abort();
  }

  /** For a person whom MHA has failed; '' where all of it was on the screen. */
  lastWords(): string {
    if (this.#live) return '';
    const lines = this.#kept.split('\n').filter((line) => line.trim() !== '');
    const last = lines.slice(-lastLines).map((line) => `  ${line}\n`);
    return last.length === 0 ? '' : `\nThe last lines of MHA's output; all of it is in ${this.path}:\n${last.join('')}`;
  }

  #showWarnings(text: string): void {
    const lines = (this.#line + text).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) if (hookWarning.test(line)) this.#screen.out(`${line}\n`);
  }

  async #write(): Promise<void> {
    while (this.#waiting !== '') {
      const text = this.#waiting;
      this.#waiting = '';
      try {
        await this.#tools.files.append(this.path, text);
      } catch (error) {
        this.#isWritten = false;
        const unseen = this.#live ? '' : text + this.#waiting;
        this.#live = true;
        this.#waiting = '';
        this.#tools.log.warn(`${this.path} cannot be written (${errorText(error)}): MHA's output is shown here`);
        // The first piece is our own.
        if (!unseen.startsWith('\n=== ')) this.#screen.out(unseen);
      }
    }
  }
}
