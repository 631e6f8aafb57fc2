// What MHA's log tells of one failover: when each phase began, from the first failed ping to the last replica. Its
// times are local, in whole seconds.

export interface LoggedPhase {
  /** In ms since 1970. */
  readonly at: number;
  readonly text: string;
  /** A phase goes on until the next one begins. */
  readonly goesOn: boolean;
}

interface LogLine {
  readonly at: number;
  readonly text: string;
}

/** MHA pings for some seconds before it begins; a later failure of an earlier day is another one's, in ms. */
const longestDetectionMs = 30 * 60_000;

const begin = /^Starting master failover\.$/;
/** MHA's own words (HealthCheck.pm), for select, insert and connect pings. */
const failedPing = /^Got (?:error|timeout) on MySQL (?:select ping|insert ping|connect|Ping\(\w+\))/i;
const goodPing = /^Ping\(\w+\) succeeded/;

/**
 * The failover that was at work at that time; empty where the log does not have it.
 * @param from in ms since 1970: the first of its hooks was called then
 * @param to when the last of them had ended
 */
export function failoverPhases(log: string, from: number, to: number): readonly LoggedPhase[] {
  const lines = linesOf(log);
  // Whole seconds: a hook that was called within the second of a line seems to come after it.
  const start = lines.findLastIndex(({ at, text }) => begin.test(text) && at <= from);
  if (start < 0) return [];
  const next = lines.findIndex(({ text }, index) => index > start && begin.test(text));
  const ours = lines.slice(start, next < 0 ? undefined : next);
  const end = ours.findIndex(({ text }) => /^Master failover to \S+ /.test(text));
  const until = end < 0 ? to : Infinity;
  return [
    ...detection(lines.slice(0, start), lines[start]?.at ?? 0),
    ...ours.slice(0, end < 0 ? undefined : end + 1).flatMap((line) => (line.at <= until ? phaseOf(line) : [])),
  ];
}

/** The first of the pings that failed in a row before the failover. */
function detection(before: readonly LogLine[], began: number): readonly LoggedPhase[] {
  const good = before.findLastIndex(({ text }) => goodPing.test(text));
  const first = before.slice(good + 1).find(({ at, text }) => failedPing.test(text) && began - at < longestDetectionMs);
  return first === undefined ? [] : [{ at: first.at, text: `first failed ping: ${shortly(first.text)}`, goesOn: true }];
}

/** Without what MHA adds of its own source, or of the network. */
function shortly(text: string): string {
  return text.replace(
    /^Got (error|timeout) on MySQL (?:connect|select ping|insert ping|Ping\(\w+\))(: \d+)?.*$/i,
    '$1$2',
  );
}

function phaseOf({ at, text }: LogLine): readonly LoggedPhase[] {
  if (begin.test(text)) return [{ at, text: 'MHA begins the failover', goesOn: true }];
  const [, phase] = /^\* (Phase [\d.]+: .*?)\.+$/.exec(text) ?? [];
  if (phase !== undefined && !phase.endsWith('completed')) return [{ at, text: phase, goesOn: true }];
  const [, recovery, replica, how] =
    /^-- Slave (recovery )?on host ([^\s(]+)\S* (started|succeeded|failed)/.exec(text) ?? [];
  if (replica !== undefined)
    return [{ at, text: `replica ${replica}: ${replicaWords(recovery, how ?? '')}`, goesOn: false }];
  const [, to, result] = /^Master failover to ([^\s(]+)\S* (.*)$/.exec(text) ?? [];
  return to === undefined ? [] : [{ at, text: `MHA ends: failover to ${to} ${result ?? ''}`, goesOn: false }];
}

/** Without `recovery` it is the replica's own threads that were started. */
function replicaWords(recovery: string | undefined, how: string): string {
  if (recovery !== undefined) return `recovery ${how}`;
  return how === 'started' ? 'follows the new master' : how;
}

function linesOf(log: string): readonly LogLine[] {
  return [...log.matchAll(/^(\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}) - \[\w+\](?:\[[^\]\n]*\])? *(.*)$/gm)].map(
    ([, time = '', text = '']) => ({ at: Date.parse(time), text: text.trim() }),
  );
}
