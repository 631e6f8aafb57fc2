// Programs that go on when this one ends, even by kill -9: a session of their own, and no pipe that would break.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { isSea } from 'node:sea';
import type { ProcessIdentity, Processes } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';
import { exitStatus } from './childProcess.ts';
import { findProcesses, isRunning, processState } from './procFiles.ts';

/** These belong to the daemon alone: a program that it starts must not report to systemd in its name. */
const ownVariables = new Set(['NOTIFY_SOCKET', 'WATCHDOG_PID', 'WATCHDOG_USEC', 'JOURNAL_STREAM', 'INVOCATION_ID']);

/** Program and first arguments that start this program again. */
export function ownProgram(): readonly string[] {
  return [process.execPath, ...(isSea() ? [] : [process.argv[1] ?? ''])];
}

/** @param environment what a program gets, by its command line */
export function detachedProcesses(environment: (argv: readonly string[]) => NodeJS.ProcessEnv): Processes {
  const ended = new Map<string, number>();
  const key = ({ pid, startTicks }: ProcessIdentity): string => `${pid}/${startTicks}`;

  async function startDetached(
    argv: readonly string[],
    output: string,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<ProcessIdentity> {
    const [program = '', ...args] = argv;
    const inherited = Object.entries(environment(argv)).filter(([name]) => !ownVariables.has(name));
    const childEnv = { ...Object.fromEntries(inherited), ...variables };
    const descriptor = openOutput(output);
    const child = spawn(program, args, {
      cwd: '/',
      env: childEnv,
      detached: true,
      stdio: ['ignore', descriptor, descriptor],
    });
    let code: number | null = null;
    let identity: ProcessIdentity | null = null;
    child.on('exit', (status, signal) => {
      code = exitStatus(status, signal);
      if (identity !== null) ended.set(key(identity), code);
    });
    try {
      await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    } catch (error) {
      throw new Failure('environment', `${program} could not be started: ${errorText(error)}`, {
        hint: 'is it installed, and in PATH?',
        cause: error,
      });
    } finally {
      closeSync(descriptor);
    }
    const pid = child.pid ?? 0;
    child.unref();
    identity = { pid, startTicks: processState(pid)?.startTicks ?? '' };
    if (code !== null) ended.set(key(identity), code);
    return identity;
  }

  return {
    identify(pid) {
      const state = processState(pid);
      return state === null ? null : { pid, startTicks: state.startTicks };
    },
    isAlive: isRunning,
    exitCode: (process) => ended.get(key(process)) ?? null,
    find: findProcesses,
    startDetached,
    startSelf: (args, output) => startDetached([...ownProgram(), ...args], output),
    signal(target, name, to) {
      const state = processState(target.pid);
      if (state === null || state.startTicks !== target.startTicks) return;
      // Not our own group, whoever is in it.
      const group = to === 'group' && state.group > 1 && state.group !== processState(process.pid)?.group;
      try {
        process.kill(group ? -state.group : target.pid, name);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
        throw new Failure('environment', `cannot send ${name} to process ${target.pid}: ${errorText(error)}`, {
          cause: error,
        });
      }
    },
  };
}

function openOutput(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o750 });
    return openSync(path, 'a', 0o640);
  } catch (error) {
    throw new Failure('environment', `${path} cannot be written: ${errorText(error)}`, {
      hint: 'must this run as the user that runs MHA, or does that user lack the rights?',
      cause: error,
    });
  }
}
