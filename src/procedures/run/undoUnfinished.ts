// Undoing what runs have left half done, for an operator after a kill -9, and by itself when MHA has ended between
// `stop` and `start`.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { isUnknown } from '../../errors/unknown.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { outcomeOf, type Outcome } from '../../mha/exitCodes.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { MasterEnd } from '../../mha/request.ts';
import { canRecord, type RunRecord } from '../../steps/journal.ts';
import { ageMs } from '../../steps/moment.ts';
import { survey, type Survey } from '../survey/surveyCluster.ts';
import { handoverMs, readJournal, runToUndo } from './earlierRuns.ts';
import { notGivenBack } from './givenBack.ts';
import type { Run } from './openRun.ts';
import { undoRecorded } from './undoRecorded.ts';
import { asksTheNetwork, undoRefusal } from './undoRules.ts';
import { withRun } from './withRun.ts';

export interface UndoOptions {
  /** Hosts of which a person says that they are off. */
  readonly vouched: readonly string[];
  /** Hosts whose servers were read-only when this program looked, right before the switch that is undone. */
  readonly seenClosed?: readonly string[];
  /** True when MHA has only just ended: nobody has opened a server by hand since the switch had closed it. */
  readonly atOnce?: boolean;
}

/** What is there to undo. @throws Failure `refused` when the record cannot be read: nobody knows */
export async function unfinishedRun(
  cluster: string,
  tools: Pick<Tools, 'files' | 'places'>,
): Promise<RunRecord | null> {
  const runs = await readJournal(tools, cluster);
  if (!isUnknown(runs)) return runToUndo(runs);
  throw new Failure('refused', `it is not known whether there is anything to undo: ${runs.unknown}`, {
    hint: 'let this account read it; "mha-helper vip show" and "check" tell how things are',
  });
}

/**
 * Undoes what runs of this cluster have left half done, newest first: after an `online start`, the `online stop` before
 * it.
 * @throws Failure `refused` when that could make a second writable master, or lose what was written meanwhile
 */
export async function undoUnfinished(
  app: ApplicationConfig,
  cluster: string,
  tools: Tools,
  options: UndoOptions = { vouched: [] },
): Promise<Outcome> {
  const leftToDo: string[] = [];
  let last: string | null = null;
  for (;;) {
    const half = await unfinishedRun(cluster, tools);
    if (half === null || half.run === last) break;
    last = half.run;
    leftToDo.push(...(await undoRun(app, cluster, half, options, tools)));
    if (leftToDo.length > 0) break;
  }
  if (last === null) tools.log.info(`cluster ${cluster}: there is nothing to undo`);
  return outcomeOf(leftToDo);
}

async function undoRun(
  app: ApplicationConfig,
  cluster: string,
  half: RunRecord,
  options: UndoOptions,
  tools: Tools,
): Promise<readonly string[]> {
  const ends = [half.origHost, half.newHost].flatMap((host) => (host === null ? [] : [masterEnd(app, host)]));
  const [orig, next = null] = ends;
  if (orig === undefined) throw new Error('a run without a host');
  await refuseWhileMhaWorks(half, tools);
  const others = [...new Map(app.servers.map((server) => [server.hostname, endOf(server)])).values()];
  const rest = others.filter(({ host }) => host !== orig.host && host !== next?.host);
  tools.log.info(`undoing "${half.procedure}" of ${half.origHost}, begun ${half.startedAt}`);
  let left: readonly string[] = [];
  const request = {
    procedure: 'undo',
    cluster: app.name,
    orig,
    next,
    others: rest,
    sshOptions: app.sshOptions,
    record: 'undone',
    canWait: true,
    continues: () => half,
  } as const;
  await withRun(tools, request, async (run) => {
    // Where the lock tells nothing, it may have come to its end since.
    if (runToUndo(run.earlier)?.run !== half.run) {
      const what = `"${half.procedure}" of ${half.origHost} has ended meanwhile; nothing was undone`;
      throw new Failure('refused', what, { hint: 'see "mha-helper status"' });
    }
    await refuseWhileFailover(run.earlier, tools);
    const seen = await survey(run, app, 'servers and address');
    const elsewhere = asksTheNetwork(seen, half)
      ? await run.provider.answersElsewhere(run.host(orig), 'insist')
      : ({ kind: 'nobody' } as const);
    const position = await positionOf(run, seen, next);
    const vouched = new Set(options.vouched);
    const isKnown = seen.address !== null || (options.atOnce === true && (await isWhole(half, cluster, tools)));
    const seenClosed = new Set([...(options.seenClosed ?? []), ...(isKnown ? closedByStop(half, tools) : [])]);
    const refusal = undoRefusal({ app, half, survey: seen, elsewhere, position, vouched, seenClosed });
    if (refusal !== null) throw refusal;
    for (const { server, failure } of seen.servers) {
      if (failure !== null)
        tools.log.warn(
          `${server.hostname} does not answer, and is not waited for: it was read-only before, or is down`,
        );
    }
    left = await undoRecorded(run, half, ends);
    if (left.length === 0 && (await isWholeSwitchUndone(half, cluster, tools))) left = await notGivenBack(run, orig);
    return { kind: 'done' };
  });
  return left;
}

/**
 * Where there is an address, the network tells of a server that was opened since. Without one the record alone does:
 * with a disk that is full, `start` may have come and gone unseen.
 */
async function isWhole({ end }: RunRecord, cluster: string, tools: Tools): Promise<boolean> {
  return end !== null && (await canRecord(tools, cluster));
}

/** `online stop` makes sure that the new master is read-only before it changes anything. */
function closedByStop(half: RunRecord, tools: Tools): readonly string[] {
  const isRecent = ageMs({ ...half, at: half.startedAt }, tools) < handoverMs;
  return half.procedure === 'online stop' && half.newHost !== null && isRecent ? [half.newHost] : [];
}

/** `start` is undone before its `stop`, and then nobody is master yet. */
async function isWholeSwitchUndone({ procedure }: RunRecord, cluster: string, tools: Tools): Promise<boolean> {
  if (procedure === 'online stop') return true;
  return procedure === 'online start' && (await unfinishedRun(cluster, tools))?.procedure !== 'online stop';
}

/** @throws Failure `refused`: MHA goes on by itself, and would call `start` for the new master */
async function refuseWhileMhaWorks({ caller, procedure, origHost }: RunRecord, tools: Tools): Promise<void> {
  if (caller == null || !(await tools.connect.isRunning(caller))) return;
  const who = `MHA, which called "${procedure}" of ${origHost}`;
  const what = `${who}, is still at work (pid ${caller.pid}); nothing was undone`;
  throw new Failure('refused', what, {
    hint: 'wait until it has ended: then the writer is given back by itself where that is safe',
  });
}

/**
 * Between `stop` and `start` of a failover no hook has the lock.
 * @throws Failure `refused`: the original master would be opened beside the one that MHA is about to have opened
 */
async function refuseWhileFailover(earlier: readonly RunRecord[], tools: Tools): Promise<void> {
  const { caller, procedure, origHost } = earlier.findLast((run) => run.procedure.startsWith('hard ')) ?? {};
  if (caller == null || procedure === 'hard start' || !(await tools.connect.isRunning(caller))) return;
  const what = `MHA, which called "${procedure ?? ''}" of ${origHost ?? ''}, fails over (pid ${caller.pid})`;
  throw new Failure('refused', `${what}; nothing was undone`, {
    hint: 'wait until it has ended; "mha-helper status" tells what is left then',
    passing: true,
  });
}

async function positionOf(run: Run, { servers }: Survey, next: MasterEnd | null): Promise<string | null> {
  const state = servers.find(({ server }) => server.hostname === next?.host);
  if (next === null || state === undefined || state.failure !== null) return null;
  return (await run.server(next)).binlogPosition();
}

function masterEnd(app: ApplicationConfig, host: string): MasterEnd {
  const server = app.servers.find(({ hostname }) => hostname === host);
  if (server !== undefined) return endOf(server);
  throw new Failure('config', `${app.file} has no server ${host}, which the killed run was about`);
}
