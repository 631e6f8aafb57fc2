import type { LeaseId, StoreTransaction } from '../../context/Store.ts';
import type { ClusterKeys } from './keys.ts';
import type { SharedState } from './sharedState.ts';

/** The leader's word on a cluster, which is on its lease: it says nothing when the leader is gone. */
export interface Word {
  readonly protected: boolean;
  /** Why not. */
  readonly why: string | null;
}

/** Made only in its epoch. */
export function publication(
  keys: ClusterKeys,
  epoch: number,
  lease: LeaseId,
  state: SharedState,
  word: Word,
): StoreTransaction {
  return {
    when: [{ key: keys.leader, createRevision: epoch }],
    change: [
      { put: keys.state, value: JSON.stringify(state) },
      { put: keys.word, value: JSON.stringify(word), lease },
    ],
  };
}

/** Null for what cannot be read. */
export function readWord(text: string): Word | null {
  try {
    const value = JSON.parse(text) as { protected?: unknown; why?: unknown } | null;
    if (typeof value?.protected !== 'boolean') return null;
    return { protected: value.protected, why: typeof value.why === 'string' ? value.why : null };
  } catch {
    return null;
  }
}
