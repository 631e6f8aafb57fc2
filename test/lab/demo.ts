// The main job, to watch: real MHA switches and fails over three real servers, with mha-helper as its hooks, while an
// application writes through the writer address. Ends with 1 when a write is lost, or when not exactly one host has the
// address or takes writes.
import { textTable } from '../../src/procedures/textTable.ts';

import { clusterLab, managerEnd, managerLog, masterSwitch, quickManager, startManager } from '../scenarios/cluster.ts';
import { Progress } from './demoProgress.ts';
import type { DatabaseName } from './hosts.ts';
import type { Lab } from './lab.ts';
import { serverVersion } from './servers.ts';
import { lostWrites, startWriter, type Outage, type WriterHandle } from './writer.ts';

interface Chapter {
  readonly title: string;
  readonly outageMs: number;
}

/** Lines of our hooks, without the time in front. */
const hookLine = /^\d{4}-\d\d-\d\d [\d:.]+ (.*)$|^(LEFT TO DO: .*|mha-helper: .*)$/;

class Demo {
  readonly #lab: Lab;
  readonly #progress = new Progress();
  readonly chapters: Chapter[] = [];
  #writer: WriterHandle | undefined;
  #seen = 0;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  get writer(): WriterHandle {
    if (this.#writer === undefined) throw new Error('the application has not been started');
    return this.#writer;
  }

  async begin(): Promise<void> {
    await this.#lab.configure(quickManager);
    await this.#where(
      `Three ${await serverVersion(this.#lab)} servers replicate, db10 is the master; a manager host has ` +
        'MHA; an application writes 200 rows a second.',
    );
    this.#writer = await startWriter(this.#lab, { durationMs: 300_000 });
    await this.#whileWriting('the application writes', this.writer.progress(200));
  }

  async plannedSwitch(to: DatabaseName): Promise<void> {
    const title = `planned switch to ${to}`;
    this.#say(`\n${title}: masterha_master_switch --master_state=alive --new_master_host=${to}`);
    const switched = await this.#whileWriting('MHA and its hooks', masterSwitch(this.#lab, to));
    this.#showHooks(switched.stdout);
    if (switched.code !== 0) throw new Error(`masterha_master_switch ended with ${switched.code}:\n${switched.stdout}`);
    await this.#end(title);
  }

  async hardFailover(dying: DatabaseName): Promise<void> {
    const title = `hard failover: kill -9 of mysqld on ${dying}`;
    this.#say(`\n${title}, under masterha_manager`);
    const manager = await this.#whileWriting(
      'masterha_manager looks at everything and begins to watch',
      startManager(this.#lab),
    );
    const before = (await managerLog(this.#lab)).length;
    await this.#lab.killMysqld(dying);
    this.#say(`  mysqld on ${dying} is dead`);
    const code = await this.#whileWriting(
      'MHA finds out, recovers the binary log, and calls the hooks',
      managerEnd(manager),
    );
    this.#showHooks((await managerLog(this.#lab)).slice(before));
    if (code !== 0) throw new Error(`masterha_manager ended with ${code}:\n${await managerLog(this.#lab)}`);
    for (const mail of await this.#lab.mails())
      this.#say(`  mail to ${mail.headers['to'] ?? '?'}: ${mail.headers['subject'] ?? ''}`);
    await this.#end(title);
  }

  /** What must hold at the end. @returns whether it does */
  async verdict(master: DatabaseName): Promise<boolean> {
    const { acknowledged } = await this.writer.stop();
    const lost = await lostWrites(this.#lab, master, this.writer);
    const holders = await this.#lab.vipHolders();
    const writable = await this.#lab.writableServers();
    const rows: readonly (readonly [string, string, boolean])[] = [
      ['writes acknowledged', String(acknowledged), acknowledged > 0],
      ['acknowledged writes lost', String(lost), lost === 0],
      ...this.chapters.map(
        ({ title, outageMs }) =>
          [
            `longest time without a write, ${title}`,
            `${(outageMs / 1000).toFixed(2)} s`,
            Number.isFinite(outageMs),
          ] as const,
      ),
      [
        'hosts that hold the writer address',
        `${holders.length} (${holders.join(', ')})`,
        holders.length === 1 && holders[0] === master,
      ],
      [
        'servers that take writes',
        `${writable.length} (${writable.join(', ')})`,
        writable.length === 1 && writable[0] === master,
      ],
    ];
    this.#say(`\n${textTable(rows.map(([what, value, good]) => [what, value, good ? 'as it must be' : 'WRONG']))}`);
    return rows.every(([, , good]) => good);
  }

  async #end(title: string): Promise<void> {
    await this.#whileWriting('the application goes on', this.writer.progress(100));
    const outages = await this.writer.outages();
    this.chapters.push({ title, outageMs: longest(outages.slice(this.#seen)) });
    this.#seen = outages.length;
    await this.#where(
      `  longest time without a write: ${((this.chapters.at(-1)?.outageMs ?? NaN) / 1000).toFixed(2)} s`,
    );
  }

  #showHooks(text: string): void {
    for (const line of text.split('\n')) {
      const match = hookLine.exec(line);
      if (match !== null) this.#say(`  | ${match[1] ?? match[2] ?? ''}`);
    }
  }

  async #where(text: string): Promise<void> {
    const [holders, writable] = await Promise.all([this.#lab.vipHolders(), this.#lab.writableServers()]);
    this.#say(
      `${text}\n  writer address on ${holders.join(', ') || 'no host'}; takes writes: ${writable.join(', ') || 'none'}`,
    );
  }

  #whileWriting<T>(what: string, work: Promise<T>): Promise<T> {
    return this.#progress.during(what, work, async () =>
      this.#writer === undefined ? '' : `${(await this.#writer.acknowledged()).length} writes acknowledged`,
    );
  }

  #say(text: string): void {
    console.log(text);
  }
}

function longest(outages: readonly Outage[]): number {
  return Math.max(0, ...outages.map(({ ms }) => ms));
}

try {
  const lab = await clusterLab();
  try {
    const demo = new Demo(lab);
    await demo.begin();
    await demo.plannedSwitch('db11');
    await demo.plannedSwitch('db10');
    await demo.hardFailover('db10');
    if (!(await demo.verdict('db11'))) process.exitCode = 1;
  } finally {
    await lab.stop();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
