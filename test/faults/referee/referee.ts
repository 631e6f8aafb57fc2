// The referee as a row sees it: started before the fault, asked at the end.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Readable, Writable } from 'node:stream';
import { DATABASE_NAMES, HOSTS, WRITER_ADDRESS } from '../../lab/hosts.ts';
import type { Lab } from '../../lab/lab.ts';
import { figuresOf, type Figures } from './figures.ts';
import type { RefereeSettings } from './refereeProcess.ts';
import type { LastSight, Sight } from './sight.ts';

const program = fileURLToPath(new URL('refereeProcess.ts', import.meta.url));

export class Referee {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #sights: Sight[] = [];
  #last: LastSight | undefined;
  #errors = '';

  private constructor(settings: RefereeSettings) {
    this.#process = spawn(process.execPath, ['--no-warnings', program, JSON.stringify(settings)], {
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process.stdin.on('error', () => undefined);
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    let rest = '';
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#take(JSON.parse(line) as Sight | LastSight);
    });
  }

  /** @returns when it has looked once */
  static async start(lab: Lab, address: string = WRITER_ADDRESS): Promise<Referee> {
    const referee = new Referee({
      hosts: lab.holder.hosts.map((name) => ({
        name,
        init: lab.holder.hostInits[name],
        interface: HOSTS[name].interface,
      })),
      address,
      databases: DATABASE_NAMES,
      process: lab.server.process,
    });
    await Promise.race([once(referee.#process.stdout, 'data'), once(referee.#process, 'exit')]);
    if (referee.#sights.length === 0) throw new Error(`the referee does not see: ${referee.#errors}`);
    return referee;
  }

  /** What it has seen last. */
  get now(): Sight {
    const last = this.#sights.at(-1);
    if (last === undefined) throw new Error('the referee has seen nothing yet');
    return last;
  }

  /** Hosts that others reach, take writes and have the address, as last seen. */
  get masters(): readonly string[] {
    return Object.entries(this.now.hosts)
      .filter(([, { writable, holds, linked }]) => writable && holds && linked)
      .map(([name]) => name);
  }

  /** @throws Error when it has not looked to the end */
  async end(): Promise<Figures> {
    const ended = once(this.#process, 'close');
    this.#process.stdin.end();
    if (this.#process.exitCode === null) await ended;
    if (this.#last === undefined) throw new Error(`the referee has not seen the end: ${this.#errors}`);
    return figuresOf(this.#sights, this.#last);
  }

  #take(line: Sight | LastSight): void {
    if ('endMs' in line) this.#last = line;
    else this.#sights.push(line);
  }
}
