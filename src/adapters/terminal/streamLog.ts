// The lines an operator reads. In a failover they stand in MHA's log between its own, which have only seconds; ours
// have milliseconds of the local time, because a switch is over in less than a second.
import type { Writable } from 'node:stream';
import type { Clock, Log } from '../../context/Context.ts';
import { oneLine } from '../../errors/message.ts';

export function streamLog(stdout: Writable, stderr: Writable, clock: Pick<Clock, 'now'>): Log {
  return {
    info: (line) => void stdout.write(`${localTime(clock.now())} ${oneLine(line)}\n`),
    warn: (line) => void stderr.write(`${localTime(clock.now())} warning: ${oneLine(line)}\n`),
  };
}

/** For instance `2026-01-31 12:00:00.123`. */
export function localTime(time: Date): string {
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  return `${date} ${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
