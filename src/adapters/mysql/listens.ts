import { connect } from 'node:net';
import type { QueryError } from 'mysql2';
import type { SqlTarget } from '../../context/Context.ts';
import { connectError, deadline } from './failures.ts';

/**
 * Whether somebody takes TCP connections there: one is made, and ended without a word.
 * @throws Failure `mysql` or `deadline`, as the login would
 */
export function listens(target: SqlTarget, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(target.port, target.host);
    const timer = setTimeout(() => {
      socket.destroy();
      reject(deadline(target, timeoutMs));
    }, timeoutMs);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.destroy();
      resolve();
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(connectError(target, error as QueryError, timeoutMs));
    });
  });
}
