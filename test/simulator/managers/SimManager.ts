// One manager host of a story: the product's loop, as a monitor uses it, and beside it a masterha_manager that acts. It
// is a process of its own: it goes on when the monitor is killed or stopped, and knows only the deadline in a file.
import type { Leadership } from '../../../src/procedures/managers/Leadership.ts';
import { StoreSession } from '../../../src/procedures/managers/StoreSession.ts';
import type { Store } from '../../../src/context/Store.ts';
import type { Dice } from '../dice.ts';
import type { Fault } from './faults.ts';
import { SimHost } from './SimHost.ts';
import type { SimTime } from './SimTime.ts';

export const prefix = '/p/';
const ttlSeconds = 10;
const tickMs = 500;

export interface Surroundings {
  readonly time: SimTime;
  readonly dice: Dice;
  readonly fault: Fault | null;
  readonly storeFor: (host: SimHost) => Store;
  /** masterha_manager of this epoch has changed something. */
  readonly acted: (name: string, epoch: number) => void;
  readonly note: (text: string) => void;
}

export class SimManager {
  readonly name: string;
  readonly #around: Surroundings;
  #monitor: SimHost | null = null;
  #session: StoreSession | null = null;
  #leadership: Leadership | null = null;
  #manager: { readonly epoch: number } | null = null;
  /** The file with the deadline, as it is on the disk of the host. */
  #deadline: number | null = null;
  #clock: SimHost;
  /** Was told to end: asks for nothing more. */
  #isEnded: { readonly epoch: number } | null = null;
  #isEnding = false;
  #isStopped = false;
  isOff = false;

  constructor(name: string, around: Surroundings) {
    [this.name, this.#around] = [name, around];
    this.#clock = new SimHost(around.time, around.dice);
  }

  /** Whether its masterha_manager is there, and nothing would keep it from acting. */
  get mayAct(): boolean {
    return !this.isOff && this.#manager !== null && this.#isBeforeDeadline();
  }

  startMonitor(): void {
    const { fault, storeFor, time } = this.#around;
    this.killMonitor();
    this.#isEnding = false;
    const host = this.#clock.again();
    const length = { ttlSeconds, marginMs: fault === 'no-margin' ? -2500 : 2000 };
    const session = new StoreSession(storeFor(host), host, { prefix, ttlSeconds }, () => undefined, length);
    const leadership = session.join('c', {
      note: JSON.stringify({ manager: this.name }),
      prepare: () =>
        new Promise((resolve) => {
          host.at(host.now() + this.#around.dice.between(100, 3000), () => resolve(true));
        }),
      mustEnd: () => this.#endManager(),
      deadline: (endsAt) => {
        this.#deadline = endsAt;
      },
      trouble: () => undefined,
    });
    [this.#monitor, this.#session, this.#leadership] = [host, session, leadership];
    session.start();
    const tick = (): void => {
      this.#tick(leadership);
      time.in(tickMs, () => host.hear(tick));
    };
    host.hear(tick);
  }

  /** kill -9. */
  killMonitor(): void {
    if (this.#monitor !== null) this.#monitor.isDead = true;
    this.#monitor = null;
  }

  /** SIGTERM. */
  endMonitor(): void {
    const [host, session, leadership] = [this.#monitor, this.#session, this.#leadership];
    if (host === null || session === null || leadership === null) return;
    this.#isEnding = true;
    this.#endManager();
    // The tick gives the key back when the manager has ended, and what it asked for last has arrived.
    host.at(host.now() + 1500, () => {
      if (this.#manager !== null || this.#monitor !== host) return;
      session.end().catch(() => undefined);
      host.at(host.now() + 200, () => {
        if (this.#monitor === host) this.killMonitor();
      });
    });
  }

  cutOff(isCutOff: boolean): void {
    this.#clock.isCutOff = isCutOff;
    if (this.#monitor !== null) this.#monitor.isCutOff = isCutOff;
  }

  /** SIGSTOP to the monitor, or to all of the host. */
  stop(what: 'monitor' | 'host'): void {
    this.#monitor?.stop();
    this.#isStopped = what === 'host';
  }

  goOn(stoppedMs: number): void {
    if (this.#around.fault === 'clock-stands-still') {
      this.#clock.setBack(stoppedMs);
      this.#monitor?.setBack(stoppedMs);
    }
    this.#isStopped = false;
    this.#monitor?.goOn();
  }

  powerOff(): void {
    this.isOff = true;
    this.killMonitor();
    this.#manager = null;
  }

  powerOn(): void {
    this.isOff = false;
    this.startMonitor();
  }

  #tick(leadership: Leadership): void {
    const managerRuns = this.#manager !== null;
    const wanted = this.#isEnding ? 'stop' : 'run';
    const { manager } = leadership.step({ wanted, obstacle: null, managerRuns, isReserved: false });
    if (manager === 'must end' && managerRuns) this.#endManager();
    const { epoch } = leadership;
    if (manager === 'may run' && !managerRuns && epoch !== null) this.#startManager(epoch);
  }

  #startManager(epoch: number): void {
    this.#around.note(`${this.name} starts its manager in epoch ${epoch}`);
    const manager = { epoch };
    this.#manager = manager;
    const act = (): void => {
      if (this.#manager !== manager || this.#isEnded === manager) return;
      const { time, dice, acted } = this.#around;
      time.in(dice.between(100, 700), act);
      if (this.#isStopped) return;
      if (!this.#isBeforeDeadline()) {
        // The layer for MHA ends it.
        this.#manager = null;
        return;
      }
      // What was asked for arrives a little later.
      time.in(dice.between(0, 300), () => acted(this.name, epoch));
    };
    this.#around.time.in(1000, act);
  }

  /** SIGTERM: what it asked for last is still on its way. */
  #endManager(): void {
    const manager = this.#manager;
    this.#isEnded = manager;
    const { time, dice } = this.#around;
    time.in(dice.between(300, 500), () => {
      if (this.#manager === manager) this.#manager = null;
    });
  }

  #isBeforeDeadline(): boolean {
    if (this.#around.fault === 'no-deadline') return true;
    return this.#deadline !== null && this.#clock.now() < this.#deadline;
  }
}
