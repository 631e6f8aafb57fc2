// A connection to a host that is open before it is needed: what stays as it is there is asked in advance; the first
// look, and what may be done later, wait in login shells for the moment when they count.
import type { Clock, CommandResult, Shell } from '../../context/Context.ts';
import { livesCommand } from '../../context/livesQuestions.ts';
import { Failure } from '../../errors/errors.ts';
import { ArmedCommands } from '../../vip/ArmedCommands.ts';
import type { Beforehand } from '../../vip/Provider.ts';

/** How long an answer serves that was asked for at the word, in ms. */
export const youngMs = 500;

type Argv = readonly string[];

const keyOf = (argv: Argv): string => JSON.stringify(argv);

export class PreparedShell implements Shell {
  readonly label: string;
  readonly #shell: Shell;
  readonly #looks: readonly Argv[];
  readonly #limitMs: number;
  readonly #clock: Pick<Clock, 'monotonic' | 'sleep'>;
  readonly #armed: ArmedCommands;
  readonly #lasting = new Map<string, Promise<CommandResult | null>>();
  readonly #seen = new Map<string, Promise<CommandResult>>();
  #seenAtMs = -Infinity;

  /** @param limitMs for each of the commands */
  constructor(
    shell: Shell,
    { lasting, looks }: Beforehand,
    limitMs: number,
    clock: Pick<Clock, 'monotonic' | 'sleep'>,
  ) {
    [this.#shell, this.#looks, this.#limitMs, this.#clock] = [shell, looks, limitMs, clock];
    this.label = shell.label;
    this.#armed = new ArmedCommands(shell, clock);
    for (const argv of lasting)
      this.#lasting.set(
        keyOf(argv),
        shell.run(argv, limitMs).then(
          (result) => (result.code === 0 ? result : null),
          () => null,
        ),
      );
    this.armLooks();
  }

  armLooks(): void {
    for (const argv of this.#looks) this.#armed.arm(argv, this.#limitMs);
  }

  /** The word: the looks begin, and each answer is given once. */
  look(): void {
    this.#seenAtMs = this.#clock.monotonic();
    for (const argv of this.#looks) {
      const seeing = this.#armed.run(argv, () => this.#limitMs);
      seeing.catch(() => undefined);
      this.#seen.set(keyOf(argv), seeing);
    }
  }

  /** What was seen since the word is true no more. */
  forget(): void {
    this.#seen.clear();
  }

  async run(argv: Argv, timeoutMs: number): Promise<CommandResult> {
    const lasting = await this.#lasting.get(keyOf(argv));
    if (lasting != null) return lasting;
    // A look that is answered tells that, too.
    if (keyOf(argv) === keyOf(livesCommand) && this.#isYoung())
      for (const seen of this.#seen.values()) return this.#within(seen, timeoutMs);
    const seen = this.#seen.get(keyOf(argv));
    this.#seen.delete(keyOf(argv));
    return seen !== undefined && this.#isYoung() ? seen : this.#armed.run(argv, () => timeoutMs);
  }

  #isYoung(): boolean {
    return this.#clock.monotonic() - this.#seenAtMs < youngMs;
  }

  async #within(seen: Promise<CommandResult>, timeoutMs: number): Promise<CommandResult> {
    const late = this.#clock.sleep(timeoutMs).then(() => {
      throw new Failure('deadline', `${this.label}: no answer within ${timeoutMs / 1000} s`);
    });
    return Promise.race([seen, late]);
  }

  arm(argv: Argv, timeoutMs: number): () => Promise<CommandResult> {
    if (!this.#armed.isReady(argv)) this.#armed.arm(argv, timeoutMs);
    return () => this.#armed.run(argv, () => timeoutMs);
  }

  close(): Promise<void> {
    return this.#shell.close();
  }
}
