// What /proc says of processes. A zombie has ended.
import { readdirSync, readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../../context/Context.ts';

export interface ProcessState extends ProcessIdentity {
  readonly parent: number;
  readonly group: number;
}

/** Null for a process that has ended. */
export function processState(pid: number): ProcessState | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name before it stands in parentheses, and may hold blanks and parentheses itself.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    return { pid, startTicks: fields[19] ?? '', parent: Number(fields[1]), group: Number(fields[2]) };
  } catch {
    return null;
  }
}

export function isRunning(process: ProcessIdentity): boolean {
  return processState(process.pid)?.startTicks === process.startTicks;
}

/** The oldest first. */
export function findProcesses(test: (argv: readonly string[]) => boolean): readonly ProcessIdentity[] {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .flatMap((pid) => {
      const state = test(commandLine(pid)) ? processState(pid) : null;
      return state === null ? [] : [{ pid, startTicks: state.startTicks }];
    });
  return found.sort((a, b) => Number(a.startTicks) - Number(b.startTicks) || a.pid - b.pid);
}

export function commandLine(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}
