// What is not as it must be, each with its command: what the servers say first, then the hooks' record, then the
// monitor. Pure.
import { acknowledgeCommand } from '../../steps/byHand.ts';
import type { ClusterStatus } from '../monitor/monitorStatus.ts';
import type { GlanceRuns } from './Glance.ts';

interface Found {
  readonly conf: string;
  /** Of attentionOf(), or why nobody could be asked. */
  readonly servers: readonly string[];
  readonly runs: GlanceRuns;
  readonly monitor: ClusterStatus | null;
}

export function notAsItMustBe({ conf, servers, runs, monitor }: Found): readonly string[] {
  return [...servers, ...ofRuns(conf, runs), ...ofMonitor(conf, monitor)];
}

function ofRuns(conf: string, { atWork, toUndo, leftToDo, unknown }: GlanceRuns): readonly string[] {
  // Told with the servers.
  if (atWork !== null) return [];
  if (unknown !== null) return [`it is not known what the hooks did: ${unknown}`];
  const undo = `unfinished work of the hooks: ${toUndo.join(', ')}; "mha-helper undo -c ${conf}" undoes it`;
  const done = `when it is done: "${acknowledgeCommand(conf)}"`;
  return [...(toUndo.length === 0 ? [] : [undo]), ...leftToDo.map((line) => `LEFT TO DO by ${line}; ${done}`)];
}

function ofMonitor(conf: string, status: ClusterStatus | null): readonly string[] {
  if (status === null) return [];
  if (status.protected) return status.orders;
  const { orders, why, noFailoverBefore: before, incident } = status;
  const refused = before === null || why?.includes(before) === true ? '' : `, and no failover before ${before}`;
  const lines = [...orders, `NOT PROTECTED: ${why ?? ''}${refused}${remedy(conf, status)}`];
  return incident === null ? lines : [...lines, incident];
}

function remedy(conf: string, { monitorPid, state, pauses, why }: ClusterStatus): string {
  if (state === 'FAILOVER_RUNNING') return '';
  const kinds = monitorPid === null ? [] : pauses.map(({ kind }) => kind);
  if (kinds.includes('pause')) return `; "mha-helper resume -c ${conf}" ends it`;
  if (kinds.includes('switch')) return '';
  if (monitorPid !== null && why?.startsWith('no failover before') === true)
    return `; "mha-helper acknowledge --failover -c ${conf}" allows one now`;
  return monitorPid === null ? `; "mha-helper monitor start -c ${conf}"` : `; see "mha-helper check -c ${conf}"`;
}
