// Asks the other managers of a cluster whether they reach its master, and answers when one of them asks.
import type { LeaseClock } from '../../context/LeaseClock.ts';
import type { LeaseId, Store, StoreEntry, StoreEvent } from '../../context/Store.ts';
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import { answerText, questionText, readAnswerTo, readQuestion, verdictOf } from './agreement.ts';
import type { AskedQuestion, Question, Reach, Verdict } from './agreement.ts';
import { asStoreFailure } from './HeldLease.ts';
import type { ClusterKeys } from './keys.ts';
import type { View } from './StoreView.ts';

/** The others look for 3 s; on the way there and back a look at the store each. */
const patienceMs = 5000;

export interface AskPlace {
  readonly keys: ClusterKeys;
  /** Name of this manager. */
  readonly manager: string;
  readonly store: Pick<Store, 'transact'>;
  readonly timeoutMs: number;
  readonly clock: LeaseClock;
  /** Null: there is none. */
  readonly lease: () => LeaseId | null;
  /** Has the store looked at at once. */
  readonly look: () => void;
  /** Whether this manager reaches the master; never rejects. */
  readonly reach: (question: Question) => Promise<Reach>;
}

interface Open {
  readonly question: AskedQuestion;
  readonly askedAt: number;
  /** Of a look after that: it tells who is there to be asked. */
  last: View | Unknown;
  /** Answers to this very question, heard of before a look had them. */
  readonly heard: Map<string, StoreEntry>;
  readonly end: (verdict: Verdict) => void;
}

export class AskOthers {
  readonly #place: AskPlace;
  readonly #open = new Set<Open>();
  #asked = 0;
  #answered = '';
  #shown = '';
  #isShowing = false;

  constructor(place: AskPlace) {
    this.#place = place;
  }

  /** That it is there to be asked about this cluster: again after each lease. */
  show(): void {
    const { keys, manager, store, timeoutMs } = this.#place;
    const lease = this.#place.lease();
    if (lease === null || lease === this.#shown || this.#isShowing) return;
    this.#isShowing = true;
    const change = [{ put: `${keys.members}${encodeURIComponent(manager)}`, value: manager, lease }];
    void store
      .transact({ when: [], change }, timeoutMs)
      .then(() => (this.#shown = lease), asStoreFailure)
      .finally(() => (this.#isShowing = false));
  }

  see(view: View | Unknown): void {
    this.show();
    for (const one of this.#open) this.#judge(one, view);
    if (!isUnknown(view)) this.#read(view.entries.get(this.#place.keys.question));
  }

  hear(events: readonly StoreEvent[]): void {
    const { keys } = this.#place;
    for (const event of events) {
      if (event.kind === 'removed') continue;
      const { entry } = event;
      if (entry.key === keys.question) this.#read(entry);
      if (!entry.key.startsWith(keys.answers)) continue;
      for (const one of this.#open) {
        if (readAnswerTo(one.question.id, entry.value) === null) continue;
        one.heard.set(entry.key, entry);
        this.#judge(one, one.last);
      }
    }
  }

  #read(entry: StoreEntry | undefined): void {
    const question = readQuestion(entry?.value ?? '');
    if (question === null || question.by === this.#place.manager || question.id === this.#answered) return;
    this.#answered = question.id;
    void this.#answer(question);
  }

  /** Ends within a time that masterha_manager can wait. Never rejects. */
  async ask(what: Question): Promise<Verdict> {
    const { keys, manager, store, timeoutMs, clock, look } = this.#place;
    const lease = this.#place.lease();
    if (lease === null) return { verdict: 'unknown', said: [`${manager} has no lease in etcd: nobody was asked`] };
    const question = { ...what, by: manager, id: `${manager}-${lease}-${(this.#asked += 1)}-${clock.now()}` };
    const change = [{ put: keys.question, value: questionText(question), lease }];
    const put = await store.transact({ when: [], change }, timeoutMs).catch(asStoreFailure);
    if (!('done' in put)) return { verdict: 'unknown', said: [`nobody was asked: ${put.message}`] };
    const verdict = await this.#verdict(question, clock, look);
    const isOurs = { key: keys.question, value: questionText(question) };
    void store.transact({ when: [isOurs], change: [{ remove: keys.question }] }, timeoutMs).catch(asStoreFailure);
    return verdict;
  }

  #verdict(question: AskedQuestion, clock: LeaseClock, look: () => void): Promise<Verdict> {
    return new Promise((resolve) => {
      const askedAt = clock.now();
      const open: Open = {
        question,
        askedAt,
        last: { unknown: 'etcd has not answered since' },
        heard: new Map(),
        end: (verdict) => {
          this.#open.delete(open);
          callOff();
          resolve(verdict);
        },
      };
      const callOff = clock.at(askedAt + patienceMs, () => {
        const { last } = open;
        const verdict = isUnknown(last) ? null : this.#verdictOf(open, last, true);
        open.end(verdict ?? { verdict: 'unknown', said: [isUnknown(last) ? last.unknown : 'nobody has answered'] });
      });
      this.#open.add(open);
      look();
    });
  }

  #judge(open: Open, view: View | Unknown): void {
    // What began before the question was there does not know who was there to be asked.
    if (isUnknown(view) || view.beganAt <= open.askedAt) return;
    open.last = view;
    const verdict = this.#verdictOf(open, view, false);
    if (verdict !== null) open.end(verdict);
  }

  #verdictOf({ question, heard }: Open, { entries }: View, isOver: boolean): Verdict | null {
    return verdictOf(question, this.#place.keys, new Map([...entries, ...heard]), isOver);
  }

  async #answer(question: AskedQuestion): Promise<void> {
    const { keys, manager, store, timeoutMs, reach } = this.#place;
    const answer = await reach(question);
    const lease = this.#place.lease();
    if (lease === null) return;
    const change = [
      { put: `${keys.answers}${encodeURIComponent(manager)}`, value: answerText(question.id, answer), lease },
    ];
    const put = await store.transact({ when: [], change }, timeoutMs).catch(asStoreFailure);
    // The next look has the question still, if anybody waits.
    if (!('done' in put) && this.#answered === question.id) this.#answered = '';
  }
}
