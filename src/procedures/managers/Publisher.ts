// What the leader tells the other managers, as soon as it changes: for the next leader, and for whoever looks.
import type { LeaseId, Store } from '../../context/Store.ts';
import { asStoreFailure } from './HeldLease.ts';
import type { ClusterKeys } from './keys.ts';
import { publication, type Word } from './publication.ts';
import type { SharedState } from './sharedState.ts';

interface Place {
  readonly keys: ClusterKeys;
  readonly store: Pick<Store, 'transact'>;
  readonly timeoutMs: number;
  /** Null: this one does not lead. */
  readonly epoch: () => number | null;
  readonly lease: () => LeaseId | null;
}

export class Publisher {
  readonly #place: Place;
  #last: { readonly epoch: number; readonly state: SharedState; readonly word: Word } | null = null;
  #published = '';
  #isPublishing = false;

  constructor(place: Place) {
    this.#place = place;
  }

  /** One that etcd did not take is tried again when this is called next. */
  publish(state: SharedState, word: Word): void {
    const { keys, store, timeoutMs } = this.#place;
    const [epoch, lease] = [this.#place.epoch(), this.#place.lease()];
    this.#last = epoch === null ? null : { epoch, state, word };
    if (epoch === null || lease === null || this.#isPublishing) return;
    const text = JSON.stringify([epoch, lease, state, word]);
    if (text === this.#published) return;
    this.#isPublishing = true;
    void store
      .transact(publication(keys, epoch, lease, state, word), timeoutMs)
      .catch(asStoreFailure)
      .then((outcome) => {
        this.#isPublishing = false;
        if (!('done' in outcome && outcome.done)) return;
        this.#published = text;
        // What came meanwhile.
        if (this.#last !== null && this.#last.state !== state) this.publish(this.#last.state, this.#last.word);
      });
  }

  /** Between two calls of publish(): a hook has recorded something. */
  publishRuns(runs: readonly string[]): void {
    // What was known when this one led before is old.
    if (this.#last === null || this.#last.epoch !== this.#place.epoch()) return;
    const { state, word } = this.#last;
    this.publish({ ...state, runs }, word);
  }
}
