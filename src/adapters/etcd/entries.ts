// Keys and values are text for us, and bytes for etcd.
import type { StoreEntry } from '../../context/Store.ts';
import type { KeyValue, RangeRequest } from './messages.ts';

export function bytes(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

/** All keys that begin so: up to the first that no longer does. */
export function below(prefix: string): RangeRequest {
  const key = bytes(prefix);
  const rangeEnd = Buffer.from(key);
  const last = rangeEnd.length - 1;
  // No byte of UTF-8 is 255: there is always a next one.
  rangeEnd[last] = (rangeEnd[last] ?? 0) + 1;
  return { key, rangeEnd };
}

export function entryOf({ key, value, createRevision, modRevision, lease }: KeyValue): StoreEntry {
  return {
    key: key.toString('utf8'),
    value: value.toString('utf8'),
    createRevision: Number(createRevision),
    changeRevision: Number(modRevision),
    lease: lease === '0' ? null : lease,
  };
}
