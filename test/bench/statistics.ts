import { loadavg } from 'node:os';

/** Of the last 1, 5 and 15 minutes: what was measured is worth as much. */
export function loadLine(): string {
  return `\nload ${loadavg()
    .map((load) => load.toFixed(1))
    .join(' ')}\n`;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** `median (min-max)` with the unit. */
export function spread(values: readonly number[], unit: string, digits = 0): string {
  const show = (value: number): string => value.toFixed(digits);
  return `${show(median(values))} ${unit} (${show(Math.min(...values))}-${show(Math.max(...values))})`;
}

export interface Limit {
  readonly what: string;
  readonly value: number;
  readonly most: number;
}

/** Says of each limit whether it holds. @returns whether all do */
export function withinLimits(limits: readonly Limit[]): boolean {
  for (const { what, value, most } of limits)
    console.log(`${value <= most ? 'within' : 'EXCEEDS'} the limit of ${most}: ${what}: ${value.toFixed(2)}`);
  return limits.every(({ value, most }) => value <= most);
}
