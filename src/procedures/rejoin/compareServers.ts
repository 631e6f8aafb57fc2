// What an old master has that the new one lacks. By GTID the servers say it themselves; by file and position it is what
// stands in the old master's binary log behind the place that the new one had reached when it was opened.
import { splitPosition } from '../../mysql/splitPosition.ts';
import { Failure } from '../../errors/errors.ts';
import { holdsGtid } from '../../mysql/gtidState.ts';
import type { BinaryLog, BinlogEvent, ReplicaServer } from '../../mysql/ReplicaServer.ts';
import type { Begin } from '../../mysql/sourceSettings.ts';

/** Events that are no transaction; everything else is one, or a part of one. */
const harmless: ReadonlySet<string> = new Set([
  'Format_desc',
  'Rotate',
  'Stop',
  'Previous_gtids',
  'Gtid_list',
  'Binlog_checkpoint',
  'Start_encryption',
  'Heartbeat',
]);
/** So many events are looked at in one go. */
const atOnce = 1_000;

export interface Difference {
  /** What the old master alone has: GTIDs, or places in its binary log; empty: nothing. */
  readonly extra: string;
  /** In the old master's binary log, before the first of that; null: not known. */
  readonly from: string | null;
}

/**
 * @param recovered in the old master's binary log, how far the new one has come; null: not known
 * @throws Failure `refused` where that cannot be known, and where the new master has no more what the old one needs
 */
export async function compareServers(
  old: ReplicaServer,
  master: ReplicaServer,
  by: Begin['kind'],
  recovered: string | null,
): Promise<Difference> {
  if (by === 'file') return byPosition(old, master, recovered);
  const own = await old.gtids();
  const theirs = await master.gtids();
  for (const [server, { enabled }] of [
    [old, own],
    [master, theirs],
  ] as const) {
    if (!enabled) throw cannot(old, master, `gtid_mode is not ON on ${server.label}`);
  }
  const extra = await master.lacksOf(own);
  if (extra !== '') return { extra, from: await firstOf(old, extra, recovered) };
  const purged = await master.purgedFor(own);
  if (purged === '') return { extra, from: recovered };
  throw new Failure('refused', `${master.label} has purged binary logs that ${old.label} needs (${purged})`, {
    hint: `rebuild ${old.label} from a copy of ${master.label}`,
  });
}

async function byPosition(old: ReplicaServer, master: ReplicaServer, recovered: string | null): Promise<Difference> {
  if (recovered === null) {
    throw cannot(old, master, `neither the hooks' record nor MHA's log says how far ${master.label} had come`);
  }
  const [file, position] = splitPosition(recovered);
  const logs = await old.binaryLogs();
  const index = logs.findIndex(({ name }) => name === file);
  const first = logs[index];
  if (first === undefined) throw cannot(old, master, `its binary log ${file} is not there any more`);
  if (first.bytes < position) {
    const what = `${old.label} has lost the end of its binary log`;
    const how = `${file} has ${first.bytes} bytes, and ${master.label} has read ${position}`;
    throw new Failure('refused', `${what} (${how}): it is behind what it has sent`, {
      hint: `rebuild ${old.label} from a copy of ${master.label}`,
    });
  }
  const later = logs.slice(index + 1);
  const parts = [{ name: file, from: position, bytes: first.bytes }, ...later.map(whole)];
  const found = await firstEvent(old, parts, ({ type }) => !harmless.has(type));
  return { extra: found === null ? '' : `from ${found} on`, from: found };
}

/**
 * Where the first of these GTIDs stands in its binary log; null: nowhere.
 * @param recovered none is before it; null: not known
 */
async function firstOf(old: ReplicaServer, extra: string, recovered: string | null): Promise<string | null> {
  const logs = await old.binaryLogs();
  const [file, position] = recovered === null ? ['', 4] : splitPosition(recovered);
  const index = logs.findIndex(({ name }) => name === file);
  const parts = logs.slice(Math.max(0, index)).map(whole);
  const [first, ...rest] = parts;
  if (first === undefined) return null;
  return firstEvent(old, index < 0 ? parts : [{ ...first, from: position }, ...rest], ({ type, info }) => {
    const gtid = /^Gtid$/i.test(type) ? /GTID (\d+-\d+-\d+)|GTID_NEXT= '([^']+)'/.exec(info) : null;
    return gtid !== null && holdsGtid(extra, gtid[1] ?? gtid[2] ?? '');
  });
}

interface Part {
  readonly name: string;
  readonly from: number;
  readonly bytes: number;
}

function whole({ name, bytes }: BinaryLog): Part {
  return { name, from: 4, bytes };
}

/** Where the first such event of these parts begins, `file:position`; null: there is none. */
async function firstEvent(
  old: ReplicaServer,
  parts: readonly Part[],
  isIt: (event: BinlogEvent) => boolean,
): Promise<string | null> {
  for (const { name, from, bytes } of parts) {
    for (let at = from; at < bytes;) {
      const events = await old.binlogEvents(name, at, atOnce);
      const found = events.find(isIt);
      if (found !== undefined) return `${name}:${found.position}`;
      const next = events.at(-1)?.end ?? bytes;
      if (next <= at) break;
      at = next;
    }
  }
  return null;
}

function cannot(old: ReplicaServer, master: ReplicaServer, why: string): Failure {
  const what = `it is not known whether ${old.label} has transactions that ${master.label} lacks`;
  return new Failure('refused', `${what}: ${why}`, {
    hint: `compare them by hand, or rebuild ${old.label} from a copy of ${master.label}`,
  });
}
