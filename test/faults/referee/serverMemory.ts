// Whether a database server takes writes, read in the memory of its process. A session of our own would be terminated
// by the very hook that is looked at, would take a place under max_connections, and would hang when the server hangs.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { commandLine, isAlive, type ProcessIdentity } from '../../lab/processes.ts';
import { symbolOf } from './elfSymbol.ts';

/** MySQL's and MariaDB's own variable: what `SELECT @@global.read_only` shows. */
const VARIABLE = 'opt_readonly';
/** 3306, as /proc/net/tcp has it, and the state of a socket that listens. */
const LISTENS = /^ *\d+: [0-9A-F]+:0CEA [0-9A-F]+:0000 0A /m;

/** One server while it runs. */
export class ServerMemory {
  readonly #process: ProcessIdentity;
  readonly #init: number;
  readonly #memory: number;
  readonly #address: number;
  readonly #byte = Buffer.alloc(1);

  /** @throws Error when the process is gone already, or exports no such variable */
  constructor(init: number, process: ProcessIdentity) {
    const { pid } = process;
    const { value, positionIndependent } = symbolOf(`/proc/${pid}/exe`, VARIABLE);
    this.#process = process;
    this.#init = init;
    this.#address = value + (positionIndependent ? loadedAt(pid) : 0);
    this.#memory = openSync(`/proc/${pid}/mem`, 'r');
  }

  get alive(): boolean {
    return isAlive(this.#process);
  }

  /**
   * True where a client that reaches it could write: it listens (while it starts, the variable is not set yet), is not
   * stopped by a signal, and its read_only is 0.
   */
  takesWrites(): boolean {
    if (!this.#isListening() || isStopped(this.#process.pid)) return false;
    try {
      return readSync(this.#memory, this.#byte, 0, 1, this.#address) === 1 && this.#byte[0] === 0;
    } catch {
      return false; // it has just ended
    }
  }

  close(): void {
    closeSync(this.#memory);
  }

  #isListening(): boolean {
    return ['tcp6', 'tcp'].some((table) => LISTENS.test(readFileSync(`/proc/${this.#init}/net/${table}`, 'latin1')));
  }
}

/** Under a mount that shows another name for it, the mapping has the program's inode still. */
function loadedAt(pid: number): number {
  const name = commandLine(pid)[0]?.split('/').at(-1) ?? '';
  const first = readFileSync(`/proc/${pid}/maps`, 'latin1')
    .split('\n')
    .find((line) => line.endsWith(`/${name}`) && / 00000000 /.test(line));
  if (first === undefined) throw new Error(`process ${pid}: where ${name} is loaded cannot be seen`);
  return Number.parseInt(first.slice(0, first.indexOf('-')), 16);
}

function isStopped(pid: number): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return /^[Tt]/.test(text.slice(text.lastIndexOf(')') + 2));
  } catch {
    return false;
  }
}
