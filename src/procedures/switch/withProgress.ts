import type { Clock, Progress } from '../../context/Context.ts';

const everyMs = 1_000;

/**
 * Shows `what` and the seconds that it has taken while `work` goes on; nothing where nobody watches.
 * @param what '' hides the line for now
 */
export async function withProgress<T>(
  progress: Progress,
  clock: Clock,
  what: () => string,
  work: Promise<T>,
): Promise<T> {
  if (!progress.wanted) return work;
  const ended = new AbortController();
  const began = clock.monotonic();
  const show = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(everyMs, ended.signal);
      const text = what();
      if (text !== '') progress.show(`${text} (${Math.round((clock.monotonic() - began) / 1000)} s)`);
    }
  };
  // Ends by the rejection of its sleep.
  const shown = show().catch(() => undefined);
  try {
    return await work;
  } finally {
    ended.abort();
    await shown;
    progress.clear();
  }
}
