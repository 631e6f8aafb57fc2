// Processes by /proc. A pid alone never identifies a process: it may have been given away again. Start time and pid
// together do.
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, field 22 of /proc/PID/stat. */
  readonly startTime: string;
}

interface Stat {
  readonly parent: number;
  readonly state: string;
  readonly startTime: string;
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the name in brackets and may itself contain blanks and brackets.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', parent: Number(fields[1]), startTime: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

export function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

export function identify(pid: number): ProcessIdentity | undefined {
  const stat = statOf(pid);
  return stat === undefined ? undefined : { pid, startTime: stat.startTime };
}

/** False for a zombie too: it runs no more. */
export function isAlive(process: ProcessIdentity): boolean {
  const stat = statOf(process.pid);
  return stat !== undefined && stat.startTime === process.startTime && stat.state !== 'Z';
}

export function childrenOf(pid: number): number[] {
  return allPids().filter((candidate) => statOf(candidate)?.parent === pid);
}

export function commandLine(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

/** All processes in the pid namespace of which `init` is PID 1, `init` itself left out. */
export function processesUnder(init: number): number[] {
  const namespace = namespaceOf(init);
  if (namespace === undefined) return [];
  return allPids().filter((pid) => pid !== init && namespaceOf(pid) === namespace);
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

/** Sends a signal to exactly this process; a process that has ended is not an error. */
export function signal(process_: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(process_)) return;
  try {
    process.kill(process_.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Looks again after a pause of three times as long as the last look took: what is waited for, and a lab beside this
 * one, get the cores rather than the looks.
 * @throws Error naming `what` when `condition` has not come true after `timeoutMs`.
 */
export async function waitUntil(
  what: string,
  timeoutMs: number,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const began = performance.now();
    if (await condition()) return;
    const now = performance.now();
    if (now > end) throw new Error(`lab: ${what}: not after ${timeoutMs} ms`);
    await sleep(Math.min(Math.max(3 * (now - began), 10), 1_000));
  }
}
