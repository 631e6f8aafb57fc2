// The monitor's decisions for one cluster, without a clock, a process or a file: what is known and what is seen in,
// what is done out. It asks at each look only for what is so now, and so goes on from wherever it, or the manager, was
// killed.
import { ifAny } from '../../errors/message.ts';
import { isFailingOver } from '../../mha/managerStatus.ts';
import type { ProcessIdentity } from '../../context/Context.ts';
import type { Action, ClusterState, Observation, Phase, Decision } from './clusterState.ts';
import { close, open } from './incidents.ts';
import {
  crashesToTell,
  hungMs,
  longFailoverMs,
  overtakenMs,
  recent,
  stableMs,
  terminateMs,
  unwellMs,
} from './limits.ts';
import { block, managerEnded } from './managerEnded.ts';
import { noFailoverBefore } from './protection.ts';

type Running = Extract<Phase, { name: 'running' }>;
type Stopping = Extract<Phase, { name: 'stopping' }>;

export function decide(before: ClusterState, seen: Observation): Decision {
  const known = { ...before, completeAt: seen.completeAt, failed: seen.failed };
  const { phase } = known;
  const ours = 'manager' in phase ? phase.manager : null;
  // Never a second one: whatever runs is watched, whoever started it. Also what is left of a manager that was killed.
  if (seen.manager !== null && !same(ours, seen.manager)) return adopt(known, seen, seen.manager);
  const state = seen.manager === null ? known : withStatus(known, seen);
  switch (phase.name) {
    case 'waiting':
      return waiting(state, seen, phase.until);
    case 'running':
      if (seen.manager !== null) return running(state, seen, phase);
      // It was told to end before this look.
      if (seen.wanted === 'standby') return stopped(state, seen, phase);
      return managerEnded(state, seen, phase.completeBefore);
    case 'stopping':
      return seen.manager === null ? stopped(state, seen, phase) : stopping(state, seen, phase);
    case 'blocked':
      if (seen.wanted === 'stop') return to(state, { name: 'ended' });
      if (seen.failed) return to(state, phase);
      return to(
        { ...state, failures: 0 },
        { name: 'waiting', until: seen.now },
        { do: 'info', text: "MHA's .failover.error has been removed" },
      );
    case 'ended':
      return to(state, phase);
  }
}

/** A manager has been started. */
export function started(state: ClusterState, manager: ProcessIdentity, seen: Observation): ClusterState {
  const phase = { name: 'running', manager, completeBefore: seen.completeAt } as const;
  return {
    ...state,
    phase,
    status: 'INITIALIZING_MONITOR',
    statusSince: seen.now,
    unwellSince: seen.now,
    starts: state.starts + 1,
  };
}

function adopt(state: ClusterState, seen: Observation, manager: ProcessIdentity): Decision {
  const before = 'completeBefore' in state.phase ? state.phase.completeBefore : seen.completeAt;
  const next = withStatus({ ...state, phase: { name: 'running', manager, completeBefore: before } }, seen);
  return {
    state: next,
    actions: [
      {
        do: 'info',
        text: `masterha_manager (pid ${manager.pid}) runs already and is watched from now on; it says ${seen.status}`,
      },
    ],
  };
}

function waiting(state: ClusterState, seen: Observation, until: number): Decision {
  if (seen.wanted === 'stop') return to(state, { name: 'ended' });
  if (seen.failed) return block(state, seen, 'The file is from before this start.');
  if (seen.returned.length > 0) return rejoined(state, seen, { name: 'waiting', until: seen.now });
  if (seen.wanted !== 'run') return to({ ...state, failures: 0 }, { name: 'waiting', until: seen.now });
  if (seen.now < until) return to(state, state.phase);
  return to(state, state.phase, { do: 'start' });
}

function running(state: ClusterState, seen: Observation, phase: Running): Decision {
  const { manager, completeBefore } = phase;
  const end = (then: Stopping['then']): Phase => ({ name: 'stopping', manager, completeBefore, since: seen.now, then });
  if (seen.wanted !== 'run') {
    if (isFailingOver(seen.status) && seen.wanted !== 'standby') return to(state, phase);
    return to(state, end(seen.wanted === 'stop' ? 'end' : 'start'), { do: 'terminate', manager });
  }
  if (seen.returned.length > 0 && seen.status === 'PING_OK') {
    const back = rejoined(state, seen, end('start'));
    return { ...back, actions: [...back.actions, { do: 'terminate', manager }] };
  }
  if (seen.status === 'TIMESTAMP_OLD' && seen.now - state.statusSince >= hungMs) {
    const master = state.master ?? 'the master';
    const text = `masterha_manager (pid ${manager.pid}) runs, but has not looked at ${master} for a minute`;
    return { state: open(state, seen.now, 'NOT PROTECTED', text), actions: [] };
  }
  if (seen.status !== 'PING_OK') return { state: told(state, seen, manager), actions: [] };
  if (seen.now - state.statusSince < stableMs) return to(state, phase);
  const stable = { ...state, failures: 0 };
  const seenWell = state.oldMaster === null && state.findings.length === 0;
  const well = !seen.failed && seenWell && recent(state.crashes, seen.now).length < crashesToTell;
  const { completeAt, lastFailoverMinute = 0, now } = seen;
  return { state: well ? close(stable, noFailoverBefore(completeAt, lastFailoverMinute, now)) : stable, actions: [] };
}

/** MHA may wait for ever, and go to and fro between its states meanwhile: nobody would hear of it. */
function told(state: ClusterState, seen: Observation, { pid }: ProcessIdentity): ClusterState {
  const unwellFor = state.unwellSince === null ? 0 : seen.now - state.unwellSince;
  if (isFailingOver(seen.status)) {
    if (unwellFor < longFailoverMs) return state;
    const what = `a failover of ${state.master ?? 'the master'} has not ended after ${longFailoverMs / 60_000} minutes`;
    return open(state, seen.now, 'FAILOVER DOES NOT END', `${what}; a hook or a program of MHA's may hang`);
  }
  if (unwellFor < unwellMs) return state;
  const what = `masterha_manager (pid ${pid}) runs, but has not reached the master for ${unwellMs / 60_000} minutes`;
  return open(state, seen.now, 'NOT PROTECTED', `${what}; it says ${seen.status}${ifAny(': ', seen.hesitation)}`);
}

function stopping(state: ClusterState, seen: Observation, phase: Stopping): Decision {
  // A failover that began in the moment of the signal is MHA's to end: it has heard the signal and says so in its log.
  const isOvertaken = seen.wanted === 'standby';
  const limitMs = isOvertaken ? overtakenMs : terminateMs;
  if (seen.now - phase.since < limitMs || (isFailingOver(seen.status) && !isOvertaken)) return to(state, phase);
  const text = `masterha_manager (pid ${phase.manager.pid}) does not end after SIGTERM and is killed`;
  return to(state, { ...phase, since: seen.now }, { do: 'warn', text }, { do: 'kill', manager: phase.manager });
}

function stopped(state: ClusterState, seen: Observation, phase: Running | Stopping): Decision {
  const failedOver = seen.completeAt !== null && seen.completeAt !== phase.completeBefore;
  const next = failedOver
    ? managerEnded(state, seen, phase.completeBefore)
    : { state: { ...state, status: 'NOT_RUNNING' as const, statusSince: seen.now }, actions: [] };
  const then: Phase =
    seen.wanted === 'stop' || ('then' in phase && phase.then === 'end')
      ? { name: 'ended' }
      : { name: 'waiting', until: seen.now };
  return {
    state: { ...next.state, phase: then },
    actions: [...next.actions, { do: 'info', text: 'masterha_manager has been stopped' }],
  };
}

function rejoined(state: ClusterState, seen: Observation, phase: Phase): Decision {
  const absent = state.absent.filter((host) => !seen.returned.includes(host));
  return to({ ...state, absent, refusal: null }, phase, {
    do: 'info',
    text: `${seen.returned.join(', ')} takes part in the replication again, and is monitored from now on`,
  });
}

function withStatus(state: ClusterState, seen: Observation): ClusterState {
  const isWell = seen.status === 'PING_OK';
  return {
    ...state,
    master: seen.master ?? state.master,
    unwellSince: isWell ? null : (state.unwellSince ?? seen.now),
    failingSince: isWell ? null : failingSince(state, seen),
    ...(seen.status === state.status ? {} : { status: seen.status, statusSince: seen.now }),
  };
}

function failingSince(state: ClusterState, { status, now }: Observation): number | null {
  const isFailing = isFailingOver(status) || status === 'PING_FAILING';
  return isFailing ? (state.failingSince ?? now) : state.failingSince;
}

function to(state: ClusterState, phase: Phase, ...actions: readonly Action[]): Decision {
  return { state: { ...state, phase }, actions };
}

function same(a: ProcessIdentity | null, b: ProcessIdentity): boolean {
  return a?.pid === b.pid && a.startTicks === b.startTicks;
}
