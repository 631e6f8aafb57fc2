// Standing orders of two managers: what the last leader has told the others, and what this host's own file has.
import type { Lifted, Orders, StandingOrder } from './standingOrders.ts';

/**
 * Of each server the order that was given last, unless it was lifted since, on whichever host. Pure.
 * @returns `mine` itself where `theirs` has nothing more
 */
export function mergeOrders(mine: Orders, theirs: Orders): Orders {
  const lifted = [...mine.lifted];
  for (const one of theirs.lifted) if (!lifted.some((known) => isSame(known, one))) lifted.push(one);
  lifted.sort((a, b) => a.at.localeCompare(b.at));
  // The process that gave it is none of this host's.
  const foreign = theirs.standing.map((order): StandingOrder => ({ ...order, caller: null }));
  const standing = [...mine.standing];
  for (const order of foreign) {
    const index = standing.findIndex(({ server }) => nameOf(server) === nameOf(order.server));
    const known = standing[index];
    if (known === undefined) standing.push({ ...order, foreign: true });
    else if (order.given > known.given) standing[index] = { ...order, foreign: true };
    // Of the same order the last leader knows more: whether it was carried out, what the old master has.
    else if (isCarriedOutLater(order, known)) standing[index] = { ...order, foreign: known.foreign ?? false };
  }
  const left = standing.filter(
    ({ server, given }) => !lifted.some((one) => one.host === server.host && one.given >= given),
  );
  const merged = { standing: left, lifted: lifted.slice(-20) };
  return JSON.stringify(merged) === JSON.stringify(mine) ? mine : merged;
}

function nameOf({ host, port }: StandingOrder['server']): string {
  return `${host}:${port}`;
}

function isSame(one: Lifted, other: Lifted): boolean {
  return one.host === other.host && one.given === other.given;
}

function isCarriedOutLater(order: StandingOrder, known: StandingOrder): boolean {
  return order.given === known.given && order.closed !== null && order.closed.at > (known.closed?.at ?? '');
}
