// When a cluster was drilled last: a file beside the record, which the monitor reads for its metric.
import type { Places, Tools } from '../../context/Context.ts';
import { errorText } from '../../errors/message.ts';
import type { DrillReport } from './DrillReport.ts';

/** @param name MHA's of the cluster */
export function drillPath(places: Pick<Places, 'stateDirectory'>, name: string): string {
  return `${places.stateDirectory}/drills/${name}.json`;
}

/** The last that went there and back; a warning where it cannot be written. */
export async function keepDrill(report: DrillReport, { files, log, places }: Tools): Promise<void> {
  const path = drillPath(places, report.cluster);
  await files.writePrivate(path, `${JSON.stringify(report, null, 1)}\n`).catch((error: unknown) => {
    log.warn(`${path}: cannot be written (${errorText(error)}): the metric of the last drill stays as it is`);
  });
}

/** When it ended, in ms since 1970. Null: there was none, or it cannot be read. */
export async function lastDrillAt(
  name: string,
  { files, places }: Pick<Tools, 'files' | 'places'>,
): Promise<number | null> {
  try {
    const { ended } = JSON.parse(await files.read(drillPath(places, name))) as Partial<DrillReport>;
    const at = Date.parse(ended ?? '');
    return Number.isNaN(at) ? null : at;
  } catch {
    return null;
  }
}
