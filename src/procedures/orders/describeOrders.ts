// Standing orders in words, for status, summaries and mails.
import { ifAny } from '../../errors/message.ts';
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import { liftCommand, rejoinCommand } from '../../steps/byHand.ts';
import type { Notice } from '../monitor/clusterState.ts';
import type { FenceResult } from './fenceOld.ts';
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

export function howItStands({ closed, refusal, fenced }: StandingOrder): string {
  const off = fenced == null ? '' : `cut off by fence_command ${fenced.at} (${fenced.by}); `;
  if (refusal !== null) return `${off}NOT carried out: ${refusal}`;
  if (closed !== null) return `${off}${closedText(closed)}`;
  return `${off}not carried out yet: it has not answered${off === '' ? '' : ' since'}`;
}

export function closedText({ at, by, position }: Closed): string {
  return `closed ${at} by ${by}${ifAny(', binary log ', position)}`;
}

/** The first line of a notice says it all. */
export function closedNotice(order: StandingOrder, closed: Closed, wasOpen: boolean): Notice {
  const { host } = order.server;
  const was = wasOpen ? 'was writable or had the writer address; it was closed' : 'is read-only';
  return {
    subject: wasOpen ? `${host} is back and was closed` : `${host} is back`,
    text: `${host}, the old master, answers again and ${was} (${closedText(closed)}).\n\nNext, ${nextStep(order)}`,
  };
}

export function releasedNotice(host: string): Notice {
  return {
    subject: `the writer address was taken from ${host}`,
    text: `${host}, the old master, had the writer address; it was released there. Its mysqld does not answer.`,
  };
}

export function fencedNotice(order: StandingOrder, result: Exclude<FenceResult, { kind: 'not configured' }>): Notice {
  const { host } = order.server;
  const what = `${host}, the old master, was back and took writes, or could not be closed`;
  const next = `Next, ${nextStep(order)}`;
  if (result.kind === 'failed') {
    const text = `${what}; ${result.why}. Whether it was closed is told besides.\n\n${next}`;
    return { subject: `${host} is back and could NOT be fenced`, text };
  }
  const off = `fence_command has cut it off${ifAny(': ', result.said)}`;
  const again = 'Where it is switched on again it is closed, and not cut off a second time.';
  return { subject: `${host} is back and was fenced`, text: `${what}: ${off}.\n\n${again} ${next}` };
}

/** What makes it a replica again, and what ends the order otherwise. */
export function nextStep({ server: { host }, conf, refusal }: StandingOrder): string {
  const file = conf ?? undefined;
  const rejoin = `make it a replica: ${rejoinCommand(host, file)}`;
  return refusal === null ? rejoin : `${rejoin}; or, where it is the master: ${liftCommand(host, file)}`;
}
