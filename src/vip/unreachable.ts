import type { Failure } from '../errors/errors.ts';

/** Whether nobody answered at all. A host that answers but refuses us is alive. */
export function isUnreachable(failure: Failure): boolean {
  const code = (failure.cause as NodeJS.ErrnoException | undefined)?.code;
  return code !== undefined && ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'].includes(code);
}
