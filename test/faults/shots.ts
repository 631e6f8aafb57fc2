// A signal to a program at a moment, and what an operator does afterwards when nobody is the master.
import { waitUntil, type ProcessIdentity } from '../lab/processes.ts';
import { helper, processesOf, programOf, send, startDead, startSwitch, undo } from './acts.ts';
import { untilHeld } from './heldHooks.ts';
import type { Stage } from './stage.ts';

export type Shot = 'KILL' | 'TERM' | 'STOP';
export const shots: readonly Shot[] = ['KILL', 'TERM', 'STOP'];

const frozenMs = 8_000;

/** As an operator says it. */
export function shotText(shot: Shot, program: string): string {
  const texts = {
    KILL: `\`kill -9\` of ${program}`,
    TERM: `SIGTERM to ${program}`,
    STOP: `${program} is stopped (SIGSTOP) for ${frozenMs / 1000} s`,
  };
  return texts[shot];
}

/** @returns after the time that a stopped program stands still */
export async function shoot(stage: Stage, shot: Shot, processes: readonly ProcessIdentity[]): Promise<void> {
  send(processes, `SIG${shot}`);
  if (shot !== 'STOP') return;
  await stage.wait(frozenMs);
  send(processes, 'SIGCONT');
  stage.wake();
}

/** A planned switch by MHA whose `stop` is done and held; then MHA and what it has started die. */
export async function dieAfterStop(stage: Stage, given: DyingSwitch = {}): Promise<void> {
  const { also = /held-online/, meanwhile } = given;
  const mha = startSwitch(stage);
  await untilHeld(stage.lab, 'after stop');
  await meanwhile?.();
  send([programOf(mha), ...processesOf(stage, 'mgr', also)], 'SIGKILL');
  await mha.ended;
}

interface DyingSwitch {
  /** Command lines of what dies with MHA. */
  readonly also?: RegExp;
  /** What happens before. */
  readonly meanwhile?: () => Promise<void>;
}

/** True when one server takes writes with the address within that time. */
export async function hasMaster(stage: Stage, withinMs = 10_000): Promise<boolean> {
  return waitUntil('a master', withinMs, () => stage.referee.masters.length === 1).then(
    () => true,
    () => false,
  );
}

/** After a planned switch. */
export async function operatorUndoes(stage: Stage): Promise<void> {
  if (!(await hasMaster(stage))) await undo(stage);
  await stage.wait(2_000);
}

/** After a failover of db10 to db11. */
export async function operatorFailsOver(stage: Stage): Promise<void> {
  if (!(await hasMaster(stage))) await startDead(stage, 'db10', '--ignore-last-failover').ended;
  if (!(await hasMaster(stage, 2_000))) await helper(stage, 'vip', 'assign', 'db11');
  await stage.wait(2_000);
}
