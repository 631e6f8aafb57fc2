// A new master may be waited for: no connection is left there, it is just being started. What was seen of the others at
// the beginning may be true no more then: a person does not sit and wait, and a dead master is started again.
import type { Clock } from '../../context/Context.ts';

/** What was seen longer ago is looked at again before a server is opened, in ms. */
const freshMs = 5_000;

type Monotonic = Pick<Clock, 'monotonic'>;

interface Looked<T, S> {
  readonly arrived: T;
  readonly last: S;
  /** The one before that, where there were two. */
  readonly earlier: readonly S[];
}

/** Looks while the new master is waited for, and once more where that, or the look itself, has taken long. */
export async function lookMeanwhile<T, S>(
  clock: Monotonic,
  waiting: Promise<T>,
  look: () => Promise<S>,
): Promise<Looked<T, S>> {
  const began = clock.monotonic();
  const [arrived, seen] = await Promise.all([waiting, look()]);
  const isLate = !(arrived instanceof Error) && clock.monotonic() - began >= freshMs;
  return isLate ? { arrived, last: await look(), earlier: [seen] } : { arrived, last: seen, earlier: [] };
}

/**
 * The answer of one question, asked when somebody first wants it; one that failed, or is old, is asked again.
 * @param youngMs so long an answer is not old
 */
export function remembered<T>(clock: Monotonic, ask: () => Promise<T>, youngMs = freshMs): () => Promise<T> {
  let asked: Promise<T> | undefined;
  let answeredAt = Infinity;
  return async () => {
    if (clock.monotonic() - answeredAt >= youngMs) asked = undefined;
    if (asked === undefined) answeredAt = Infinity;
    const answer = (asked ??= ask());
    try {
      const result = await answer;
      if (asked === answer && answeredAt === Infinity) answeredAt = clock.monotonic();
      return result;
    } catch (error) {
      if (asked === answer) asked = undefined;
      throw error;
    }
  };
}
