// Reads, in a replica's binary log, what it has written itself and its master does not know (MariaDB by file and
// position). Only the files in which it has, found by the lists of GTIDs at their beginnings.
import type { Unknown } from '../../errors/unknown.ts';
import { gtidsOf, type Gtid } from '../../mysql/gtidState.ts';
import { isUnknown, listOf, ownWrites, type OwnWrites, type Sides } from '../../mysql/ownWrites.ts';
import type { BinaryLog, BinlogEvent, ReplicaServer } from '../../mysql/ReplicaServer.ts';

/** A look is short: so many events, in so many at once; and so many files in which the replica has written. */
const most = { events: 100_000, atOnce: 1_000, files: 10 };

const nothing: OwnWrites = { certain: [], likely: [] };

/** @throws Failure `mysql` or `deadline` */
export async function ownBinlogWrites(replica: ReplicaServer, source: ReplicaServer): Promise<OwnWrites | Unknown> {
  const own = gtidsOf((await replica.gtids()).executed);
  const sides = await sidesOf(replica, source);
  const unknown = own.filter((gtid) => gtid.server === sides.own && isUnknown(gtid, sides));
  if (unknown.length === 0) return nothing;
  const logs = await replica.binaryLogs();
  const lists = new Map<number, Promise<readonly Gtid[]>>();
  const listAt = (index: number): Promise<readonly Gtid[]> => {
    const list = lists.get(index) ?? listOfFile(replica, logs[index]?.name ?? '');
    lists.set(index, list);
    return list;
  };
  const files = new Set<number>();
  for (const gtid of unknown) {
    for (const index of await filesWith(gtid, logs.length, listAt, sides)) files.add(index);
  }
  if (files.size === 0) return nothing;
  const read = await readFiles(
    replica,
    logs,
    [...files].toSorted((a, b) => a - b),
  );
  // The master's own numbers as they are now: it has what the replica has by then.
  const found = ownWrites(read.events, read.toEnd, await sidesOf(replica, source));
  if (read.cut === null || found.certain.length > 0) return found;
  const [name, before] = [logs[read.cut]?.name ?? '', await listAt(read.cut)];
  const isReplicas = unknown.some(
    ({ domain, server }) => (before.filter((one) => one.domain === domain).at(-1)?.server ?? server) !== server,
  );
  const what = unknown.map(({ domain, server, sequence }) => `${domain}-${server}-${sequence}`).join(', ');
  if (isReplicas) return { unknown: `it has written ${what}, and ${name} is too long to be looked through` };
  return found;
}

async function sidesOf(replica: ReplicaServer, source: ReplicaServer): Promise<Sides> {
  const [[ids], [masters], { executed: state, position }] = await Promise.all([
    replica.query('SELECT @@global.server_id AS id, @@global.log_slave_updates AS logs'),
    source.query('SELECT @@global.server_id AS id'),
    source.gtids(),
  ]);
  const logsOthers = Number(ids?.['logs']) === 1;
  return { own: Number(ids?.['id']), master: Number(masters?.['id']), state, position, logsOthers };
}

/** A binary log begins with the GTIDs that are in those before it. */
async function listOfFile(replica: ReplicaServer, name: string): Promise<readonly Gtid[]> {
  const events = await replica.binlogEvents(name, 4, 4);
  return listOf(events.find(({ type }) => type === 'Gtid_list')?.info ?? '');
}

/** Files, by their index, in which the replica has written of this domain what the master does not know. */
async function filesWith(
  newest: Gtid,
  count: number,
  listAt: (index: number) => Promise<readonly Gtid[]>,
  sides: Sides,
): Promise<readonly number[]> {
  const ownAt = async (index: number): Promise<Gtid | undefined> =>
    (await listAt(index)).find(({ domain, server }) => domain === newest.domain && server === newest.server);
  const files: number[] = [];
  let target: Gtid | undefined = newest;
  let above = count;
  while (target !== undefined && isUnknown(target, sides) && files.length < most.files) {
    const { sequence }: Gtid = target;
    // The first file that begins with it; it is in the one before.
    let [low, high] = [0, above];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (((await ownAt(middle))?.sequence ?? -1n) >= sequence) high = middle;
      else low = middle + 1;
    }
    if (low === 0) break; // purged
    files.push(low - 1);
    target = await ownAt(low - 1);
    above = low - 1;
  }
  return files;
}

interface Read {
  readonly events: readonly BinlogEvent[];
  readonly toEnd: boolean;
  /** The file in which the limit was reached; null: all was read. */
  readonly cut: number | null;
}

/** These files, and the beginning of each that follows: there stands what the master has written next. */
async function readFiles(replica: ReplicaServer, logs: readonly BinaryLog[], files: readonly number[]): Promise<Read> {
  const events: BinlogEvent[] = [];
  let toEnd = false;
  for (const index of new Set(files.flatMap((one) => [one, one + 1]))) {
    const log = logs[index];
    if (log === undefined) continue;
    const isAsked = files.includes(index);
    const limit = isAsked ? most.events - events.length : most.atOnce;
    const part = await eventsOf(replica, log, limit);
    events.push(...part.events);
    if (isAsked && !part.isWhole) return { events, toEnd: false, cut: index };
    toEnd = part.isWhole && index === logs.length - 1;
  }
  return { events, toEnd, cut: null };
}

async function eventsOf(
  replica: ReplicaServer,
  { name, bytes }: BinaryLog,
  limit: number,
): Promise<{ readonly events: readonly BinlogEvent[]; readonly isWhole: boolean }> {
  const events: BinlogEvent[] = [];
  for (let at = 4; at < bytes;) {
    if (events.length >= limit) return { events, isWhole: false };
    const some = await replica.binlogEvents(name, at, most.atOnce);
    events.push(...some);
    const next = some.at(-1)?.end ?? bytes;
    if (next <= at) break;
    at = next;
  }
  return { events, isWhole: true };
}
