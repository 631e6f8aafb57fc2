// For an operator after a kill -9: what a run had begun, and taking it back.
import type { Tools } from '../context/Context.ts';
import { loadAllClusters } from '../config/load.ts';
import { Failure } from '../errors/errors.ts';
import { errorLine } from '../errors/message.ts';
import type { ApplicationConfig, ApplicationServer } from '../mha/applicationConfig.ts';
import { outcomeOf, type Outcome } from '../mha/exitCodes.ts';
import type { MasterEnd } from '../mha/request.ts';
import type { RunRecord } from '../steps/journal.ts';
import { readJournal, runToUndo, unfinishedSteps, wasKilled } from './earlierRuns.ts';
import { mailsSetAside, openMails, refusedDirectory, spoolDirectory } from './mailSpool.ts';
import { withRun, type Run } from './openRun.ts';
import { undoRecorded } from './undoRecorded.ts';

/** One paragraph a cluster: its last run, and what a killed one has left. */
export async function describeRuns(tools: Tools): Promise<string> {
  const { clusters } = await loadAllClusters(tools.places.configDirectory, tools.files);
  const paragraphs = await Promise.all(clusters.map(async ({ name }) => {
    const runs = await readJournal(tools, name);
    const last = runs.at(-1);
    return [`cluster ${name}`, ...(last === undefined ? ['  no hook has run yet'] : describeRun(last, runToUndo(runs)))].join('\n');
  }));
  return [...paragraphs, ...await describeSpool(tools)].join('\n\n');
}

/** Nothing when no mail is left anywhere. */
async function describeSpool(tools: Tools): Promise<string[]> {
  const [open, aside] = await Promise.all([openMails(tools), mailsSetAside(tools)]);
  const lines = [
    ...(open === 0 ? [] : [`  ${open} not delivered yet, in ${spoolDirectory(tools)}: mha-helper report --flush`]),
    ...(aside === 0 ? [] : [`  ${aside} refused for good by the mail server, set aside in ${refusedDirectory(tools)}`]),
  ];
  return lines.length === 0 ? [] : [['mails', ...lines].join('\n')];
}

function describeRun(run: RunRecord, toUndo: RunRecord | null): string[] {
  const offer = toUndo === null ? [] : ['  mha-helper undo takes back:', ...toUndo.steps.map(({ title }) => `    ${title}`)];
  const what = `  last run: ${run.procedure} of ${run.origHost}${run.newHost === null ? '' : ` -> ${run.newHost}`}, ${run.startedAt}`;
  if (!wasKilled(run)) return [what, ...offer, `  ended: ${run.end === null ? 'not yet' : `${run.end.outcome}${run.end.message === '' ? '' : `: ${run.end.message}`}`}`];
  return [
    `${what}, pid ${run.pid}: KILLED, or still running`,
    ...unfinishedSteps(run).map(({ title, state }) => `    ${state === 'done' ? 'done ' : 'begun'}  ${title}`),
    '  the same call again finishes it',
    ...offer,
  ];
}

/**
 * Takes back what runs of this cluster have left half done, newest first: after an `online start`, the `online stop` before it.
 * @throws Failure `refused` when that could make a second writable master
 */
export async function undoHalfDone(app: ApplicationConfig, cluster: string, tools: Tools): Promise<Outcome> {
  const leftToDo: string[] = [];
  let last: string | null = null;
  for (;;) {
    const half = runToUndo(await readJournal(tools, cluster));
    if (half === null || half.run === last) break;
    last = half.run;
    leftToDo.push(...await undoRun(app, half, tools));
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
  await withRun(tools, { procedure: 'undo', orig, next: next ?? null, sshOptions: app.sshOptions, record: 'undone' }, async (run) => {
    if (next !== undefined && half.procedure === 'online stop') await newMasterIsClosed(run, next);
    left = await undoRecorded(run, half, ends);
    return { kind: 'done' };
  });
  return left;
}

async function newMasterIsClosed(run: Run, next: MasterEnd): Promise<void> {
  let readOnly: boolean;
  try {
    readOnly = (await (await run.server(next)).readOnly()).readOnly;
  } catch (error) {
    throw new Failure('refused', `it cannot be found out whether ${next.host} takes writes (${errorLine(error)}); nothing was undone`);
  }
  if (!readOnly) {
    throw new Failure('refused', `${next.host} is writable: giving the writer back would make two writable masters; nothing was undone`, {
      hint: `decide which one is the master; set read_only=1 on ${next.host} first if it is the other`,
    });
  }
}

function masterEnd(app: ApplicationConfig, host: string): MasterEnd {
  const server = app.servers.find(({ hostname }) => hostname === host);
  if (server === undefined) throw new Failure('config', `${app.file} has no server ${host}, which the killed run was about`);
  return endOf(server);
}

/** A server of MHA's application file as MHA would pass it to a hook, but for the address: names are resolved when connecting. */
export function endOf(server: ApplicationServer): MasterEnd {
  const { hostname, port, user, password, sshHost, sshPort, sshUser } = server;
  return {
    host: hostname, ip: server.ip ?? hostname, port, user, password, sshPort,
    ...(sshUser === undefined ? {} : { sshUser }),
    ...(sshHost === undefined || sshHost === hostname ? {} : { sshHost, sshIp: sshHost }),
  };
}
