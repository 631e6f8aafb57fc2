// Every exit code of mha-helper and what it means to a person. The manual and docs/reference/exit-codes.md are made of
// this table.
import { failureExitCodes, type FailureKind } from '../errors/errors.ts';
import { goOnExitCode, halfWayExitCode, notProtectedExitCode, overBudgetExitCode } from './exitCodes.ts';

export interface ExitCodeFacts {
  readonly code: number;
  /** One word or two, as the other pages call it. */
  readonly name: string;
  readonly meaning: string;
  /** What the reader can do; empty: nothing. */
  readonly remedy: string;
  /** What MHA does when a hook leaves with it; `never`: no hook does. */
  readonly mha: 'goes on' | 'aborts' | 'only logs it' | 'never';
}

type Words = Pick<ExitCodeFacts, 'name' | 'meaning' | 'remedy'>;

const failures: Readonly<Record<FailureKind, Words>> = {
  internal: {
    name: 'defect',
    meaning: 'A defect in mha-helper. What was changed was undone as far as possible.',
    remedy: 'Look at mha-helper status. Run the command again with MHA_HELPER_DEBUG=1 and report the stack trace.',
  },
  usage: {
    name: 'usage',
    meaning: 'Bad arguments. Nothing was changed.',
    remedy: 'The line names the argument; --help shows what the command takes.',
  },
  config: {
    name: 'configuration',
    meaning: 'Bad or missing configuration. Nothing was changed.',
    remedy: 'The line names file, line, section and option; mha-helper config shows every problem of every file.',
  },
  mysql: {
    name: 'MySQL',
    meaning:
      'MySQL does not answer, refuses the password, or lacks a privilege. Nothing was changed, or it was undone.',
    remedy: 'mha-helper check asks every server for what MHA and the hooks need.',
  },
  ssh: {
    name: 'SSH',
    meaning:
      'SSH was refused, the host key is unknown or has changed, or no key was accepted. Nothing was changed, ' +
      'or it was undone.',
    remedy: 'Log in once with ssh, as the user that runs MHA; mha-helper check tries every host.',
  },
  address: {
    name: 'writer address',
    meaning:
      'The interface is missing, the ip command or the cloud refused, or the writer address comes back. Nothing was ' +
      'changed, or it was undone.',
    remedy: 'mha-helper vip show tells where the writer address is.',
  },
  deadline: {
    name: 'no answer in time',
    meaning: 'Something did not answer within its limit; the line names what. What was changed was undone.',
    remedy: 'The limits are connect_timeout, step_timeout and run_timeout.',
  },
  interrupted: {
    name: 'interrupted',
    meaning: 'SIGTERM, SIGINT or SIGHUP. The step under way ended, and what had been changed was undone.',
    remedy: '',
  },
  refused: {
    name: 'refused',
    meaning:
      'Going on would not be safe: a second holder of the writer address, a second writable master, writes ' +
      'that do not end, another run at work. Nothing was changed, or it was undone.',
    remedy: 'The line says what stands against it. Look at mha-helper vip show before anything else.',
  },
  undo: {
    name: 'undo failed',
    meaning: 'Something failed, and not all of what was changed could be undone.',
    remedy: 'The message says what to do by hand; mha-helper status shows it again, mha-helper undo tries again.',
  },
  mail: {
    name: 'mail',
    meaning: 'The mail was not taken for all recipients. It is kept in the spool, or set aside when refused for good.',
    remedy: 'mha-helper report --flush delivers what waits.',
  },
  environment: {
    name: 'this host',
    meaning: 'Something is missing on this host: a program could not be started, an address is in use.',
    remedy: 'The line names the program, the package or the file.',
  },
};

/** In the order of the codes. */
export const exitCodeTable: readonly ExitCodeFacts[] = [
  { code: 0, name: 'done', meaning: 'Done, or it was so already.', remedy: '', mha: 'goes on' } as const,
  {
    code: goOnExitCode,
    name: 'go on',
    meaning: 'Done as far as it is safe; each line LEFT TO DO says what is left to do by hand.',
    remedy: 'Do what the LEFT TO DO lines say. The mail has them too, and mha-helper status shows them again.',
    mha: 'goes on',
  } as const,
  {
    code: notProtectedExitCode,
    name: 'not protected',
    meaning: 'mha-helper monitor status: at least one cluster is not protected, or none is monitored.',
    remedy: 'The line of the cluster says why.',
    mha: 'never',
  } as const,
  {
    code: overBudgetExitCode,
    name: 'over budget',
    meaning:
      'mha-helper drill: there and back again, and the cluster is as it was, but an outage was longer than --budget, ' +
      'or it was not measured.',
    remedy: 'mha-helper history show tells which step took how long.',
    mha: 'never',
  } as const,
  {
    code: halfWayExitCode,
    name: 'half-way',
    meaning: 'mha-helper drill: it ended half-way, and another server may be the master than before.',
    remedy: 'The report says which, why, and the command that goes back.',
    mha: 'never',
  } as const,
  ...(Object.keys(failureExitCodes) as FailureKind[]).map(failureFacts),
].sort((a, b) => a.code - b.code);

function failureFacts(kind: FailureKind): ExitCodeFacts {
  return { code: failureExitCodes[kind], mha: kind === 'mail' ? 'only logs it' : 'aborts', ...failures[kind] };
}
