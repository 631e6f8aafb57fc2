import type { CommandResult, Connectors, Locks, Shell, SqlConnection, Tools } from '../../src/context/Context.ts';
import { Failure } from '../../src/errors/errors.ts';
import { FakeClock } from './clock.ts';
import { MemoryFiles } from './files.ts';
import { KeptLog } from './log.ts';

/** All that a procedure gets, with one cluster's configuration. What a test does not provide cannot be reached. */
export function fakeTools(
  configuration: string,
  connect: Partial<Connectors> = {},
): Tools & { readonly log: KeptLog; readonly files: MemoryFiles; readonly clock: FakeClock } {
  const nobody = (what: string) => () =>
    Promise.reject(
      new Failure('ssh', `${what}: no answer`, { cause: Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }) }),
    );
  return {
    clock: new FakeClock(),
    log: new KeptLog(),
    files: new MemoryFiles({ '/etc/mha-helper/c.conf': configuration }),
    places: {
      configDirectory: '/etc/mha-helper',
      stateDirectory: '/var/lib/mha-helper',
      hostname: 'mgr',
      pid: 1,
      bootId: 'boot',
    },
    locks: freeLocks,
    connect: {
      mysql: nobody('mysql'),
      ssh: nobody('ssh'),
      lookup: nobody('lookup'),
      openstack: nobody('openstack'),
      ec2: nobody('ec2'),
      mhaProcesses: () => Promise.resolve([]),
      mhaCaller: () => Promise.resolve(null),
      sayLastWord: () => Promise.resolve(false),
      thisProcess: () => Promise.resolve(null),
      isRunning: () => Promise.resolve(false),
      local: shell(() => ({ code: 127 })),
      ...connect,
    } as Connectors,
    interrupted: new AbortController().signal,
  };
}

/** Locks that nobody else has. */
export const freeLocks: Locks = { take: () => Promise.resolve({ kind: 'taken', release: () => Promise.resolve() }) };

/** @param answer exit status 0 and no output where it says nothing else */
export function shell(answer: (argv: readonly string[]) => Partial<CommandResult>): Shell {
  return {
    label: 'a shell',
    run: async (argv) => ({ code: 0, stdout: '', stderr: '', ...answer(argv) }),
    close: () => Promise.resolve(),
  };
}

/** A MariaDB that knows only of its read_only. */
export function readOnlyConnection(state: { readOnly: boolean }): SqlConnection {
  return {
    threadId: 1,
    close: () => Promise.resolve(),
    query(sql) {
      const set = /^SET GLOBAL read_only = (\d)/.exec(sql);
      if (set !== null) state.readOnly = set[1] === '1';
      if (sql.includes('VERSION()')) return Promise.resolve([{ version: '10.11.6-MariaDB' }]);
      return Promise.resolve(sql.includes('@@global.read_only') ? [{ ro: state.readOnly ? 1 : 0 }] : []);
    },
  };
}
