// This process becomes another program: process id, terminal, standard files and signals are the program's own from
// then on.
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { Failure } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';

// Node ignores two signals, and what is ignored stays ignored in the program that follows. A shell cannot undo that,
// perl can.
const RESET =
  '$SIG{PIPE} = $SIG{XFSZ} = "DEFAULT"; exec { $ARGV[0] } @ARGV; print STDERR "mha-helper: $ARGV[0]: $!\\n"; exit 127';

/** @throws Failure `environment` when there is no such program, or it cannot be started */
export function replaceProcess(argv: readonly string[], env: NodeJS.ProcessEnv): never {
  const [program = '', ...args] = argv;
  const path = find(program, env['PATH'] ?? '');
  const perl = find('perl', env['PATH'] ?? '');
  if (path === undefined || perl === undefined) {
    throw new Failure('environment', `${path === undefined ? program : 'perl'} is not in PATH`, {
      hint: 'is MHA installed on this host (mha4mysql-manager, mha4mysql-node)?',
    });
  }
  try {
    if (process.execve === undefined) throw new Error('this Node.js cannot');
    return process.execve(perl, ['perl', '-e', RESET, path, ...args], env);
  } catch (error) {
    throw new Failure('environment', `${program} cannot be started: ${errorText(error)}`, { cause: error });
  }
}

function find(program: string, path: string): string | undefined {
  const candidates = program.includes('/')
    ? [program]
    : path
        .split(':')
        .filter((one) => one !== '')
        .map((directory) => join(directory, program));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
