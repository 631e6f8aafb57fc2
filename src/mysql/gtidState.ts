// GTIDs as text. MySQL's are sets, which its servers subtract from each other. MariaDB's are a list of
// domain-server-sequence: a server has, for each domain and server, all up to the one that is listed.

export interface Gtid {
  readonly domain: number;
  readonly server: number;
  readonly sequence: bigint;
}

/** @param text for instance `0-10-4711,0-11-4720`, as gtid_binlog_state has it. @throws Error for anything else */
export function gtidsOf(text: string): readonly Gtid[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map((one) => {
      const [, domain, server, sequence] = /^(\d+)-(\d+)-(\d+)$/.exec(one) ?? [];
      if (sequence === undefined) throw new Error(`${one} is no GTID of MariaDB's`);
      return { domain: Number(domain), server: Number(server), sequence: BigInt(sequence) };
    });
}

/**
 * What one server has written or executed that another one has not, as ranges for a person; empty: nothing.
 * @param mine gtid_binlog_state of the one
 * @param theirs gtid_binlog_state of the other
 * @param theirPosition gtid_slave_pos of the other, which it has executed even where its binary log does not have it
 */
export function extraGtids(mine: string, theirs: string, theirPosition: string): readonly string[] {
  const known = [...gtidsOf(theirs), ...gtidsOf(theirPosition)];
  return gtidsOf(mine).flatMap(({ domain, server, sequence }) => {
    const same = known.filter((one) => one.domain === domain && one.server === server);
    // A server that was made from a copy has no list of those that wrote before: only what it has executed last.
    const last = same.length > 0 ? largest(same) : null;
    if (last !== null) return last >= sequence ? [] : [`${domain}-${server}-${last + 1n}..${sequence}`];
    const copied = largest(gtidsOf(theirPosition).filter((one) => one.domain === domain));
    return copied !== null && copied >= sequence ? [] : [`${domain}-${server}-..${sequence}`];
  });
}

export function largest(gtids: readonly Gtid[]): bigint | null {
  return gtids.reduce<bigint | null>(
    (most, { sequence }) => (most === null || sequence > most ? sequence : most),
    null,
  );
}

/**
 * Whether a GTID is in a set.
 * @param set MySQL's (`uuid:1-3:5,uuid:tag:1`), or as extraGtids() gives it
 * @param gtid `uuid:5`, `uuid:tag:5`, or MariaDB's `0-10-5`
 */
export function holdsGtid(set: string, gtid: string): boolean {
  const maria = /^(\d+-\d+)-(\d+)$/.exec(gtid);
  const at = gtid.lastIndexOf(':');
  const source = maria?.[1] ?? gtid.slice(0, at);
  const sequence = BigInt(maria?.[2] ?? gtid.slice(at + 1));
  return rangesOf(set).some((range) => range.source === source && range.from <= sequence && sequence <= range.to);
}

interface Range {
  readonly source: string;
  readonly from: bigint;
  readonly to: bigint;
}

function rangesOf(set: string): readonly Range[] {
  return set.split(/,\s*/).flatMap((part) => {
    const [, source = '', from = '', to = ''] = /^(\d+-\d+)-(\d*)\.\.(\d+)$/.exec(part) ?? [];
    if (to !== '') return [{ source, from: BigInt(from === '' ? 0 : from), to: BigInt(to) }];
    const [uuid = '', ...words] = part.split(':');
    let tag = '';
    return words.flatMap((word) => {
      const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(word) ?? [];
      if (first === undefined) tag = `:${word}`;
      return first === undefined ? [] : [{ source: `${uuid}${tag}`, from: BigInt(first), to: BigInt(last ?? first) }];
    });
  });
}
