// What a process costs, from what /proc says of it.

/** @param rollup text of /proc/PID/smaps_rollup */
export function memoryText(rollup: string): string {
  const kB = (name: string): number => Number(new RegExp(`^${name}: +(\\d+)`, 'm').exec(rollup)?.[1] ?? NaN);
  return (
    `${Math.round(kB('Rss') / 1024)} MB resident, of which ` +
    `${Math.round((kB('Private_Clean') + kB('Private_Dirty')) / 1024)} MB its own`
  );
}

/** Processor time in hundredths of a second. @param stat text of /proc/PID/stat */
export function ticksIn(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
