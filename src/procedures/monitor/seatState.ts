// Between what a monitor knows of its cluster and what all managers share.
import type { Tools } from '../../context/Context.ts';
import { isUnknown } from '../../errors/unknown.ts';
import type { ManagerSeat } from '../managers/ManagerSeat.ts';
import { whyNotLed } from '../managers/seatRecord.ts';
import type { Word } from '../managers/publication.ts';
import { runsToTell } from '../managers/sharedRuns.ts';
import type { SharedState } from '../managers/sharedState.ts';
import type { ClusterState } from './clusterState.ts';
import { readOrders } from '../orders/standingOrders.ts';
import { pauseText } from '../pause/Pause.ts';
import { open, protectedAgain } from './incidents.ts';
import { whyUnprotected } from './protection.ts';
import type { ClusterFile } from './stateFile.ts';

/** Why a monitor that does not lead must not begin to. */
export function hindranceTo({ pauses, phase }: ClusterState): string | null {
  if (phase.name === 'blocked') return "MHA's .failover.error is there";
  const [pause] = pauses;
  return pause === undefined ? null : pauseText(pause);
}

/** What the last leader knew, where this one has just taken over. */
export function takeIn(state: ClusterState, seat: Pick<ManagerSeat, 'takenOver'>): ClusterState {
  const taken = seat.takenOver();
  if (taken === null) return state;
  const { lastFailover, absent } = taken;
  const isNewer = lastFailover !== null && lastFailover.at > (state.lastFailover?.at ?? 0);
  // Its own word of who was left out is from when it led last, or from a failover that was done without etcd.
  const isLast = (state.lastFailover?.at ?? 0) > (lastFailover?.at ?? 0);
  const leftOut = isLast ? [...new Set([...absent, ...state.absent])] : absent;
  return { ...state, absent: leftOut, lastFailover: isNewer ? lastFailover : state.lastFailover, failures: 0 };
}

/** What keeps a manager from leading is told as any other incident. */
export function seatTrouble(
  state: ClusterState,
  now: number,
  seat: Pick<ManagerSeat, 'looksAfter' | 'trouble' | 'record'>,
): ClusterState {
  const { record, trouble } = seat;
  if (record === null) return state;
  if (trouble !== null) return open(state, now, trouble.subject, trouble.text);
  // The leader's own incidents end with his manager; who stands by goes by the leader's word.
  if (state.incident === null || seat.looksAfter || record.word?.protected !== true) return state;
  const leads = `${record.leader ?? 'another manager'} leads, and the cluster is protected`;
  const text = `${leads}. It was: ${state.incident.text}`;
  return { ...state, incident: null, outbox: [...state.outbox, { subject: protectedAgain.subject, text }] };
}

/** For the next leader, and for whoever asks on another host. */
export async function wordOn(
  { conf, cluster, state, lastFailoverMinute, seat }: ClusterFile,
  now: number,
  tools: Pick<Tools, 'files' | 'places'>,
): Promise<[SharedState, Word]> {
  const why =
    (seat === undefined ? null : whyNotLed(seat)) ??
    whyUnprotected({
      monitored: true,
      status: state.status,
      failed: state.failed,
      oldMaster: state.oldMaster,
      findings: state.findings.map(({ text }) => text),
      watched: state.watched,
      completeAt: state.completeAt,
      lastFailoverMinute,
      now,
      paused: state.pauses.map(pauseText).join('; '),
    });
  const { absent, lastFailover, completeAt, failed } = state;
  const failedOn = failed ? (seat?.manager ?? conf) : null;
  // Read now: whoever has just taken over has written them after the last look at them.
  const orders = await readOrders(tools, cluster);
  return [
    {
      absent,
      lastFailover,
      completeAt,
      failedOn,
      orders: isUnknown(orders) ? null : orders,
      managers: seat?.known ?? [],
      servers: null,
      settings: null,
      runs: await runsToTell(cluster, tools),
    },
    { protected: why === null, why },
  ];
}
