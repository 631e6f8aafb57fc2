// What speaks against closing a server that a standing order is about. Somebody may have failed back by hand since the
// order was given: the server that is the master now is never closed. Pure: the answers are in what was seen.
import { errorLine } from '../../errors/message.ts';
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import type { RunRecord } from '../../steps/journal.ts';
import { openedLast } from '../run/earlierRuns.ts';
import type { StandingOrder } from './standingOrders.ts';
import { holdingOf, type ServerState, type Survey } from '../survey/surveyCluster.ts';

export interface OrderLook {
  /** Host of the server that is to be closed. */
  readonly host: string;
  /** Host that the record names as the master. */
  readonly master: string;
  /** MHA, whose failover gave the order, is still at work: it has yet to point the replicas. */
  readonly mhaWorks: boolean;
  readonly survey: Survey;
}

/**
 * The host that the hooks have opened last; the one of the order for a journal that says nothing. What the journal of
 * this host has from before the order of another manager says nothing either: that one has failed over since.
 */
export function recordedMaster(
  runs: readonly RunRecord[] | Unknown,
  { master, given, foreign }: Pick<StandingOrder, 'master' | 'given' | 'foreign'>,
): string {
  const opened = isUnknown(runs) ? null : openedLast(runs);
  if (opened === null || (foreign === true && opened.at < given)) return master;
  return opened.host;
}

/** The first reason not to close it, or null. */
export function orderRefusal(look: OrderLook): string | null {
  for (const rule of rules) {
    const why = rule(look);
    if (why !== null) return why;
  }
  return null;
}

type Rule = (look: OrderLook) => string | null;

const rules: readonly Rule[] = [
  itBecameTheMaster,
  masterMustTakeWrites,
  masterFollowsIt,
  replicasFollowIt,
  itAloneHasTheAddress,
];

function itBecameTheMaster({ host, master }: OrderLook): string | null {
  return host === master ? `the hooks have made ${host} the master again since` : null;
}

/** Without another server that takes writes nobody would be master. */
function masterMustTakeWrites({ master, survey }: OrderLook): string | null {
  const state = stateOf(survey, master);
  if (state === undefined) return `${master}, which took over, is not in MHA's configuration`;
  if (state.failure !== null) {
    return `it is not known whether ${master}, which took over, takes writes (${errorLine(state.failure)})`;
  }
  return state.readOnly === true ? `${master}, which took over, takes no writes now` : null;
}

function masterFollowsIt({ host, master, survey }: OrderLook): string | null {
  const state = stateOf(survey, master);
  return state?.source?.hostname === host && state.replication?.running === true
    ? `${master}, which took over, replicates from it`
    : null;
}

/** While MHA is at work the replicas still follow whom they followed before. */
function replicasFollowIt({ host, mhaWorks, survey }: OrderLook): string | null {
  if (mhaWorks) return null;
  const names = followersOf(survey, host);
  return names.length === 0 ? null : `${names.join(', ')} replicates from it`;
}

/** Where no replica shows who the master is, the address does. */
function itAloneHasTheAddress({ host, master, survey }: OrderLook): string | null {
  if (followersOf(survey, master).length > 0) return null;
  const has = (one: string): boolean => ['partly', true].includes(holdingOf(survey, one) as boolean | string);
  if (!has(host) || holdingOf(survey, master) !== false) return null;
  return `no replica follows ${master}, and ${host} alone has the writer address`;
}

/** Servers that replicate from it. */
export function followersOf({ servers }: Survey, host: string): readonly string[] {
  return servers
    .filter(({ source, replication }) => source?.hostname === host && replication?.running === true)
    .map(({ server }) => server.hostname);
}

function stateOf({ servers }: Survey, host: string): ServerState | undefined {
  return servers.find(({ server }) => server.hostname === host);
}
