// Says to hooks, and to MHA itself, whether they may go on: in the transaction that records what they are about to do.
import { StoreFailure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import { isReserved, knownFailover, type FailoverPhase, type FailoverRecord } from './failoverRecord.ts';
import type { KnownFailover } from './failoverRecord.ts';
import type { GuardAnswer, GuardRequest } from './guardMessages.ts';
import type { GuardPlace } from './GuardPlace.ts';
import { advance, wasMade } from './guards.ts';
import { unblock } from './unblock.ts';

/** Without the layer nobody tells of the phases in between: they are recorded on the way. */
const wholeWay: readonly FailoverPhase[] = ['begun', 'stopping', 'recovering', 'opening', 'open'];

/**
 * How long who led a moment ago is waited for, in ms: refused, a planned switch is undone, and clients wait longer. The
 * store is looked at each tenth of the lease.
 */
const suspendedMs = 3_000;
const againMs = 100;

type Recorded = GuardRequest & { readonly phase: FailoverPhase };

export class Guard {
  readonly #place: GuardPlace;
  /** One after the other: each goes by what the one before has written. */
  #last: Promise<unknown> = Promise.resolve();
  #isReserved = false;
  /** The record as it was written here last: whoever has changed it since is seen by the transaction. */
  #written: KnownFailover | null = null;

  constructor(place: GuardPlace) {
    this.#place = place;
  }

  /** A failover of this manager's is past the point of no return, as far as was heard here. */
  get isReserved(): boolean {
    return this.#isReserved;
  }

  answer(request: GuardRequest): Promise<GuardAnswer> {
    const isGranted = this.#last.then(() => this.#isGranted(request));
    const recorded = isGranted.then(() => this.#answer(request));
    this.#last = recorded.catch(() => undefined);
    return isGranted.then((is) => (is ? { granted: true } : recorded));
  }

  /**
   * While its record is only being written, because clients wait: what closes the dead master changes no data, and a
   * failover that has begun here may do it as long as this manager leads. `start` closes it too, and asks once more
   * before it opens the new one. What is asked next waits for the record.
   */
  #isGranted({ phase, from, to, epoch, what }: GuardRequest): boolean {
    const mine = this.#mine(this.#written);
    if (mine === null || mine.from !== from || mine.epoch !== (epoch ?? mine.epoch)) return false;
    if (phase === 'opening') return mine.phase === 'recovering' && mine.to === to;
    return phase === 'stopping' && mine.phase === 'begun' && 'granted' in this.#lead({ epoch: mine.epoch, what });
  }

  async #answer(request: GuardRequest): Promise<GuardAnswer> {
    const { phase } = request;
    try {
      if (phase === 'lead' || phase === 'still') await this.#unlessSuspended();
      if (phase === 'lead') return this.#lead(request);
      if (phase === 'still') return await this.#still(request);
      if (phase === 'unblock') return await unblock(this.#place);
      return await this.#record({ ...request, phase });
    } catch (error) {
      return { refused: errorLine(error) };
    }
  }

  #lead({ epoch, what }: Pick<GuardRequest, 'epoch' | 'what'>): GuardAnswer {
    const now = this.#place.epoch();
    if (now === null)
      return { refused: `${what}: ${this.#place.manager} does not lead now; ${this.#place.whoLeads()}` };
    if (epoch !== null && epoch !== now)
      return { refused: `${what}: it was begun in epoch ${epoch}, and epoch ${now} has begun since` };
    return { granted: true };
  }

  async #unlessSuspended(): Promise<void> {
    const { isSuspended, sleep } = this.#place;
    for (let ms = 0; ms < suspendedMs && isSuspended(); ms += againMs) await sleep(againMs);
  }

  /** What is reserved by its own record goes on, whoever leads. */
  async #still(request: GuardRequest): Promise<GuardAnswer> {
    const leads = this.#lead(request);
    if ('granted' in leads) return leads;
    const mine = this.#mine(await this.#known());
    const isOwn = mine !== null && isReserved(mine) && mine.epoch === (request.epoch ?? mine.epoch);
    return isOwn ? { granted: true } : leads;
  }

  /** Clients wait: the record is read only where what is known of it does not do. */
  async #record(request: Recorded): Promise<GuardAnswer> {
    const written = this.#written;
    this.#written = null;
    const first = written === null ? null : await this.#go(request, written);
    return first !== null && 'granted' in first ? first : this.#go(request, await this.#known());
  }

  async #go(request: Recorded, last: KnownFailover | Unknown | null): Promise<GuardAnswer> {
    let known = last;
    const before = this.#mine(known);
    const reserved = before !== null && isReserved(before) ? before.epoch : null;
    const epoch = request.epoch ?? reserved ?? this.#place.epoch();
    if (epoch === null || epoch !== reserved) {
      const leads = this.#lead({ ...request, epoch });
      if ('refused' in leads || epoch === null) return leads;
    }
    const isGoingOn = before !== null && before.epoch === epoch && (request.from ?? before.from) === before.from;
    for (const phase of phasesTo(request.phase, isGoingOn ? before.phase : null)) {
      const mine = this.#mine(known);
      const next = this.#next({ ...request, phase }, epoch, mine?.epoch === epoch ? mine : null);
      const step = await this.#step(next, known);
      if ('refused' in step) return step;
      known = step;
      this.#written = step;
      this.#isReserved = isReserved(next);
    }
    return { granted: true };
  }

  async #known(): Promise<KnownFailover | Unknown | null> {
    return knownFailover(await this.#place.store.get(this.#place.keys.failover, this.#place.timeoutMs));
  }

  #mine(known: KnownFailover | Unknown | null): FailoverRecord | null {
    return known === null || isUnknown(known) || known.record.by !== this.#place.manager ? null : known.record;
  }

  #next({ phase, from, to, position = null }: Recorded, epoch: number, mine: FailoverRecord | null): FailoverRecord {
    const at = this.#place.now().toISOString();
    if (phase !== 'begun' && mine !== null)
      return { ...mine, phase, to: to ?? mine.to, at, position: position ?? mine.position };
    const { manager } = this.#place;
    return { id: `${epoch}-${at}`, epoch, by: manager, from: from ?? 'unknown', to, phase, at, position: null };
  }

  async #step(
    next: FailoverRecord,
    known: KnownFailover | Unknown | null,
  ): Promise<KnownFailover | { refused: string }> {
    const { keys, store, timeoutMs } = this.#place;
    const transaction = advance(keys, next, known);
    if ('refused' in transaction) return transaction;
    try {
      const { done, read } = await store.transact(transaction, timeoutMs);
      const after = knownFailover(read[1] ?? null);
      if (done && after !== null && !isUnknown(after)) return after;
      return { refused: `${next.phase}: the store says that this manager's epoch is over, or the record has changed` };
    } catch (error) {
      if (!(error instanceof StoreFailure) || error.made === 'no') throw error;
      const after = await this.#known();
      if (after !== null && !isUnknown(after) && wasMade(next, after)) return after;
      throw error;
    }
  }
}

/** @param done the phase that this very failover has reached; null: none */
function phasesTo(phase: FailoverPhase, done: FailoverPhase | null): readonly FailoverPhase[] {
  const end = wholeWay.indexOf(phase);
  if (end < 0 || phase === 'begun') return [phase];
  const way = wholeWay.slice(done === null || done === 'done' ? 0 : wholeWay.indexOf(done) + 1, end + 1);
  return way.length === 0 ? [phase] : way;
}
