// The client that knocks, seen from a row.
import { fileURLToPath } from 'node:url';
import type { RunningCommand } from '../../lab/hostCommand.ts';
import type { Lab } from '../../lab/lab.ts';
import { waitUntil } from '../../lab/processes.ts';

/** May log in, and nothing else. */
export const KNOCKER = { user: 'knock', password: 'knock' } as const;

export const makeKnocker = [`CREATE USER '${KNOCKER.user}'@'%' IDENTIFIED BY '${KNOCKER.password}'`] as const;

export interface Knock {
  readonly atMs: number;
  /** server_id of who answered; null: nobody. */
  readonly server: number | null;
}

const program = fileURLToPath(new URL('knockClient.ts', import.meta.url));
let knockers = 0;

export class Knocker {
  readonly #lab: Lab;
  readonly #log: string;
  readonly #command: RunningCommand;

  private constructor(lab: Lab, log: string, command: RunningCommand) {
    this.#lab = lab;
    this.#log = log;
    this.#command = command;
  }

  /** @returns when the first knock was answered */
  static async start(lab: Lab, host: string): Promise<Knocker> {
    const log = `/tmp/knocks-${process.pid}-${++knockers}.jsonl`;
    const command = lab.spawn('app', [process.execPath, '--no-warnings', program, log, host]);
    const knocker = new Knocker(lab, log, command);
    await waitUntil('the first knock', 15_000, async () =>
      (await knocker.#knocks()).some(({ server }) => server !== null),
    );
    return knocker;
  }

  async end(): Promise<KnockFigures> {
    this.#command.kill('SIGTERM');
    await this.#command.ended;
    return knockFigures(await this.#knocks());
  }

  async #knocks(): Promise<Knock[]> {
    const { stdout } = await this.#lab.exec('app', ['sh', '-c', `cat ${this.#log} 2>/dev/null || true`]);
    return stdout
      .split('\n')
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as Knock);
  }
}

export interface KnockFigures {
  readonly answered: number;
  readonly longestSilenceMs: number;
  /** Who answered, in turn: 10, 11, 10 means that clients were sent back once. */
  readonly servers: readonly number[];
}

export function knockFigures(knocks: readonly Knock[]): KnockFigures {
  const answered = knocks.filter((knock): knock is Knock & { server: number } => knock.server !== null);
  const ends = [...answered.map(({ atMs }) => atMs), knocks.at(-1)?.atMs ?? 0];
  const longestSilenceMs = Math.max(0, ...ends.map((atMs, index) => atMs - (ends[index - 1] ?? atMs)));
  const servers = answered.map(({ server }) => server).filter((server, index, all) => server !== all[index - 1]);
  return { answered: answered.length, longestSilenceMs, servers };
}
