// Between the key and the first masterha_manager: what the old leader has begun is looked at, its sessions are ended,
// and what MHA keeps in files of one host is written on this one.
import type { HostSettings } from '../../config/options.ts';
import { mysqlTls } from '../../config/mysqlTls.ts';
import type { Tools } from '../../context/Context.ts';
import type { ManagerTools } from '../../context/Managers.ts';
import { errorLine } from '../../errors/message.ts';
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { lastFailoverFiles } from '../../mha/switchCommand.ts';
import type { IncidentSubject } from '../monitor/incidents.ts';
import type { Orders } from '../orders/standingOrders.ts';
import type { FailoverRecord, KnownFailover } from './failoverRecord.ts';
import type { Found } from './lookAtNewMaster.ts';
import { fenceOldLeader, ownNames } from './fenceOldLeader.ts';
import { namesOf, readNote, type LeaderNote } from './note.ts';
import { nothingShared, readSharedState, type SharedState } from './sharedState.ts';
import { takeover, type Blocked, type LookAtNewMaster, type Takeover } from './takeover.ts';

export interface Preparation {
  readonly app: ApplicationConfig;
  readonly known: KnownFailover | Unknown | null;
  /** Since this manager first saw the record as it is. */
  readonly waitedMs: number;
  readonly settings: HostSettings;
  /** The old leader's note. */
  readonly before: string | null;
  /** Our own. */
  readonly note: LeaderNote;
  /** As the store has it. */
  readonly state: string | null;
  readonly keepFile: ManagerTools['keepFile'];
  /** Looks at the new master of a failover that was not finished, and at the replicas. */
  readonly look: (record: FailoverRecord) => Promise<Found>;
  /** Takes in the standing orders of the last leader. @returns for the log. @throws Failure when it cannot */
  readonly takeOrders: (orders: Orders | null) => Promise<readonly string[]>;
  /** Records what it has left half done. @returns for the log. Never rejects */
  readonly takeRuns: (runs: readonly string[]) => Promise<readonly string[]>;
  readonly tools: Pick<Tools, 'clock' | 'connect'>;
}

export interface Prepared {
  /** For the log. */
  readonly told: readonly string[];
  readonly obstacle: { readonly subject: IncidentSubject; readonly text: string } | null;
  /** Null: not ready. */
  readonly state: SharedState | null;
}

export async function prepareToLead(one: Preparation): Promise<Prepared> {
  const { app, settings, before, note, keepFile, tools } = one;
  const next = await whatIsNext(one);
  if (next.do === 'block') return blocked(describe(next.why, next.replicas, app));
  if (next.do !== 'lead')
    return { told: ['a failover that another manager has begun is waited for'], obstacle: null, state: null };
  const state = one.state === null ? nothingShared : readSharedState(one.state);
  if (state === null) return blocked('the state of the cluster in etcd cannot be read; another version has written it');
  if (state.failedOn !== null && state.failedOn !== note.manager)
    return blocked(
      `a failover by ${state.failedOn} has failed, and MHA does no other until a person has looked`,
      'FAILOVER FAILED',
    );
  const own = ownNames(namesOf(note));
  const old = before === null ? [] : namesOf(readNote(before));
  const { ended, silent, failed } = await fenceOldLeader(app, old, own, mysqlTls(settings.options), tools);
  const told = [
    ...ended.map((text) => `of the old leader, ended: ${text}`),
    ...silent.map((text) => `the old leader's sessions cannot be ended there: ${text}`),
  ];
  if (failed.length > 0) {
    const text = `sessions of the old leader cannot be ended: ${failed.join('; ')}`;
    return { told: [...told, text], obstacle: { subject: 'NOT PROTECTED', text }, state: null };
  }
  try {
    if (one.state !== null) told.push(...(await one.takeOrders(state.orders ?? null)));
  } catch (error) {
    const text = `which old masters must stay closed cannot be recorded here: ${errorLine(error)}`;
    return { told: [...told, text], obstacle: { subject: 'NOT PROTECTED', text }, state: null };
  }
  told.push(...(await one.takeRuns(state.runs)));
  if (state.completeAt !== null) keepFile(lastFailoverFiles(app).complete, '', state.completeAt);
  return { told, obstacle: null, state };
}

type Next = Takeover & { readonly replicas: readonly string[] };

async function whatIsNext({ known, waitedMs, settings, look }: Preparation): Promise<Next> {
  const decide = (seen: LookAtNewMaster | null): Takeover =>
    takeover(known, waitedMs, settings.options.run_timeout * 1000, seen);
  const first = decide(null);
  if ((first.do !== 'look' && first.do !== 'block') || known === null || isUnknown(known))
    return { ...first, replicas: [] };
  const found = await look(known.record);
  return { ...(first.do === 'look' ? decide(found.look) : first), replicas: found.replicas };
}

function blocked(text: string, subject: IncidentSubject = 'FAILOVER NOT FINISHED'): Prepared {
  const all = `${text}. When the cluster is whole: mha-helper monitor unblock`;
  return { told: [all], obstacle: { subject, text: all }, state: null };
}

function describe(why: Blocked, replicas: readonly string[], app: ApplicationConfig): string {
  if (why.kind === 'unreadable') return why.text;
  const { from, to, by, at, phase, position } = why.record;
  const what = `the failover of ${from} that ${by} has begun (${phase}, ${at}) was not finished`;
  if (why.kind === 'half recovered')
    return (
      `${what}: logs of ${from} may have been applied to the new master, which nobody opened. Look at all servers, ` +
      'complete the new master by hand, open it, and point the others to it'
    );
  const others = app.servers.map(({ hostname }) => hostname).filter((host) => host !== from && host !== to);
  const statements = replicas.length === 0 ? '' : `: ${replicas.join('; ')}`;
  return (
    `${what}: clients write on ${to ?? 'the new master'}, or may. No other failover of ${from} is begun. ` +
    (position === null ? '' : `The log of ${to ?? 'it'} was at ${position} before it was opened. `) +
    `Point ${others.join(', ') || 'the others'} to ${to ?? 'it'}${statements}`
  );
}
