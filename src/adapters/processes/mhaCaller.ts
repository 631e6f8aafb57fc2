// Which program of MHA's a hook was called by: its parent is a shell, or a script of the operator's around the hook.
import { readlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import type { MhaProcess } from '../../context/Context.ts';
import { commandLine, findProcesses, processState } from './procFiles.ts';

/** Shells and scripts between MHA and its hook. */
const mostGenerations = 8;

/** Null where no ancestor is a program of MHA's: somebody tries a hook by hand. @param pid where to begin */
export function mhaCaller(pid: number): MhaProcess | null {
  for (let [generation, at] = [0, pid]; generation < mostGenerations && at > 1; generation += 1) {
    const state = processState(at);
    if (state === null) return null;
    const argv = commandLine(at);
    const program = mhaProgram(argv);
    if (program !== null) return { pid: at, startTicks: state.startTicks, program, conf: absolute(at, confOf(argv)) };
    at = state.parent;
  }
  return null;
}

/** All programs of MHA's that run on this host, the oldest first. */
export function mhaProcesses(): readonly MhaProcess[] {
  return findProcesses((argv) => mhaProgram(argv) !== null).flatMap((identity) => {
    const argv = commandLine(identity.pid);
    const program = mhaProgram(argv);
    return program === null ? [] : [{ ...identity, program, conf: absolute(identity.pid, confOf(argv)) }];
  });
}

function absolute(pid: number, path: string | null): string | null {
  try {
    return path === null ? null : resolve(readlinkSync(`/proc/${pid}/cwd`), path);
  } catch {
    return path?.startsWith('/') === true ? path : null;
  }
}

/**
 * Name of the program, which is a script: `perl [options] /usr/bin/masterha_manager ...`, or the script itself. A word
 * further on is no program: an editor may have such a file open.
 */
export function mhaProgram(argv: readonly string[]): string | null {
  const [first = '', ...rest] = argv;
  const script = /^perl[\d.]*$/.test(baseName(first)) ? rest.find((word) => !word.startsWith('-')) : first;
  const name = baseName(script ?? '');
  return /^masterha_[a-z_]+$/.test(name) ? name : null;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** What it was given as --conf, also as two words and as short as Getopt::Long lets it be. */
export function confOf(argv: readonly string[]): string | null {
  for (const [index, word] of argv.entries()) {
    const match = /^--?c(?:onf?|o)?(?:=(.*))?$/.exec(word);
    if (match === null) continue;
    return match[1] ?? argv[index + 1] ?? null;
  }
  return null;
}
