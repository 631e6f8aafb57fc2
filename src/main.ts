// The edge of the process. What must hold here whatever happens further in: MHA reads 0 and 10 as "go on", so every end
// that is not a command's own result leaves with the exit code of `internal`; and output that cannot be written changes
// nothing.
import { readFileSync } from 'node:fs';
import { isSea } from 'node:sea';
import { runCli } from './cli.ts';
import { createContext, endTeller } from './context/createContext.ts';
import { wordsOfCall } from './entryNames.ts';
import { Failure, failureExitCodes } from './errors/errors.ts';
import { asFailure, errorLine } from './errors/message.ts';

/**
 * After an error that nobody caught the run may undo what it did; when it cannot any more, the process ends after this.
 */
const lastChanceMs = 120_000;
/** Whoever has heard the end goes on, while clients may wait: the work of taking this process down comes after that. */
const lingersMs = 250;

const interruption = new AbortController();
// The executable starts itself; the bundle is started by node.
const self = isSea() ? [process.execPath] : [process.execPath, process.argv[1] ?? ''];
const context = createContext({
  self,
  env: process.env,
  pid: process.pid,
  parentPid: process.ppid,
  isRoot: process.geteuid?.() === 0,
  stdin: process.stdin,
  interrupted: interruption.signal,
});
let ended = false;
const tellEnd = endTeller(process.env);

// Also the code for a run that stops without having ended: when nothing is left to wait for, node just leaves.
process.exitCode = failureExitCodes.internal;
process.on('exit', () => {
  if (!ended)
    complain(new Failure('internal', 'the run stopped before its end', { hint: 'this is a defect in mha-helper' }));
});
// The arguments may hold MHA's passwords; from here on `ps` shows only this.
const words = wordsOfCall(process.argv[1] ?? '', process.argv.slice(2));
process.title = /^[a-z][a-z-]*$/.test(words[0] ?? '') ? `mha-helper ${words[0]}` : 'mha-helper';
/** The monitor has no terminal to lose, and its log needs no signal to be rotated. */
const stays = words[0] === 'monitor' && words[1] === 'run';

process.on('uncaughtException', unforeseen);
process.on('unhandledRejection', unforeseen);

// A second signal changes nothing: undoing must not be cut short by an impatient Ctrl-C.
process.on('SIGTERM', interrupt);
process.on('SIGINT', interrupt);
process.on('SIGHUP', stays || outlivesItsTerminal() || hangupIsIgnored() ? () => undefined : interrupt);

runCli(words, context).then(leave, (error: unknown) => {
  complain(error);
  leave(asFailure(error).exitCode);
});

function leave(code: number): void {
  const isWaitedFor = !ended && tellEnd(code);
  ended = true;
  if (isWaitedFor) setTimeout(() => process.exit(code), lingersMs);
  else process.exit(code);
}

function interrupt(signal: NodeJS.Signals): void {
  if (!interruption.signal.aborted) interruption.abort(new Failure('interrupted', `interrupted by ${signal}`));
}

function unforeseen(error: unknown): void {
  if (ended) return;
  complain(error);
  // Interrupting the monitor would take the protection away. Ended like this, its managers go on, and the next monitor
  // takes them over.
  if (stays) return leave(failureExitCodes.internal);
  if (interruption.signal.aborted) return;
  interruption.abort(new Failure('internal', 'stopped after an unexpected error', { cause: error }));
  setTimeout(() => leave(failureExitCodes.internal), lastChanceMs).unref();
}

function complain(error: unknown): void {
  context.stderr.write(`mha-helper: ${errorLine(error)}\n`);
  if (process.env['MHA_HELPER_DEBUG'] === '1' && error instanceof Error) context.stderr.write(`${error.stack}\n`);
}

/** A switch that an operator has ordered: a connection that is lost must not end it half-way, it goes on to its end. */
function outlivesItsTerminal(): boolean {
  return words[0] === 'failover' || words[0] === 'drill';
}

/**
 * MHA's manager is often started with nohup. Node forgets on start that SIGHUP is to be ignored; the parent still
 * knows.
 */
function hangupIsIgnored(): boolean {
  try {
    const [, mask] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${process.ppid}/status`, 'utf8')) ?? [];
    return mask !== undefined && (BigInt(`0x${mask}`) & 1n) === 1n;
  } catch {
    return false;
  }
}
