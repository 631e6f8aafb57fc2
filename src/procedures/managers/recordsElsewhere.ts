// What hooks and commands have done is recorded on the host where they ran: nobody may take the silence of this host's
// records for an answer about the others.
import type { HostSettings } from '../../config/options.ts';
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { vipCommand } from '../../steps/byHand.ts';
import { namesOf } from '../monitor/monitorFiles.ts';
import { readStateFile } from '../monitor/stateFile.ts';
import { unfinishedRun } from '../run/undoUnfinished.ts';
import type { SeatRecord } from './seatRecord.ts';

/** Other managers, whose records are on their hosts; none where there is one manager. */
export function otherManagers(seat: SeatRecord | null | undefined): readonly string[] {
  if (seat == null) return [];
  const { manager, alive, leader, known = [] } = seat;
  const all = new Set([...alive, ...known, ...(leader === null ? [] : [leader])]);
  all.delete(manager);
  return [...all].sort();
}

/** `mgr1 (not heard), mgr3`; null: there is no other one. */
export function otherRecords(seat: SeatRecord | null | undefined): string | null {
  const others = otherManagers(seat);
  if (seat == null || others.length === 0) return null;
  const isHeard = (name: string): boolean => seat.silentSince === null && seat.alive.includes(name);
  return others.map((name) => (isHeard(name) ? name : `${name} (not heard)`)).join(', ');
}

/**
 * For `undo`, where the records of this host have nothing.
 * @param seat null: the monitor of this host has never run
 * @returns null where nobody else can have any
 */
export function notHere(app: ApplicationConfig, seat: SeatRecord | null): Failure | null {
  const others = otherRecords(seat);
  if (seat !== null && others === null) return null;
  const here = 'the records of this host have nothing to undo';
  const what = `${here}; those of the other managers are on their hosts: ${others ?? 'which, is not known here'}`;
  return new Failure('refused', what, {
    hint:
      `call mha-helper undo there. Where that host is gone: mha-helper status -c ${app.file} shows each server; if ` +
      'nobody takes writes, open the master (SET GLOBAL read_only=0), enable its events, and ' +
      vipCommand('assign', 'HOST', app.file),
  });
}

/** @throws Failure `refused` where `undo` has nothing on this host and another manager may have a record */
export async function refuseIfElsewhere(
  app: ApplicationConfig,
  settings: Pick<HostSettings, 'cluster' | 'options'> | undefined,
  tools: Pick<Tools, 'files' | 'places'>,
): Promise<void> {
  if (settings?.options.ha_endpoints === undefined) return;
  if ((await unfinishedRun(settings.cluster, tools)) !== null) return;
  const file = await readStateFile(namesOf(tools.places, app.name).record, tools);
  const failure = notHere(app, file?.seat ?? null);
  if (failure !== null) throw failure;
}

/** For `status`; null: nobody else can have any. */
export function elsewhereText(seat: SeatRecord | null | undefined): string | null {
  const others = otherRecords(seat);
  if (others === null) return null;
  const where = `what hooks of other managers have begun is recorded there: ${others}`;
  return `${where}; mha-helper undo works there, and on whoever leads next`;
}
