// The witness that is somewhere else: a command of the operator's, which looks as the application does and prints a
// line for each look. Nothing waits for it.
import type { Tools } from '../../context/Context.ts';
import { errorLine, ifAny, oneLine } from '../../errors/message.ts';
import type { Look } from './tally.ts';

/** It is killed so long after it was told to end, in ms. */
const killAfterMs = 500;
/** So much of a line that has no end yet is kept, in characters. */
const longestLine = 4_000;

export interface WitnessCommand {
  /** As sh takes it. */
  readonly command: string;
  /** Variables of its environment, without MHA_HELPER_. */
  readonly facts: Readonly<Record<string, string>>;
}

/**
 * Runs it until `stop` aborts. Never throws.
 * @returns why it cannot tell anything more; null: it was told to end
 */
export async function watchCommand(
  { command, facts }: WitnessCommand,
  { clock, connect }: Pick<Tools, 'clock' | 'connect'>,
  stop: AbortSignal,
  note: (look: Look) => void,
): Promise<string | null> {
  const environment = Object.entries(facts).map(([name, value]) => `MHA_HELPER_${name}=${value}`);
  const argv = ['env', ...environment, 'sh', '-c', command];
  const reader = new LookReader();
  let last = '';
  const onOutput = (text: string): void => {
    const at = clock.monotonic();
    for (const line of reader.lines(text)) {
      const look = reader.read(line, at);
      if (look === null) last = oneLine(line).slice(0, 200) || last;
      else note(look);
    }
  };
  try {
    const code = await connect.stream(argv, { onOutput, interrupted: stop, killAfterMs });
    if (stop.aborted) return null;
    return `witness_command ended by itself (exit ${code})${ifAny(': ', last)}`;
  } catch (error) {
    return errorLine(error);
  }
}

/** Its times are its own where it gives them, in all lines: then the way of its lines to here does not count. */
export class LookReader {
  #rest = '';
  #own: boolean | null = null;
  #last = -Infinity;

  /** The whole lines so far. */
  lines(text: string): readonly string[] {
    const parts = (this.#rest + text).split('\n');
    this.#rest = (parts.pop() ?? '').slice(-longestLine);
    return parts;
  }

  /** @param at when it came. @returns null for a line that is no look */
  read(line: string, at: number): Look | null {
    const value = parsed(line);
    if (value === null || typeof value['writable'] !== 'boolean') return null;
    const { writable, server, ms } = value;
    const isOwn = typeof ms === 'number';
    const when = isOwn ? ms : at;
    if (when < this.#last || isOwn !== (this.#own ?? isOwn)) return null;
    if (writable && (typeof server !== 'string' || server === '')) return null;
    [this.#own, this.#last] = [isOwn, when];
    if (typeof server !== 'string' || !writable)
      return { at: when, state: 'away', server: null, text: 'witness_command: not writable' };
    const name = oneLine(server).slice(0, 100);
    return { at: when, state: 'writable', server: name, text: `${name} takes writes` };
  }
}

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
