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
  return withoutPasswords((marked ?? last.trim().split('\n').at(-1) ?? '').trim());
}

const secondLooks = new RegExp(
  String.raw`^.* - \[(?:error|warning)\](?:\[[^\]]*\])? ?(?:Got unknown error from .*|` +
    '(At least one of monitoring servers is not reachable|' +
    String.raw`Master is reachable from at least one of other monitoring servers).*)\n`,
  'gm',
);

/**
 * Why MHA does not fail over although the master does not answer: what its second look (secondary_check_script) has
 * said last, and the lines that the script has printed. Empty where the log does not say.
 */
export function whyNoFailover(log: string): string {
  // Since the master answered last.
  const begins = ['MHA::MasterMonitor version', "succeeded, waiting until MySQL doesn't respond"];
  const last = log.slice(Math.max(0, ...begins.map((words) => log.lastIndexOf(words))));
  const found = [...last.matchAll(secondLooks)].at(-1);
  if (found === undefined) return '';
  // The script's lines have no mark, and stand before MHA's own.
  const before = last.slice(0, found.index).split('\n').slice(0, -1);
  const printed = before
    .slice(before.findLastIndex((line) => / - \[\w+\]/.test(line)) + 1)
    .filter((line) => line !== '');
  const verdict = found[1] ?? 'the program failed';
  return withoutPasswords(`secondary_check_script: ${[verdict, ...printed.slice(-5)].join('; ')}`);
}

/** Where a secondary check fails, MHA writes its whole command line. */
function withoutPasswords(text: string): string {
  return text.replace(/(--?\w*pass(?:word)?=)(?:'(?:[^']|'\\'')*'|\S+)/g, '$1xxx');
}
