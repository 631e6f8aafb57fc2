import type { Store, StoreCondition, StoreEntry, StoreOutcome, StoreTransaction } from '../../src/context/Store.ts';
import { StoreFailure } from '../../src/errors/errors.ts';

/** Keys in memory, as etcd has them. Leases never end by themselves. */
export class MemoryStore implements Pick<Store, 'get' | 'transact' | 'list' | 'watch'> {
  readonly entries = new Map<string, StoreEntry>();
  revision = 100;
  /** What the next transaction does: `silence` makes it and says nothing, `lost` does neither. */
  next: 'answer' | 'silence' | 'lost' = 'answer';

  get(key: string): Promise<StoreEntry | null> {
    return Promise.resolve(this.entries.get(key) ?? null);
  }

  list(prefix: string) {
    const entries = [...this.entries.values()].filter(({ key }) => key.startsWith(prefix));
    return Promise.resolve({ entries, revision: this.revision });
  }

  /** Nothing is told: whoever wants to know looks. */
  watch(): () => void {
    return () => undefined;
  }

  transact({ when, change, read = [] }: StoreTransaction): Promise<StoreOutcome> {
    const how = this.next;
    this.next = 'answer';
    const done = how !== 'lost' && when.every((condition) => this.#holds(condition));
    if (done) {
      this.revision += 1;
      for (const one of change) {
        if ('remove' in one) this.entries.delete(one.remove);
        else this.put(one.put, one.value, one.lease);
      }
    }
    if (how !== 'answer') return Promise.reject(new StoreFailure('no answer', 'unknown'));
    return Promise.resolve({ done, read: read.map((key) => this.entries.get(key) ?? null), revision: this.revision });
  }

  put(key: string, value: string, lease: string | null = null): number {
    const createRevision = this.entries.get(key)?.createRevision ?? this.revision;
    this.entries.set(key, { key, value, lease, createRevision, changeRevision: this.revision });
    return createRevision;
  }

  #holds(condition: StoreCondition): boolean {
    const entry = this.entries.get(condition.key);
    if ('createRevision' in condition) return (entry?.createRevision ?? 0) === condition.createRevision;
    if ('changeRevision' in condition) return (entry?.changeRevision ?? 0) === condition.changeRevision;
    return entry?.value === condition.value;
  }
}
