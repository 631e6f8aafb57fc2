// Commands that have begun on a host but for the program itself: each waits there for its word.
import type { Clock, CommandResult, Shell } from '../context/Context.ts';

/** How long a login shell is relied on that waits for its word, in ms: some end one that hears nothing. */
const armedMs = 10_000;

interface Armed {
  readonly word: () => Promise<CommandResult>;
  readonly atMs: number;
}

export class ArmedCommands {
  readonly #shell: Pick<Shell, 'run' | 'arm'>;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #armed = new Map<string, Armed>();

  constructor(shell: Pick<Shell, 'run' | 'arm'>, clock: Pick<Clock, 'monotonic'>) {
    [this.#shell, this.#clock] = [shell, clock];
  }

  /** The next run() of the same command only says the word. Nothing where the shell cannot do that. */
  arm(argv: readonly string[], limitMs: number): void {
    const word = this.#shell.arm?.(argv, limitMs);
    if (word !== undefined) this.#armed.set(JSON.stringify(argv), { word, atMs: this.#clock.monotonic() });
  }

  /** Whether the next run() of it would only say the word. */
  isReady(argv: readonly string[]): boolean {
    const waiting = this.#armed.get(JSON.stringify(argv));
    return waiting !== undefined && this.#isYoung(waiting);
  }

  /** @param limitMs asked for one that is not armed: the time of one that is was limited when it was armed */
  run(argv: readonly string[], limitMs: () => number): Promise<CommandResult> {
    const key = JSON.stringify(argv);
    const waiting = this.#armed.get(key);
    this.#armed.delete(key);
    return waiting !== undefined && this.#isYoung(waiting) ? waiting.word() : this.#shell.run(argv, limitMs());
  }

  #isYoung({ atMs }: Armed): boolean {
    return this.#clock.monotonic() - atMs < armedMs;
  }
}
