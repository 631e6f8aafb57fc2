// The history of a cluster: the hooks' own record, and for one of its failovers MHA's log.
import { loadHostSettings } from '../../config/load.ts';
import { fileErrorText } from '../../config/problems.ts';
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { loadApplicationConfig, type ApplicationConfig } from '../../mha/applicationConfig.ts';
import { failoverPhases, type LoggedPhase } from '../../mha/failoverPhases.ts';
import { readAllRuns } from '../run/earlierRuns.ts';
import { entryOf, groupRuns, type Group } from './groupRuns.ts';
import type { HistoryEntry, Story } from './HistoryEntry.ts';
import { timelineOf } from './timeline.ts';

/** So much of MHA's log is read, in bytes: a failover writes about 30 kB. */
const logBytes = 16 * 1024 * 1024;

/** The oldest first. @throws Failure `config`; `environment` when the record cannot be read */
export async function readHistory(conf: string, tools: Tools): Promise<readonly HistoryEntry[]> {
  return (await groupsOf(await loadApplicationConfig(conf, tools.files), tools)).map((group, index) =>
    entryOf(group, index + 1),
  );
}

/** @throws Failure `usage` for a number that is none; as readHistory() */
export async function readStory(conf: string, number: number, tools: Tools): Promise<Story> {
  const app = await loadApplicationConfig(conf, tools.files);
  const groups = await groupsOf(app, tools);
  const group = groups[number - 1];
  if (group === undefined) {
    const hint = groups.length === 0 ? 'there is none yet' : `they are 1 to ${groups.length}`;
    throw new Failure('usage', `history show: there is no ${number}`, { hint });
  }
  const entry = entryOf(group, number);
  const { phases, why } = entry.kind === 'failover' ? await phasesOf(group, app, tools) : { phases: [], why: inPlan };
  return { ...entry, timeline: timelineOf(group, phases), withoutLog: why };
}

/** masterha_master_switch tells of a planned switch on its output alone. */
const inPlan = 'MHA writes no log of a planned switch';

async function groupsOf(app: ApplicationConfig, tools: Tools): Promise<readonly Group[]> {
  const { hostname } = app.servers[0];
  const quiet = { info: () => undefined, warn: () => undefined };
  const [settings] = await loadHostSettings(tools.places.configDirectory, [hostname], tools.files, quiet, app.name);
  const runs = await readAllRuns(tools, settings?.cluster ?? '');
  if (isUnknown(runs)) throw new Failure('environment', `it is not known what the hooks did: ${runs.unknown}`);
  return groupRuns(runs);
}

async function phasesOf(
  group: Group,
  { managerLog, file }: ApplicationConfig,
  { files }: Pick<Tools, 'files'>,
): Promise<{ readonly phases: readonly LoggedPhase[]; readonly why: string | null }> {
  if (managerLog === undefined) return { phases: [], why: `${file} sets no manager_log` };
  const last = group.at(-1) ?? group[0];
  const [from, to] = [Date.parse(group[0].startedAt), Date.parse(last.end?.at ?? last.startedAt)];
  let why = `${managerLog} does not have this failover`;
  // As logrotate names the one before.
  for (const path of [managerLog, `${managerLog}.1`]) {
    try {
      const phases = failoverPhases(await files.tail(path, logBytes), from, to);
      if (phases.length > 0) return { phases, why: null };
    } catch (error) {
      if (path === managerLog) why = `${path}: ${fileErrorText(error)}`;
    }
  }
  return { phases: [], why };
}
