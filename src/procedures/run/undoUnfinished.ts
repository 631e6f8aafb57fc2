// For an operator after a kill -9: taking back what a run had begun.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';
import { outcomeOf, type Outcome } from '../../mha/exitCodes.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { MasterEnd } from '../../mha/request.ts';
import type { RunRecord } from '../../steps/journal.ts';
import { readJournal, runToUndo } from './earlierRuns.ts';
import { withRun, type Run } from './openRun.ts';
import { undoRecorded } from './undoRecorded.ts';

/**
 * Takes back what runs of this cluster have left half done, newest first: after an `online start`, the `online stop`
 * before it.
 * @throws Failure `refused` when that could make a second writable master
 */
export async function undoUnfinished(app: ApplicationConfig, cluster: string, tools: Tools): Promise<Outcome> {
  const leftToDo: string[] = [];
  let last: string | null = null;
  for (;;) {
    const half = runToUndo(await readJournal(tools, cluster));
    if (half === null || half.run === last) break;
    last = half.run;
    leftToDo.push(...(await undoRun(app, half, tools)));
    if (leftToDo.length > 0) break;
  }
  if (last === null) tools.log.info(`cluster ${cluster}: there is nothing to undo`);
  return outcomeOf(leftToDo);
}

async function undoRun(app: ApplicationConfig, half: RunRecord, tools: Tools): Promise<readonly string[]> {
  const ends = [half.origHost, half.newHost].flatMap((host) => (host === null ? [] : [masterEnd(app, host)]));
  const [orig, next] = ends;
  if (orig === undefined) throw new Error('a run without a host');
  tools.log.info(`taking back "${half.procedure}" of ${half.origHost}, begun ${half.startedAt}`);
  let left: readonly string[] = [];
  await withRun(
    tools,
    { procedure: 'undo', orig, next: next ?? null, sshOptions: app.sshOptions, record: 'undone' },
    async (run) => {
      if (next !== undefined && half.procedure === 'online stop') await newMasterIsClosed(run, next);
      left = await undoRecorded(run, half, ends);
      return { kind: 'done' };
    },
  );
  return left;
}

async function newMasterIsClosed(run: Run, next: MasterEnd): Promise<void> {
  let readOnly: boolean;
  try {
    readOnly = (await (await run.server(next)).readOnly()).readOnly;
  } catch (error) {
    throw new Failure(
      'refused',
      `it cannot be found out whether ${next.host} takes writes (${errorLine(error)}); nothing was undone`,
    );
  }
  if (!readOnly) {
    throw new Failure(
      'refused',
      `${next.host} is writable: giving the writer back would make two writable masters; nothing was undone`,
      { hint: `decide which one is the master; set read_only=1 on ${next.host} first if it is the other` },
    );
  }
}

function masterEnd(app: ApplicationConfig, host: string): MasterEnd {
  const server = app.servers.find(({ hostname }) => hostname === host);
  if (server === undefined)
    throw new Failure('config', `${app.file} has no server ${host}, which the killed run was about`);
  return endOf(server);
}
