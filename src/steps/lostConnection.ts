import { asFailure } from '../errors/message.ts';

/** The way there broke, so that nothing is known of what was asked. A server that answers, or a limit, is not that. */
export function isLostConnection(error: unknown): boolean {
  const failure = asFailure(error);
  if (failure.kind === 'ssh') return true;
  const code = (failure.cause as NodeJS.ErrnoException | undefined)?.code;
  return failure.kind === 'mysql' && code !== undefined && lostCodes.has(code);
}

const lostCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'PROTOCOL_CONNECTION_LOST', 'ETIMEDOUT']);
