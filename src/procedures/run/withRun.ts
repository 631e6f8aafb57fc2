// A run from its lock to its last line in the journal.
import { loadHostSettings } from '../../config/load.ts';
import type { HostSettings } from '../../config/options.ts';
import type { Lock, Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { applicationName } from '../../mha/applicationConfig.ts';
import type { Outcome } from '../../mha/exitCodes.ts';
import { journalFor, noJournal, type Journal, type RunRecord } from '../../steps/journal.ts';
import { guardSocket, leaveFor, noLeave, type Leave } from '../managers/askLeave.ts';
import { inheritedFrom, readJournal } from './earlierRuns.ts';
import { Run, type RunRequest } from './openRun.ts';
import { asRecorded, placesOf } from './recordedPlaces.ts';
import { runLock, runOwner, takeRunLock } from './runLock.ts';

/** Runs a procedure with all it needs, records how it ended, gives back its lock, and closes what it opened. */
export async function withRun(
  tools: Tools,
  request: RunRequest,
  body: (run: Run) => Promise<Outcome>,
): Promise<Outcome> {
  const { orig, next } = request;
  if (next?.host === orig.host) {
    const what = `the original and the new master are both on ${orig.host}`;
    throw new Failure('usage', `${what}: nothing to switch, and two servers on one host are not supported`);
  }
  const { settings, cluster } = await settingsOf(request, tools);
  const lock = request.record === 'none' ? null : await lockFor(request, cluster, tools);
  try {
    // Only now: a run that has just ended has written its last lines.
    const earlier = await earlierRuns(request, cluster, tools);
    if (lock?.kind === 'unknown') await refuseWhileRecorded(earlier, cluster, tools);
    const before = request.continues?.(earlier) ?? null;
    const asThen = before === null ? settings : settings.map((one) => asRecorded(before, one, tools.log));
    return await lockedRun(tools, request, asThen, cluster, earlier, body);
  } finally {
    if (lock?.kind === 'taken') await lock.release();
  }
}

interface Loaded {
  readonly settings: readonly HostSettings[];
  readonly cluster: string;
}

async function settingsOf(request: RunRequest, tools: Tools): Promise<Loaded> {
  const { orig, next, others = [] } = request;
  const hosts = [orig, ...(next === null ? [] : [next]), ...others].map(({ host }) => host);
  const called = request.cluster ?? (await callersCluster(tools));
  const settings = await loadHostSettings(tools.places.configDirectory, hosts, tools.files, tools.log, called);
  return { settings, cluster: settings[0]?.cluster ?? '' };
}

/** MHA does not tell its hooks which cluster they are called for: its command line does. */
export async function callersCluster({ connect }: Tools): Promise<string | null> {
  const conf = (await connect.mhaCaller())?.conf ?? null;
  return conf === null ? null : applicationName(conf);
}

/**
 * One run a cluster: two would look at, and undo, the same things.
 * @throws Failure `refused` while another one is at work, and where that is not known and the run can wait
 */
async function lockFor({ procedure, orig, canWait, ready }: RunRequest, cluster: string, tools: Tools): Promise<Lock> {
  const owner = runOwner(procedure, orig.host, tools);
  const lock = (await ready?.lock?.(cluster)) ?? (await takeRunLock(runLock(tools.places, cluster), owner, tools));
  if (lock.kind === 'held') {
    throw new Failure(
      'refused',
      `another run of cluster ${cluster} is at work: ${lock.owner || 'its name is unknown'}`,
      { hint: 'wait until it has ended; after a signal it undoes what it had changed' },
    );
  }
  if (lock.kind === 'unknown') {
    const what = `it is not known whether another run of cluster ${cluster} is at work (${lock.why})`;
    if (canWait === true) {
      throw new Failure('refused', `${what}; nothing has been changed`, { hint: 'fix that first: this run can wait' });
    }
    tools.log.warn(`${what}; going on, because a dead master cannot wait`);
  }
  return lock;
}

/**
 * Where the lock tells nothing, the record does: a run without an end whose very process lives is at work.
 * @throws Failure `refused`
 */
async function refuseWhileRecorded(earlier: readonly RunRecord[], cluster: string, tools: Tools): Promise<void> {
  for (const { end, process, procedure, origHost, pid } of earlier) {
    if (end !== null || process == null || !(await tools.connect.isRunning(process))) continue;
    const what = `another run of cluster ${cluster} is at work: "${procedure}" of ${origHost}, pid ${pid}`;
    throw new Failure('refused', what, { hint: 'wait until it has ended' });
  }
}

async function lockedRun(
  tools: Tools,
  request: RunRequest,
  loaded: readonly HostSettings[],
  cluster: string,
  earlier: readonly RunRecord[],
  body: (run: Run) => Promise<Outcome>,
): Promise<Outcome> {
  const settings = new Map(loaded.map((one) => [one.host, one]));
  const record = request.record ?? 'run';
  const { inherited, message } =
    record === 'run' ? inheritedFrom(earlier, request, tools) : { inherited: new Map(), message: null };
  if (message !== null) tools.log.warn(message);
  const leave = leaveFor(request, loaded[0], guardSocket(tools, request.cluster ?? cluster), tools);
  const journal = record === 'none' || record === 'apart' ? noJournal : toldJournal(journalFor(tools, cluster), leave);
  const run = new Run(tools, request, settings, journal, inherited, earlier, leave);
  tools.log.info(headline(run, cluster));
  try {
    if (record === 'run') run.recorded(begin(run, journal, settings));
    // One that can wait looks at nothing before it is recorded.
    if (request.canWait === true) await run.isRecorded;
    await leave.begin();
    const outcome = await body(run);
    await run.isRecorded;
    await leave.end();
    const leftToDo = outcome.kind === 'proceed' ? outcome.leftToDo : [];
    if (record === 'run') {
      await journal.end(outcome.kind, leftToDo.join('; '), leftToDo.length === 0 ? undefined : leftToDo);
    }
    return outcome;
  } catch (error) {
    await run.isRecorded.catch(() => undefined);
    if (record === 'run') await journal.end('failed', errorLine(error));
    throw error;
  } finally {
    await run.close();
  }
}

/** Where there are other managers, each line is told them: one of them may have to undo it. */
function toldJournal(journal: Journal, leave: Leave): Journal {
  if (leave === noLeave) return journal;
  const also = (written: Promise<boolean>): Promise<boolean> => written.finally(() => leave.recorded());
  return {
    begin: (run) => also(journal.begin(run)),
    begun: (id, title, before) => also(journal.begun(id, title, before)),
    done: (id, detail) => also(journal.done(id, detail)),
    undone: (run, id) => also(journal.undone(run, id)),
    end: (outcome, message, leftToDo) => also(journal.end(outcome, message, leftToDo)),
  };
}

/** @throws Failure `refused` when it is not known what earlier runs have left, and this run can wait */
async function earlierRuns(request: RunRequest, cluster: string, tools: Tools): Promise<readonly RunRecord[]> {
  const runs = await readJournal(tools, cluster);
  if (!isUnknown(runs)) return runs;
  if (request.record === 'none') return [];
  const what = `it is not known what earlier runs have left: ${runs.unknown}`;
  if (request.canWait === true) {
    throw new Failure('refused', `${what}; nothing has been changed`, {
      hint: 'let this account read it, or move it away',
    });
  }
  tools.log.warn(`${what}; going on, because a dead master cannot wait`);
  return [];
}

/** @throws Failure `refused` when the run cannot be recorded, and can wait */
async function begin(run: Run, journal: Journal, settings: ReadonlyMap<string, HostSettings>): Promise<void> {
  const { request, tools } = run;
  const caller = await tools.connect.mhaCaller();
  const isRecorded = await journal.begin({
    procedure: request.procedure,
    origHost: request.orig.host,
    newHost: request.next?.host ?? null,
    caller,
    process: await tools.connect.thisProcess(),
    by: tools.places.operator ?? null,
    places: placesOf(settings),
  });
  if (isRecorded || request.canWait !== true) return;
  throw new Failure('refused', 'this run cannot be recorded, so nobody could undo it; nothing has been changed', {
    hint: `make ${tools.places.stateDirectory} writable for this account, with free space`,
  });
}

function headline({ request, provider }: Run, cluster: string): string {
  const hosts = request.next === null ? request.orig.host : `${request.orig.host} -> ${request.next.host}`;
  const address =
    provider.address === null ? 'no writer address is managed (vip_type = none)' : `writer address ${provider.address}`;
  return `${request.procedure}: ${hosts}, cluster ${cluster}, ${address}`;
}
