// What a MariaDB replica by file and position has written itself, and whether its master has it: read from the order of
// GTIDs in the replica's binary log. A server numbers on from the largest number that it knows in a domain. So a master
// that uses a number which the replica has used after the master's last one did not have the replica's transaction
// then, and by file and position it does not get it later. Everything else (a master that was set up anew, RESET
// MASTER, what the replica wrote before it was one, or as the master) does not look like that.
import { gtidsOf, largest, type Gtid } from './gtidState.ts';
import type { BinlogEvent } from './ReplicaServer.ts';

export interface Sides {
  /** server_id of the replica. */
  readonly own: number;
  /** server_id of the master. */
  readonly master: number;
  /** gtid_binlog_state and gtid_slave_pos of the master. */
  readonly state: string;
  readonly position: string;
  /** log_slave_updates of the replica. */
  readonly logsOthers: boolean;
}

/** Ranges of GTIDs, as extraGtids() gives them. */
export interface OwnWrites {
  /** The master lacks them. */
  readonly certain: readonly string[];
  /** It lacks them, but for a history that the binary log does not show. */
  readonly likely: readonly string[];
}

/** Statements that change no rows. */
const harmless = /^(?:use `(?:[^`]|``)*`; )?(?:\/\*.*?\*\/\s*)*(?:FLUSH|ANALYZE|OPTIMIZE|REPAIR)\b/i;
const frame = /^(?:BEGIN|COMMIT|ROLLBACK)$/i;
/** Events that are part of no transaction, or say nothing of what it changes. */
const silent: ReadonlySet<string> = new Set([
  'Format_desc',
  'Start_encryption',
  'Binlog_checkpoint',
  'Rotate',
  'Stop',
  'Xid',
]);

/**
 * @param events of files of its binary log, the oldest first; a file that is left out breaks the order, and nothing is
 * concluded across it
 * @param toEnd whether these go on to the end of the binary log
 */
export function ownWrites(events: readonly BinlogEvent[], toEnd: boolean, sides: Sides): OwnWrites {
  const domains = new Map<number, Domain>();
  const domainOf = (id: number): Domain => {
    const domain = domains.get(id) ?? new Domain(id, sides);
    domains.set(id, domain);
    return domain;
  };
  let group: Group | null = null;
  const endGroup = (): void => {
    if (group !== null) domainOf(group.gtid.domain).add(group);
    group = null;
  };
  for (const { type, info } of events) {
    if (type === 'Gtid_list') {
      endGroup();
      const list = listOf(info);
      const ids = new Set([...domains.keys(), ...list.map(({ domain }) => domain)]);
      for (const id of ids) domainOf(id).begin(list.filter(({ domain }) => domain === id).at(-1) ?? null);
    } else if (type === 'Gtid') {
      endGroup();
      const [gtid] = gtidsOf(/GTID (\d+-\d+-\d+)/.exec(info)?.[1] ?? '');
      group = gtid === undefined ? null : { gtid, changes: false };
    } else if (group !== null && !silent.has(type)) {
      const { gtid, changes }: Group = group;
      group = { gtid, changes: changes || type !== 'Query' || !(frame.test(info) || harmless.test(info)) };
    }
  }
  endGroup();
  for (const domain of domains.values()) domain.end(toEnd);
  const found = [...domains.values()];
  return { certain: found.flatMap(({ certain }) => certain), likely: found.flatMap(({ likely }) => likely) };
}

/** @param info of a Gtid_list event: `[0-10-5,0-11-7]`, the last one of each domain behind the others of it */
export function listOf(info: string): readonly Gtid[] {
  return gtidsOf(info.replaceAll(/[[\]\s]/g, ''));
}

/** Of what the master knows to have executed: a transaction of this domain and server is none of it. */
export function isUnknown({ domain, server, sequence }: Gtid, { state, position }: Sides): boolean {
  const here = (text: string): readonly Gtid[] => gtidsOf(text).filter((one) => one.domain === domain);
  const same = [...here(state), ...here(position)].filter((one) => one.server === server);
  // It has executed that one as a replica, and so what came before it.
  const executed = here(position);
  return [...same, ...executed].every((one) => one.sequence < sequence);
}

interface Group {
  readonly gtid: Gtid;
  readonly changes: boolean;
}

class Domain {
  readonly #id: number;
  readonly #sides: Sides;
  /** What the master knows of the domain: the largest number, and the largest of its own. */
  readonly #most: bigint;
  readonly #mastersOwn: bigint;
  #last: Gtid | null = null;
  /** The last one of another server. */
  #other: Gtid | null = null;
  /** Written since then, and unknown to the master. */
  #pending: bigint[] = [];
  readonly #certain: bigint[] = [];
  readonly #likely: bigint[] = [];

  constructor(id: number, sides: Sides) {
    this.#id = id;
    this.#sides = sides;
    const known = gtidsOf(`${sides.state},${sides.position}`).filter(({ domain }) => domain === id);
    const own = gtidsOf(sides.state).filter(({ domain, server }) => domain === id && server === sides.master);
    this.#most = largest(known) ?? -1n;
    this.#mastersOwn = largest(own) ?? -1n;
  }

  /** A binary log begins. @param last the last GTID before it; null: there was none */
  begin(last: Gtid | null): void {
    if (last?.server === this.#last?.server && last?.sequence === this.#last?.sequence) return;
    this.#likely.push(...this.#pending);
    this.#pending = [];
    this.#last = last;
    this.#other = last?.server === this.#sides.own ? null : last;
  }

  add({ gtid, changes }: Group): void {
    if (gtid.server !== this.#sides.own) {
      this.#next(gtid);
      this.#other = gtid;
    } else if (changes && isUnknown(gtid, this.#sides)) {
      if (this.#other !== null) this.#pending.push(gtid.sequence);
      else if (!this.#sides.logsOthers && this.#numberedOn(gtid)) this.#likely.push(gtid.sequence);
    }
    this.#last = gtid;
  }

  /** Another server's transaction behind pending ones. */
  #next({ server, sequence }: Gtid): void {
    const { master } = this.#sides;
    const before = this.#other;
    const isTwice = before !== null && before.sequence < sequence && sequence <= (this.#pending.at(-1) ?? -1n);
    if (isTwice) (before.server === master && server === master ? this.#certain : this.#likely).push(...this.#pending);
    this.#pending = [];
  }

  /** Without log_slave_updates: numbers are left out, which another server has used, and the master knows them. */
  #numberedOn({ sequence }: Gtid): boolean {
    const before = this.#last?.sequence ?? 0n;
    if (sequence === before + 1n) return this.#likely.at(-1) === before;
    return this.#most >= sequence - 1n;
  }

  end(toEnd: boolean): void {
    const before = this.#other;
    const newest = this.#pending.at(-1);
    if (before === null || newest === undefined) return;
    if (!toEnd) {
      this.#likely.push(...this.#pending);
    } else if (this.#most >= before.sequence) {
      const isCertain =
        before.server === this.#sides.master && this.#mastersOwn >= before.sequence && this.#most <= newest;
      (isCertain ? this.#certain : this.#likely).push(...this.#pending);
    }
  }

  get certain(): readonly string[] {
    return this.#ranges(this.#certain);
  }

  get likely(): readonly string[] {
    return this.#ranges(this.#likely);
  }

  #ranges(sequences: readonly bigint[]): readonly string[] {
    const [first, last] = [sequences[0], sequences.at(-1)];
    return first === undefined ? [] : [`${this.#id}-${this.#sides.own}-${first}..${last}`];
  }
}
