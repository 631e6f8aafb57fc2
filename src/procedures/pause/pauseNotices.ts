// What people are told of a pause: a mail when it begins and one when it is over. A switch has a terminal for that, and
// is told only when it lasts. Pure.
import type { Notice } from '../monitor/clusterState.ts';
import type { NoticeFacts } from '../monitor/incidents.ts';
import { pauseText, untilOf, type Pause } from './Pause.ts';

/** docs/reference/events.md is made of these too. */
export const pauseBegan: NoticeFacts = {
  subject: 'PAUSED until TIME',
  when:
    'Somebody has run mha-helper pause (or mha-helper monitor stop for one cluster of several: STOPPED): no ' +
    'automatic failover until then. A switch is not told, unless it lasts longer than 15 minutes (NOT PROTECTED).',
  remedy: 'mha-helper resume ends it before its time.',
};
export const pauseEnded: NoticeFacts = {
  subject: 'over: PAUSED until TIME',
  when: 'The pause is over, by itself or by mha-helper resume, and masterha_manager is started again.',
  remedy: '',
};

/** @param commands to end it, and to look */
export function pauseNotices(before: readonly Pause[], after: readonly Pause[], conf: string): readonly Notice[] {
  const [begun, ended] = [told(after).filter(isNotIn(before)), told(before).filter(isNotIn(after))];
  // One that takes the place of another says all there is to say.
  return begun.length > 0 ? begun.map((pause) => beganNotice(pause, conf)) : ended.map(endedNotice);
}

function told(pauses: readonly Pause[]): readonly Pause[] {
  return pauses.filter(({ kind }) => kind !== 'switch');
}

function isNotIn(others: readonly Pause[]): (pause: Pause) => boolean {
  return ({ id }) => !others.some((other) => other.id === id);
}

function subjectOf(pause: Pause): string {
  const until = untilOf(pause);
  return until === null ? 'STOPPED' : `PAUSED until ${until}`;
}

function beganNotice(pause: Pause, conf: string): Notice {
  const end = pause.kind === 'stop' ? `mha-helper monitor start -c ${conf}` : `mha-helper resume -c ${conf}`;
  const text = [
    `There is no automatic failover: ${pauseText(pause)}.`,
    'If the master dies meanwhile, a person must fail over: mha-helper failover --dead HOST.',
    '',
    `It ends before with: ${end}`,
  ];
  return { subject: subjectOf(pause), text: text.join('\n') };
}

function endedNotice(pause: Pause): Notice {
  const text = [
    `It is over: ${pauseText(pause)}.`,
    'masterha_manager is started again. When it does not come to protect the cluster, another mail says so.',
  ];
  return { subject: `over: ${subjectOf(pause)}`, text: text.join('\n') };
}
