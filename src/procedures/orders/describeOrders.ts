// Standing orders in words, for status, summaries and mails.
import { ifAny } from '../../errors/message.ts';
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import { liftCommand, rejoinCommand } from '../../steps/byHand.ts';
import type { Closed, Orders, StandingOrder } from './standingOrders.ts';

/** One line for each order, then what to do; nothing where none stands. */
export function describeOrders(orders: Orders | Unknown): readonly string[] {
  if (isUnknown(orders)) return [`it is not known which old masters must be closed: ${orders.unknown}`];
  return orders.standing.map((order) => {
    const { host } = order.server;
    const what = `standing order: ${host} must not take writes nor have the writer address`;
    const more = ifAny('; ', order.divergence);
    return `${what} (failover to ${order.master}, ${order.given}); ${howItStands(order)}${more}; ${nextStep(order)}`;
  });
}

export function howItStands({ closed, refusal }: StandingOrder): string {
  if (refusal !== null) return `NOT carried out: ${refusal}`;
  return closed === null ? 'not carried out yet: it has not answered' : closedText(closed);
}

export function closedText({ at, by, position }: Closed): string {
  return `closed ${at} by ${by}${ifAny(', binary log ', position)}`;
}

/** What makes it a replica again, and what ends the order otherwise. */
export function nextStep({ server: { host }, conf, refusal }: StandingOrder): string {
  const file = conf ?? undefined;
  const rejoin = `make it a replica: ${rejoinCommand(host, file)}`;
  return refusal === null ? rejoin : `${rejoin}; or, where it is the master: ${liftCommand(host, file)}`;
}
