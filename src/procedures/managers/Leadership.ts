// One cluster among several managers: takes the key, has the old leader fenced, gives the key back. What follows from
// what is seen is decided in standing.ts; here it is seen and done. Nothing waits for the store: what it does not say
// is unknown, and whether this manager may act is asked of the lease at that very moment.
import type { LeaseClock } from '../../context/LeaseClock.ts';
import type { Store, StoreEntry } from '../../context/Store.ts';
import type { StoreFailure } from '../../errors/errors.ts';
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import { asStoreFailure } from './HeldLease.ts';
import type { ClusterKeys } from './keys.ts';
import type { LeaseFollower, SharedLease } from './SharedLease.ts';
import { stand, type LeaderSeen, type LeadershipAction, type Seen, type Stand, type Standing } from './standing.ts';
import type { View } from './StoreView.ts';

export type Facts = Pick<Seen, 'wanted' | 'obstacle' | 'managerRuns' | 'isReserved'>;

/** What else is done for a cluster. */
export interface LeadershipWork {
  /** Value of the leader's key: who this is, as JSON with `manager`. */
  readonly note: string;
  /**
   * Ends the old leader's sessions, sees what it has begun. May be called again in the same epoch; ends soon after the
   * signal aborts, when the epoch is over.
   * @param before the old leader, as it was last seen; null: nobody was
   * @returns whether a manager may be started now
   */
  prepare(epoch: number, before: StoreEntry | null, over: AbortSignal): Promise<boolean>;
  /** The lease is not held any more, and the manager must end: told by a timer, between the looks. */
  mustEnd(): void;
  /** Until when whatever acts for this leader may act, by the clock of leases; null: not at all. */
  deadline(endsAt: number | null): void;
  /** A change that the store did not make, or did not answer. */
  trouble(why: StoreFailure): void;
}

const notAsked: Unknown = { unknown: 'the store has not been asked yet' };

export class Leadership implements LeaseFollower {
  readonly #keys: ClusterKeys;
  readonly #store: Pick<Store, 'transact'>;
  readonly #lease: SharedLease;
  readonly #clock: LeaseClock;
  readonly #timeoutMs: number;
  readonly #work: LeadershipWork;
  #standing: Standing = { name: 'standby' };
  #facts: Facts = { wanted: 'stop', obstacle: null, managerRuns: false, isReserved: false };
  /** Of the key of the leader, and when that was asked. */
  #leader: { readonly seen: LeaderSeen | Unknown; readonly askedAt: number };
  /** A look that began before the answer to our own change does not know of it. */
  #changedAt: number;
  #before: StoreEntry | null = null;
  #readyIn: number | null = null;
  #preparing: { readonly epoch: number; readonly over: AbortController } | null = null;
  #isChanging = false;

  constructor(
    keys: ClusterKeys,
    store: Pick<Store, 'transact'>,
    lease: SharedLease,
    clock: LeaseClock,
    timeoutMs: number,
    work: LeadershipWork,
  ) {
    [this.#keys, this.#store, this.#lease, this.#clock] = [keys, store, lease, clock];
    [this.#timeoutMs, this.#work] = [timeoutMs, work];
    this.#leader = { seen: notAsked, askedAt: clock.now() };
    this.#changedAt = clock.now();
    lease.follow(this);
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** Who has the key, as far as is known. */
  get leader(): LeaderSeen | Unknown {
    return this.#leader.seen;
  }

  /** In which this manager may act at this very moment; null: it may not. */
  get epoch(): number | null {
    return this.#standing.name === 'leader' && this.#lease.state === 'held' ? this.#standing.epoch : null;
  }

  see(view: View | Unknown): void {
    if (this.#isChanging || isUnknown(view) || view.beganAt <= this.#changedAt) return;
    const entry = view.entries.get(this.#keys.leader) ?? null;
    if (!this.#isOurs(entry)) this.#before = view.entries.get(this.#keys.last) ?? null;
    this.#hear(entry, view.beganAt);
  }

  /** Looks at where it stands now. Whatever is to be done begins, and is not waited for. */
  step(facts: Facts): Stand {
    this.#facts = facts;
    const epoch = 'epoch' in this.#standing ? this.#standing.epoch : null;
    const after = stand(this.#standing, {
      ...facts,
      lease: this.#lease.state,
      leader: this.#leader.askedAt <= this.#lease.wordAt ? notAsked : this.#leader.seen,
      isReady: this.#readyIn !== null && this.#readyIn === epoch,
    });
    const was = this.#standing.name;
    this.#standing = after.standing;
    if (after.standing.name !== 'taking over' && after.standing.name !== 'leader') this.#unready();
    if ((after.standing.name === 'leader') !== (was === 'leader')) this.#tellDeadline();
    if (after.action !== null) this.#begin(after.action);
    return after;
  }

  leaseNotHeld(): void {
    const led = this.#standing.name === 'leader';
    const { manager } = this.step(this.#facts);
    if (led && manager === 'must end') this.#work.mustEnd();
  }

  leaseAnswers(): void {
    this.step(this.#facts);
  }

  leaseRenewed(): void {
    if (this.epoch !== null) this.#tellDeadline();
  }

  #tellDeadline(): void {
    this.#work.deadline(this.epoch === null ? null : this.#lease.endsAt);
  }

  /** What was prepared was so as long as the lease was held without a gap. */
  #unready(): void {
    this.#readyIn = null;
    this.#preparing?.over.abort();
    this.#preparing = null;
  }

  #begin(action: LeadershipAction): void {
    switch (action) {
      case 'campaign':
        return void this.#campaign();
      case 'prepare':
        return void this.#prepare();
      case 'confirm':
        this.#lease.confirm();
        return;
      case 'resign':
        return void this.#resign();
    }
  }

  async #campaign(): Promise<void> {
    const lease = this.#lease.id;
    if (lease === null) return;
    const { leader, last } = this.#keys;
    await this.#change({
      when: [{ key: leader, createRevision: 0 }],
      change: [
        { put: leader, value: this.#work.note, lease },
        { put: last, value: this.#work.note },
      ],
      read: [leader],
    });
  }

  async #resign(): Promise<void> {
    const { seen } = this.#leader;
    if (isUnknown(seen) || seen.kind !== 'ours') return;
    const { leader } = this.#keys;
    await this.#change({
      when: [{ key: leader, createRevision: seen.epoch }],
      change: [{ remove: leader }],
      read: [leader],
    });
  }

  async #change(transaction: Parameters<Store['transact']>[0]): Promise<void> {
    if (this.#isChanging) return;
    this.#isChanging = true;
    const askedAt = this.#clock.now();
    const outcome = await this.#store.transact(transaction, this.#timeoutMs).catch(asStoreFailure);
    this.#isChanging = false;
    this.#changedAt = this.#clock.now();
    if ('read' in outcome) return this.#hear(outcome.read[0] ?? null, askedAt);
    this.#leader = { seen: { unknown: outcome.message }, askedAt };
    this.#work.trouble(outcome);
  }

  #hear(entry: StoreEntry | null, askedAt: number): void {
    this.#leader = { seen: seenOf(entry, this.#isOurs(entry)), askedAt };
  }

  #isOurs(entry: StoreEntry | null): boolean {
    return entry !== null && entry.lease !== null && entry.lease === this.#lease.id;
  }

  async #prepare(): Promise<void> {
    if (this.#standing.name !== 'taking over') return;
    const { epoch } = this.#standing;
    if (this.#preparing?.epoch === epoch) return;
    const run = { epoch, over: new AbortController() };
    this.#preparing = run;
    const isReady = await this.#work.prepare(epoch, this.#before, run.over.signal).catch(() => false);
    // Another has taken its place, or the lease was not held in between.
    if (this.#preparing !== run) return;
    this.#preparing = null;
    if (isReady) this.#readyIn = epoch;
  }
}

function seenOf(entry: StoreEntry | null, isOurs: boolean): LeaderSeen {
  if (entry === null) return { kind: 'nobody' };
  return isOurs ? { kind: 'ours', epoch: entry.createRevision } : { kind: 'other', manager: managerOf(entry.value) };
}

/** Name of the manager in a leader's note; the note itself where it has none. */
export function managerOf(note: string): string {
  try {
    const { manager } = JSON.parse(note) as { manager?: unknown };
    if (typeof manager === 'string') return manager;
  } catch {
    // Not one of ours: shown as it is.
  }
  return note;
}
