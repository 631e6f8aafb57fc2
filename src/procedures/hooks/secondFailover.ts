// MHA that was killed right after `start` does not know that it has failed over. Started again it would do it a second
// time, and point the replicas at where the new master stands by then: what clients have written in between would be
// missing on them. And replicas that were not pointed yet make it take the old master, when that is back, for the
// master: a planned switch would open one more beside the new one.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import { isUnknown, unknownBecause, type Unknown } from '../../errors/unknown.ts';
import { type ApplicationConfig, hostsOf, loadApplicationConfig } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { HostEnd } from '../../mha/request.ts';
import { splitPosition } from '../../mysql/splitPosition.ts';
import { vipCommand } from '../../steps/byHand.ts';
import type { RunRecord } from '../../steps/journal.ts';
import { failedOverAlready } from '../run/earlierRuns.ts';
import type { Run } from '../run/openRun.ts';
import { lookAtCluster, survey, type ServerState } from '../survey/surveyCluster.ts';
import { loadHostSettings } from '../../config/load.ts';

/**
 * @throws Failure `refused` when the record says that this master was failed over already, unless the new master of
 *   then is seen not to take writes now
 */
export async function refuseSecondFailover(run: Run, orig: HostEnd): Promise<void> {
  const found = await newMasterOfThen(run, orig);
  if (found === null) return;
  throw new Failure('refused', `${found.what}: a second failover would lose what was written there since`, {
    hint: whatToDo(found.before, isUnknown(found.states) ? [] : found.states),
  });
}

/**
 * For a planned switch. A new master that a person has taken out of MHA's configuration is told, and no reason.
 * @throws Failure `refused` when the record says that `orig` was failed over, unless the new master of then is seen not
 *   to take writes now
 */
export async function refuseSwitchAfterFailover(run: Run, orig: HostEnd): Promise<void> {
  const found = await newMasterOfThen(run, orig);
  if (found === null) return;
  if (!isUnknown(found.states) && found.next === undefined) {
    run.tools.log.warn(found.what);
    return;
  }
  throw new Failure('refused', `${found.what}: nothing has been changed`, {
    hint:
      `decide who is the master ("mha-helper status" shows all servers), and set read_only=1 on ` +
      `${found.before.newHost ?? 'the other one'} if it is not`,
  });
}

interface NewMasterOfThen {
  readonly before: RunRecord;
  readonly states: readonly ServerState[] | Unknown;
  readonly next: ServerState | undefined;
  readonly what: string;
}

/** Null where there was no failover of `orig`, or where that server is seen not to take writes. */
async function newMasterOfThen(run: Run, orig: HostEnd): Promise<NewMasterOfThen | null> {
  const before = failedOverAlready(run.earlier, orig.host);
  if (before === null || before.newHost === null) return null;
  const app = await configOfCaller(run.tools);
  const states = isUnknown(app) ? app : await lookAt(app, run.tools).catch(unknownBecause);
  const next = isUnknown(states) ? undefined : states.find(({ server }) => server.hostname === before.newHost);
  if (next?.readOnly === true) return null;
  const since = `${orig.host} was failed over to ${before.newHost} already (${before.startedAt})`;
  const now =
    next?.readOnly === false
      ? `and ${before.newHost} takes writes`
      : `and it is not known whether ${before.newHost} takes writes (${whyUnknown(states, next)})`;
  return { before, states, next, what: `${since}, ${now}` };
}

function whyUnknown(states: readonly ServerState[] | Unknown, next: ServerState | undefined): string {
  if (isUnknown(states)) return states.unknown;
  return next?.failure == null ? "it is not in MHA's configuration" : errorLine(next.failure);
}

/** What MHA runs with. It does not tell its hooks, so its command line is read. */
async function configOfCaller({ connect, files }: Tools): Promise<ApplicationConfig | Unknown> {
  const caller = await connect.mhaCaller();
  if (caller?.conf == null) return { unknown: 'MHA does not tell which configuration it runs with' };
  return loadApplicationConfig(caller.conf, files).catch(unknownBecause);
}

async function lookAt(app: ApplicationConfig, tools: Tools): Promise<readonly ServerState[]> {
  const hosts = hostsOf(app);
  const settings = await loadHostSettings(tools.places.configDirectory, hosts, tools.files, tools.log, app.name);
  return lookAtCluster(app, settings, tools, async (run) => (await survey(run, app, 'servers')).servers);
}

/** Which replicas do not follow the new master yet, and what makes them. */
function whatToDo(before: RunRecord, states: readonly ServerState[]): string {
  const next = before.newHost ?? '';
  const opened = before.steps.find(({ id }) => id === `clear-read-only:${next}`)?.before ?? {};
  const at = typeof opened['position'] === 'string' ? opened['position'] : null;
  const gtid = typeof opened['gtid'] === 'string' ? opened['gtid'] : null;
  const rest = states.filter(
    ({ server, source }) =>
      server.hostname !== next && server.hostname !== before.origHost && source?.hostname !== next,
  );
  const names = rest.map(({ server }) => server.hostname);
  const who = names.length === 0 ? 'each replica that does not follow it' : names.join(', ');
  const from = [at === null ? '' : `from ${at}`, gtid === null ? '' : `GTID ${gtid}`].filter((text) => text !== '');
  const where = from.length === 0 ? '' : ` ${from.join(', ')}`;
  const host = states.find(({ server }) => server.hostname === next);
  const statement = host === undefined ? '' : `: ${changeStatement(endOf(host.server), at)}`;
  const first = hasAddress(before) ? '' : `"${vipCommand('assign', next)}" gives it the writer address; `;
  return (
    `${first}point ${who} at ${next}${where}${statement}; then take ${before.origHost} out of MHA's configuration ` +
    'and start MHA again'
  );
}

/** Whether the run came as far as that; one without a managed address has none to give. */
function hasAddress({ steps, end }: RunRecord): boolean {
  return end !== null || steps.some(({ id, state }) => id.startsWith('assign-address:') && state === 'done');
}

/** As the replicas have it; the account that they replicate with is theirs already. */
function changeStatement({ ip, port }: HostEnd, at: string | null): string {
  const [file, position] = at === null ? ['FILE', 'POSITION'] : splitPosition(at);
  return (
    `CHANGE MASTER TO MASTER_HOST='${ip}', MASTER_PORT=${port}, MASTER_LOG_FILE='${file}', ` +
    `MASTER_LOG_POS=${position} (with GTID: MASTER_USE_GTID=slave_pos on MariaDB, MASTER_AUTO_POSITION=1 on ` +
    'MySQL; SOURCE_ for MASTER_ since MySQL 8.4)'
  );
}
