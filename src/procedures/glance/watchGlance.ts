// A screen that is drawn again and again until somebody presses q.
import type { Terminal, Tools } from '../../context/Context.ts';

/**
 * @param look one screen's text, for this width; the top of it is what counts where it does not fit
 * @param pauseMs between the end of a look and the next
 */
export async function watchGlance(
  look: (width: number) => Promise<string>,
  pauseMs: number,
  terminal: Terminal,
  { clock, interrupted }: Pick<Tools, 'clock' | 'interrupted'>,
): Promise<void> {
  const over = new AbortController();
  const stop = (): void => {
    over.abort();
  };
  interrupted.addEventListener('abort', stop, { once: true });
  const leave = terminal.enter((key) => {
    if (key === 'q' || key === 'Q' || key === '\u0003') stop();
  });
  const ended = new Promise<null>((resolve) => {
    over.signal.addEventListener('abort', () => resolve(null), { once: true });
  });
  try {
    if (interrupted.aborted) return;
    while (!over.signal.aborted) {
      const { columns } = terminal.size();
      // Whoever presses q does not wait for a host that does not answer.
      const text = await Promise.race([look(columns), ended]);
      if (text === null) return;
      terminal.draw(screen(text, terminal.size(), pauseMs));
      if (!over.signal.aborted) await clock.sleep(pauseMs, over.signal).catch(() => undefined);
    }
  } finally {
    interrupted.removeEventListener('abort', stop);
    leave();
  }
}

/** As many lines as there is room for, none of which wraps. */
export function screen(
  text: string,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  pauseMs: number,
): readonly string[] {
  const lines = text.split('\n').map((line) => cutVisible(line, columns));
  const room = Math.max(1, rows - 1);
  const hidden = lines.length - room;
  const foot = `q quits; every ${pauseMs / 1000} s`;
  const more = hidden > 0 ? `${hidden} more line${hidden === 1 ? '' : 's'}; ${foot}` : foot;
  return [...lines.slice(0, room), more.slice(0, columns)];
}

/** Colours take no room. */
function cutVisible(line: string, columns: number): string {
  let room = columns;
  return line
    .split(/(\u001b\[\d+m)/)
    .map((part) => {
      if (part.startsWith('\u001b')) return part;
      const shown = part.slice(0, room);
      room -= shown.length;
      return shown;
    })
    .join('');
}
