// Virtual time: everything that will happen stands in one queue, and the time is that of whatever happened last.

interface Waiting {
  readonly at: number;
  readonly tie: number;
  /** Whether it has woken a process of the product: then that goes on before anything else happens. */
  readonly run: () => boolean;
}

export class Schedule {
  /** In ms since the beginning of the world. */
  now = 0;
  readonly #heap: Waiting[] = [];
  readonly #tie: () => number;

  /** @param tie decides between events of the same moment */
  constructor(tie: () => number) {
    this.#tie = tie;
  }

  add(delayMs: number, run: () => boolean): void {
    const heap = this.#heap;
    heap.push({ at: this.now + Math.max(0, delayMs), tie: this.#tie(), run });
    for (let child = heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!isBefore(heap, child, parent)) return;
      swap(heap, child, parent);
      child = parent;
    }
  }

  /** Lets time go on until a process of the product is woken. @returns false when nothing will happen any more */
  step(): boolean {
    for (;;) {
      const next = this.#take();
      if (next === undefined) return false;
      this.now = next.at;
      if (next.run()) return true;
    }
  }

  #take(): Waiting | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let parent = 0; ;) {
      const left = 2 * parent + 1;
      if (left >= heap.length) return first;
      const child = left + 1 < heap.length && isBefore(heap, left + 1, left) ? left + 1 : left;
      if (!isBefore(heap, child, parent)) return first;
      swap(heap, child, parent);
      parent = child;
    }
  }
}

function isBefore(heap: readonly Waiting[], one: number, other: number): boolean {
  const [a, b] = [heap[one] as Waiting, heap[other] as Waiting];
  return a.at < b.at || (a.at === b.at && a.tie < b.tie);
}

function swap(heap: Waiting[], one: number, other: number): void {
  const kept = heap[one] as Waiting;
  heap[one] = heap[other] as Waiting;
  heap[other] = kept;
}
