// Why a server could not be asked, in few words.
import type { Failure } from '../../errors/errors.ts';

/** `MySQL down (connection refused by 192.168.10.10:3306)`, or the failure's own words. */
export function whyNoAnswer({ message }: Failure): string {
  const [, refusedBy] = /connect ECONNREFUSED (\S+)$/.exec(message) ?? [];
  if (refusedBy !== undefined) return `MySQL down (connection refused by ${refusedBy})`;
  const [, unreachable] = /connect (?:EHOSTUNREACH|ENETUNREACH) (\S+)$/.exec(message) ?? [];
  if (unreachable !== undefined) return `MySQL not reachable (no way to ${unreachable})`;
  const [, at, seconds] = /cannot connect to MySQL at (\S+) as .*: no answer within (\S+) s$/.exec(message) ?? [];
  if (at !== undefined) return `MySQL not reachable (no answer from ${at} within ${seconds} s)`;
  return message;
}
