// What travels over the socket between a hook and the process that has connections ready for it: one JSON object a
// line.
import type { Socket } from 'node:net';
import type { CommandResult, MhaProcess, ShellTarget, SqlRow, SqlTarget, SqlValue } from '../../context/Context.ts';
import { Failure, SqlError, type FailureKind } from '../../errors/errors.ts';
import { errorText } from '../../errors/message.ts';

export type ReadyRequest =
  | { readonly op: 'mysql'; readonly target: SqlTarget; readonly timeoutMs: number }
  | { readonly op: 'ssh'; readonly target: ShellTarget; readonly timeoutMs: number }
  | {
      readonly op: 'query';
      readonly connection: number;
      readonly sql: string;
      readonly values: readonly SqlValue[];
      readonly timeoutMs: number;
    }
  | { readonly op: 'run'; readonly connection: number; readonly argv: readonly string[]; readonly timeoutMs: number };

/** Answers to the four requests, in their order. */
export interface ReadyAnswers {
  readonly mysql: { readonly connection: number; readonly threadId: number };
  readonly ssh: { readonly connection: number };
  readonly query: readonly SqlRow[];
  readonly run: CommandResult;
}

export type ReadyAnswer =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: SentError };

interface SentError {
  /** Null: an error that the MySQL server answered. */
  readonly kind: FailureKind | null;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly errno?: number | undefined;
  readonly code?: string | undefined;
}

/** Connections that the next hook will need. */
export interface ReadyTargets {
  readonly mysql: readonly SqlTarget[];
  readonly ssh: readonly ShellTarget[];
  /** MHA, which called the hook. */
  readonly caller: MhaProcess | null;
}

/** Calls `take` with each line; ends the connection at one that is longer than any of ours, or that it throws at. */
export function readLines(socket: Socket, take: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > 16 * 1024 * 1024) socket.destroy();
    try {
      for (const line of lines) take(line);
    } catch {
      // None of ours: whoever waits for an answer is told that the connection is gone.
      socket.destroy();
    }
  });
}

/** An error as it is sent. */
export function packError(error: unknown): SentError {
  if (error instanceof SqlError) return { kind: null, message: error.message, errno: error.errno };
  const failure = error instanceof Failure ? error : new Failure('internal', errorText(error));
  const { cause } = failure;
  return {
    kind: failure.kind,
    message: failure.message,
    hint: failure.hint,
    errno: cause instanceof SqlError ? cause.errno : undefined,
    code: (cause as NodeJS.ErrnoException | undefined)?.code,
  };
}

/** The error that was sent, with a cause that tells what callers ask of it. */
export function unpackError(sent: SentError): Error {
  const { kind, message, hint } = sent;
  if (kind === null) return new SqlError(sent.errno ?? 0, message);
  const cause = causeOf(sent);
  return new Failure(kind, message, {
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

function causeOf({ message, errno, code }: SentError): Error | undefined {
  if (errno !== undefined) return new SqlError(errno, message);
  return code === undefined ? undefined : Object.assign(new Error(message), { code });
}
