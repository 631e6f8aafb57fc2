// The referee's figures, from what it saw. Pure.
//
// A host whose cable is pulled, or whose power is off, counts for nothing: nobody reaches it. A server that is stopped
// by a signal takes no writes while it is.
import type { HostSight, LastSight, Sight } from './sight.ts';

export interface Figures {
  /** Time with two servers that are writable and have the address, both. */
  readonly wh2Ms: number;
  /** Time with two writable servers. */
  readonly w2Ms: number;
  /** Time with two hosts that have the address. */
  readonly h2Ms: number;
  /** As wh2Ms, but counting a host behind a pulled cable: what would be, were it in. */
  readonly wh2BehindCutMs: number;
  /** Longest time without a host that takes writes and has the address. */
  readonly longestOutageMs: number;
  /** At the end: hosts that take writes, and that have the address. */
  readonly writable: readonly string[];
  readonly holders: readonly string[];
  readonly looks: number;
  readonly blindMs: number;
}

export function figuresOf(sights: readonly Sight[], { endMs, looks, blindMs }: LastSight): Figures {
  let [wh2Ms, w2Ms, h2Ms, wh2BehindCutMs, longestOutageMs, outageMs] = [0, 0, 0, 0, 0, 0];
  sights.forEach(({ atMs, hosts }, index) => {
    const ms = (sights[index + 1]?.atMs ?? endMs) - atMs;
    const all = Object.values(hosts);
    const reachable = all.filter(({ linked }) => linked);
    const masters = reachable.filter(isMaster).length;
    if (masters > 1) wh2Ms += ms;
    if (reachable.filter(({ writable }) => writable).length > 1) w2Ms += ms;
    if (reachable.filter(({ holds }) => holds).length > 1) h2Ms += ms;
    if (masters < 2 && all.filter(isMaster).length > 1) wh2BehindCutMs += ms;
    outageMs = masters === 0 ? outageMs + ms : 0;
    longestOutageMs = Math.max(longestOutageMs, outageMs);
  });
  const atEnd = Object.entries(sights.at(-1)?.hosts ?? {}).filter(([, { linked }]) => linked);
  return {
    wh2Ms,
    w2Ms,
    h2Ms,
    wh2BehindCutMs,
    longestOutageMs,
    writable: atEnd.filter(([, { writable }]) => writable).map(([name]) => name),
    holders: atEnd.filter(([, { holds }]) => holds).map(([name]) => name),
    looks,
    blindMs,
  };
}

function isMaster({ writable, holds }: HostSight): boolean {
  return writable && holds;
}
