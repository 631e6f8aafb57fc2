// What the demos share: an application that writes, what is said meanwhile, and the table at the end.
import { textTable } from '../../src/procedures/textTable.ts';
import { Progress } from './demoProgress.ts';
import type { DatabaseName } from './hosts.ts';
import type { Lab } from './lab.ts';
import { lostWrites, startWriter, type Outage, type WriterHandle } from './writer.ts';

/** What was seen, how much, and whether that is as it must be. */
export type DemoRow = readonly [what: string, value: string, good: boolean];

interface Chapter {
  readonly title: string;
  readonly outageMs: number;
}

/** Lines of our hooks, without the time in front. */
const hookLine = /^\d{4}-\d\d-\d\d [\d:.]+ (.*)$|^(LEFT TO DO: .*|mha-helper: .*)$/;

export class DemoStage {
  readonly lab: Lab;
  readonly #progress = new Progress();
  readonly #chapters: Chapter[] = [];
  #writer: WriterHandle | undefined;
  #seen = 0;

  constructor(lab: Lab) {
    this.lab = lab;
  }

  get writer(): WriterHandle {
    if (this.#writer === undefined) throw new Error('the application has not been started');
    return this.#writer;
  }

  /** The application, until the end of the demo. */
  async startWriting(durationMs: number): Promise<void> {
    this.#writer = await startWriter(this.lab, { durationMs });
    await this.whileWriting('the application writes', this.writer.progress(200));
  }

  /** What must hold at the end. @returns whether it does */
  async verdict(master: DatabaseName, more: readonly DemoRow[] = []): Promise<boolean> {
    const { acknowledged } = await this.writer.stop();
    const lost = await lostWrites(this.lab, master, this.writer);
    const holders = await this.lab.vipHolders();
    const writable = await this.lab.writableServers();
    const isOnly = (names: readonly string[]): boolean => names.length === 1 && names[0] === master;
    const rows: readonly DemoRow[] = [
      ['writes acknowledged', String(acknowledged), acknowledged > 0],
      ['acknowledged writes lost', String(lost), lost === 0],
      ...this.#chapters.map(({ title, outageMs }): DemoRow => [
        `longest time without a write, ${title}`,
        `${(outageMs / 1000).toFixed(2)} s`,
        Number.isFinite(outageMs),
      ]),
      ['hosts that hold the writer address', `${holders.length} (${holders.join(', ')})`, isOnly(holders)],
      ['servers that take writes', `${writable.length} (${writable.join(', ')})`, isOnly(writable)],
      ...more,
    ];
    this.say(`\n${textTable(rows.map(([what, value, good]) => [what, value, good ? 'as it must be' : 'WRONG']))}`);
    return rows.every(([, , good]) => good);
  }

  /** The application goes on; the longest time in which it could not since the last chapter. */
  async endChapter(title: string): Promise<void> {
    await this.whileWriting('the application goes on', this.writer.progress(100));
    const outages = await this.writer.outages();
    const outageMs = longest(outages.slice(this.#seen));
    this.#chapters.push({ title, outageMs });
    this.#seen = outages.length;
    await this.where(`  longest time without a write: ${(outageMs / 1000).toFixed(2)} s`);
  }

  showHooks(text: string): void {
    for (const line of text.split('\n')) {
      const match = hookLine.exec(line);
      if (match !== null) this.say(`  | ${match[1] ?? match[2] ?? ''}`);
    }
  }

  async where(text: string): Promise<void> {
    const [holders, writable] = await Promise.all([this.lab.vipHolders(), this.lab.writableServers()]);
    this.say(
      `${text}\n  writer address on ${holders.join(', ') || 'no host'}; takes writes: ${writable.join(', ') || 'none'}`,
    );
  }

  whileWriting<T>(what: string, work: Promise<T>): Promise<T> {
    return this.#progress.during(what, work, async () =>
      this.#writer === undefined ? '' : `${(await this.#writer.acknowledged()).length} writes acknowledged`,
    );
  }

  say(text: string): void {
    console.log(text);
  }
}

function longest(outages: readonly Outage[]): number {
  return Math.max(0, ...outages.map(({ ms }) => ms));
}

/** Ends with 1 when that throws, or says that not all is as it must be. */
export async function runDemo(makeLab: () => Promise<Lab>, show: (lab: Lab) => Promise<boolean>): Promise<void> {
  try {
    const lab = await makeLab();
    try {
      if (!(await show(lab))) process.exitCode = 1;
    } finally {
      await lab.stop();
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
