// What is tried with each server: real MHA with the hooks on the lab, an application that writes, and the count of what
// it was promised.
import { APPLICATION_FILE } from '../lab/exampleConfiguration.ts';
import { DATABASE_NAMES, type DatabaseName } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { lostWrites, type Outage, startWriter, type WriterHandle } from '../lab/writer.ts';
import { managerEnd, managerLog, masterha, masterSwitch, quickManager, startManager } from '../scenarios/cluster.ts';
import { bringBack, monitor, quickMonitor, startMonitor, untilStatus } from '../scenarios/monitored.ts';
import type { Figures } from './results.ts';
import type { TrialName } from './trialNames.ts';

/** What came out differently from how it must be: the message is for the table, the output for who looks into it. */
export class NotWorking extends Error {
  readonly output: string;

  constructor(message: string, output = '') {
    super(message);
    this.output = output;
  }
}

/** The matrix runs on machines that have other work: what comes late has not failed. */
const PATIENCE_MS = 180_000;

const nothingWritten: Figures = { outagesSeconds: [], acknowledged: 0, lost: 0 };

/** Each starts from whatever the one before has left. @throws NotWorking; any other error is one of the lab's */
export const trials: Readonly<Record<TrialName, (lab: Lab) => Promise<Figures>>> = {
  async checks(lab) {
    await lab.resetTopology();
    for (const program of ['masterha_check_ssh', 'masterha_check_repl']) {
      const { code, stdout, stderr } = await masterha(lab, program, [`--conf=${APPLICATION_FILE}`]);
      if (code !== 0) throw new NotWorking(`${program} ends with ${code}: ${reason(stdout + stderr)}`, stdout + stderr);
    }
    return nothingWritten;
  },
  planned: (lab) => plannedSwitch(lab, 'db10', 'db11'),
  back: (lab) => plannedSwitch(lab, 'db11', 'db10'),
  alive: (lab) => hardFailover(lab, (application) => killed(lab, 'db10', application)),
  gone: (lab) => hardFailover(lab, () => lab.powerOff('db10')),
  async twice(lab) {
    await lab.resetTopology();
    // Without another candidate MHA refuses to watch until the dead master is back.
    await lab.configure({
      ...quickMonitor,
      application: { ...quickMonitor.application, server3: { no_master: null } },
    });
    await startMonitor(lab);
    try {
      await untilStatus(lab, 'protection of db10', (found) => found.protected && found.master === 'db10', PATIENCE_MS);
      const application = await Application.start(lab);
      await killed(lab, 'db10', application);
      await untilStatus(
        lab,
        'the failover to db11',
        ({ lastFailover }) => lastFailover?.from === 'db10' && lastFailover.to === 'db11',
        PATIENCE_MS,
      );
      await application.goesOn();
      await bringBack(lab, 'db10', 'db11');
      await untilStatus(
        lab,
        'protection of all three',
        (found) => found.protected && found.master === 'db11' && found.absent.length === 0,
        PATIENCE_MS,
      );
      await killed(lab, 'db11', application);
      await untilStatus(
        lab,
        'the failover back to db10',
        ({ lastFailover }) => lastFailover?.from === 'db11' && lastFailover.to === 'db10',
        PATIENCE_MS,
      );
      return await application.end('db10', 2, ['db11']);
    } finally {
      await monitor(lab, 'stop', '--abort');
    }
  },
};

/** kill -9 of a master whose last writes are only in its own binary log, in more than one file of it. */
async function killed(lab: Lab, master: DatabaseName, application: Application): Promise<void> {
  const replicas = DATABASE_NAMES.filter((name) => name !== master);
  for (const replica of replicas) await lab.sql(replica, lab.server.stopReceiving);
  await application.goesOn();
  await lab.sql(master, 'FLUSH BINARY LOGS');
  await application.goesOn();
  await lab.killMysqld(master);
}

async function plannedSwitch(lab: Lab, from: DatabaseName, to: DatabaseName): Promise<Figures> {
  await lab.makeMaster(from);
  const application = await Application.start(lab);
  const { code, stdout } = await masterSwitch(lab, to);
  if (code !== 0) throw new NotWorking(`masterha_master_switch ends with ${code}: ${reason(stdout)}`, stdout);
  return application.end(to, 1, []);
}

async function hardFailover(lab: Lab, dies: (application: Application) => Promise<void>): Promise<Figures> {
  await lab.resetTopology();
  await lab.configure(quickManager);
  const manager = await startManager(lab);
  const application = await Application.start(lab);
  await dies(application);
  const code = await managerEnd(manager, PATIENCE_MS);
  const log = await managerLog(lab);
  if (code !== 0) throw new NotWorking(`masterha_manager ends with ${code}: ${reason(log)}`, log);
  return application.end('db11', 1, ['db10']);
}

/** The client, and what must be true when all is over. */
class Application {
  readonly #lab: Lab;
  readonly #writer: WriterHandle;

  private constructor(lab: Lab, writer: WriterHandle) {
    this.#lab = lab;
    this.#writer = writer;
  }

  /** It gives up a statement after a second: what else would be measured is its own patience when a host vanishes. */
  static async start(lab: Lab): Promise<Application> {
    const writer = await startWriter(lab, { durationMs: 300_000, queryTimeoutMs: 1_000 });
    await writer.progress(100);
    return new Application(lab, writer);
  }

  goesOn(): Promise<void> {
    return this.#writer.progress(50);
  }

  /** @param dead hosts whose server is not there any more: nobody asks them. */
  async end(master: DatabaseName, switches: number, dead: readonly DatabaseName[]): Promise<Figures> {
    await this.goesOn();
    const { acknowledged, outages } = await this.#writer.stop();
    const living = DATABASE_NAMES.filter((name) => !dead.includes(name));
    const [writable, holders] = [await this.#lab.writableServers(), await this.#lab.vipHolders()];
    // A host without power still has its address in the lab; nobody sees it.
    const seen = holders.filter((name) => living.some((one) => one === name));
    if (writable.join() !== master)
      throw new NotWorking(`${writable.join(', ') || 'no server'} takes writes instead of ${master}`);
    if (seen.join() !== master)
      throw new NotWorking(`${seen.join(', ') || 'no host'} has the writer address instead of ${master}`);
    await this.#replicate(living.filter((name) => name !== master));
    const lost = await lostWrites(this.#lab, master, this.#writer);
    return { outagesSeconds: longest(outages, switches), acknowledged, lost };
  }

  async #replicate(names: readonly DatabaseName[]): Promise<void> {
    for (const name of names) {
      let status: Readonly<Record<string, string | number | null>> | undefined;
      await waitUntil(`replication of ${name}`, 15_000, async () => {
        [status] = await this.#lab.sql(name, this.#lab.server.replicaStatus);
        return status !== undefined && this.#lab.server.isReplicating(status);
      }).catch(() => {
        throw new NotWorking(
          `${name} does not replicate: ` +
            ([status?.['Last_IO_Error'], status?.['Last_SQL_Error']].filter(Boolean).join('; ') ||
              'its threads are stopped'),
        );
      });
    }
  }
}

/** In the order in which they happened. */
function longest(outages: readonly Outage[], count: number): number[] {
  const chosen = outages.toSorted((a, b) => b.ms - a.ms).slice(0, count);
  return chosen.toSorted((a, b) => a.startMs - b.startMs).map(({ ms }) => Math.round(ms / 10) / 100);
}

/** The first error in MHA's output, without the time and the place in its source. */
export function reason(output: string): string {
  // The message may begin on the next line.
  const errors = [...output.matchAll(/\[error\](?:\[[^\]]*\])?\s*(.*)|^mha-helper: (.*)$/gm)].map(
    ([, ofMha, ours]) => ours ?? ofMha ?? '',
  );
  const text = errors.find((error) => error !== '') ?? output.trim().split('\n').at(-1) ?? '';
  return text
    .replace(/\s+at \/usr\/\S+ line \d+\.?.*$/, '')
    .trim()
    .slice(0, 200);
}
