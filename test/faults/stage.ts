// What a row acts with: the lab, programs that are started and remembered with what they said, and what must be put
// back at the end.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningCommand } from '../lab/hostCommand.ts';
import type { HostName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { MHA_ENVIRONMENT } from '../lab/mha.ts';
import type { WriterHandle } from '../lab/writer.ts';
import type { Referee } from './referee/referee.ts';

/** A program that was started under a name. */
export interface Named extends RunningCommand {
  readonly name: string;
}

export class Stage {
  readonly lab: Lab;
  readonly referee: Referee;
  /** The application at the writer address. */
  readonly writer: WriterHandle;
  /** Other applications that a row has started: what they were promised counts too. */
  readonly writers: WriterHandle[] = [];
  readonly #commands: Named[] = [];
  readonly #exits = new Map<string, number>();
  readonly #later: (() => Promise<unknown>)[] = [];
  readonly #notes: string[] = [];

  constructor(lab: Lab, referee: Referee, writer: WriterHandle) {
    this.lab = lab;
    this.referee = referee;
    this.writer = writer;
  }

  /** Starts a program that runs on; `name` is for its exit code. MHA's layer is in its environment. */
  start(name: string, argv: readonly string[], host: HostName = 'mgr'): Named {
    const command: Named = { name, ...this.lab.spawn(host, argv, { env: MHA_ENVIRONMENT }) };
    this.#commands.push(command);
    void command.ended.then((code) => this.#exits.set(name, code));
    return command;
  }

  /** The same, to its end. @returns its exit code */
  async run(name: string, argv: readonly string[], host: HostName = 'mgr'): Promise<number> {
    return this.start(name, argv, host).ended;
  }

  /** nsenter stops itself with the program that it runs, and nobody else wakes it. */
  wake(): void {
    for (const { process } of this.#commands) process.kill('SIGCONT');
  }

  /** A shell line in a host, as the fault or as an operator's hand. @throws Error when it fails */
  async by(host: HostName, line: string): Promise<string> {
    const { code, stdout, stderr } = await this.lab.exec(host, ['sh', '-c', line], { timeoutMs: 60_000 });
    if (code !== 0) throw new Error(`${host}: ${line}: exit ${code}: ${stderr}${stdout}`);
    return stdout;
  }

  wait(ms: number): Promise<void> {
    return sleep(ms);
  }

  /** Is done when the row is over, whatever became of it; the last one first. */
  later(undo: () => Promise<unknown>): void {
    this.#later.push(undo);
  }

  async putBack(): Promise<void> {
    for (const undo of this.#later.splice(0).reverse()) await undo();
  }

  /** Counts as said; for what a row has looked up. */
  note(text: string): void {
    this.#notes.push(text);
  }

  /** Of a program that still runs: nothing. Of several with one name: the last. */
  exitOf(name: string): number | undefined {
    return this.#exits.get(name);
  }

  /** What the programs printed. */
  get printed(): string {
    const outputs = this.#commands.map(
      (command) => `--- ${command.name}: exit ${this.#exits.get(command.name) ?? 'none yet'}\n${command.output()}`,
    );
    return [...outputs, ...this.#notes].join('\n');
  }
}
