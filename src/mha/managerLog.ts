// What masterha_manager tells in its log alone.

export interface FailoverResult {
  readonly to: string;
  /** Some replicas do not follow the new master (exit code 10). */
  readonly partial: boolean;
}

/** The end of the last failover in the log (MasterFailover.pm, recover_slaves). */
export function lastFailover(log: string): FailoverResult | null {
  const found = [
    ...log.matchAll(
      /Master failover to ([^\s(]+)\([^)]*\) (completed successfully|done, but recovery on slave partially failed)/g,
    ),
  ].at(-1);
  return found?.[1] === undefined ? null : { to: found[1], partial: found[2] !== 'completed successfully' };
}

/**
 * What went wrong first since the manager was last started; what follows it in the log are consequences. Empty when it
 * does not say.
 */
export function firstError(log: string): string {
  const last = log.slice(Math.max(0, log.lastIndexOf('MHA::MasterMonitor version')));
  const [, marked] = /\[error\](?:\[[^\]\n]*\])? ?(.+)/.exec(last) ?? [];
  // Before it has a log, or without the marks: Perl's own words.
  // Where a secondary check fails, MHA writes its whole command line.
  return (marked ?? last.trim().split('\n').at(-1) ?? '')
    .trim()
    .replace(/(--?\w*pass(?:word)?=)(?:'(?:[^']|'\\'')*'|\S+)/g, '$1xxx');
}
