// What the monitor does about pauses at each look: notes which hold, and tells people.
import type { Tools } from '../../context/Context.ts';
import { applicationName } from '../../mha/applicationConfig.ts';
import type { ClusterState } from '../monitor/clusterState.ts';
import { open } from '../monitor/incidents.ts';
import { longFailoverMs } from '../monitor/limits.ts';
import { pauseAgeMs, pauseText, type Pause } from './Pause.ts';
import { pauseNotices } from './pauseNotices.ts';

/**
 * @param pauses that hold now
 * @param conf MHA's application file
 * @returns `ended`: those that are over since the last look
 */
export function seeToPauses(
  state: ClusterState,
  pauses: readonly Pause[],
  conf: string,
  tools: Pick<Tools, 'clock' | 'log' | 'places'>,
): { readonly state: ClusterState; readonly ended: readonly Pause[] } {
  const name = applicationName(conf);
  const before = state.pauses;
  const ended = before.filter(({ id }) => !pauses.some((pause) => pause.id === id));
  const begun = pauses.filter(({ id }) => !before.some((pause) => pause.id === id));
  for (const pause of ended) tools.log.info(`${name}: over: ${pauseText(pause)}`);
  for (const pause of begun) tools.log.info(`${name}: no automatic failover: ${pauseText(pause)}`);
  const next = { ...state, pauses, outbox: [...state.outbox, ...pauseNotices(before, pauses, conf)] };
  const long = pauses.find((pause) => pause.kind === 'switch' && pauseAgeMs(pause, tools) >= longFailoverMs);
  if (long === undefined) return { state: next, ended };
  const text = `${pauseText(long)}, and has not ended after ${longFailoverMs / 60_000} minutes`;
  return { state: open(next, tools.clock.now().getTime(), 'NOT PROTECTED', text), ended };
}
