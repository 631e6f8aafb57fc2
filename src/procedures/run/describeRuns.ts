// For an operator: what the hooks did last, and what a killed one has begun.
import type { Tools } from '../../context/Context.ts';
import { loadAllClusters } from '../../config/load.ts';
import { ifAny } from '../../errors/message.ts';
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import type { RunRecord } from '../../steps/journal.ts';
import { runOfHooks } from '../survey/atWork.ts';
import { mailsSetAside, openMails, refusedDirectory, spoolDirectory } from '../outbox/spool.ts';
import { describeOrders } from '../orders/describeOrders.ts';
import { readOrders } from '../orders/standingOrders.ts';
import { readJournal, runToUndo, unfinishedSteps, wasKilled } from './earlierRuns.ts';

/**
 * One paragraph a cluster: its last run, and what a killed one has left.
 * @param only mha-helper's name of the one cluster that is asked for; null: all
 * @param told clusters whose standing orders are told elsewhere
 */
export async function describeRuns(
  tools: Tools,
  only: string | null = null,
  told: ReadonlySet<string> = new Set(),
): Promise<string> {
  const { clusters } = await loadAllClusters(tools.places.configDirectory, tools.files);
  const wanted = clusters.filter(({ name }) => only === null || name === only);
  const paragraphs = await Promise.all(wanted.map(({ name }) => describeCluster(name, !told.has(name), tools)));
  return [...paragraphs, ...(await describeSpool(tools))].join('\n\n');
}

async function describeCluster(name: string, withOrders: boolean, tools: Tools): Promise<string> {
  const [runs, atWork, orders] = await Promise.all([
    readJournal(tools, name),
    runOfHooks(name, tools),
    readOrders(tools, name),
  ]);
  const standing = withOrders ? describeOrders(orders).map((line) => `  ${line}`) : [];
  return [`cluster ${name}`, ...linesOf(runs, atWork), ...standing].join('\n');
}

function linesOf(runs: readonly RunRecord[] | Unknown, atWork: string | null): readonly string[] {
  if (isUnknown(runs)) return [`  it is not known what the hooks did: ${runs.unknown}`];
  if (atWork !== null) return [`  at work now: ${atWork}; wait until it has ended`];
  const last = runs.at(-1);
  return last === undefined ? ['  no hook has run yet'] : describeRun(last, runToUndo(runs));
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
  const offer =
    toUndo === null ? [] : ['  mha-helper undo undoes:', ...toUndo.steps.map(({ title }) => `    ${title}`)];
  const what = `  last run: ${run.procedure} of ${run.origHost}${ifAny(' -> ', run.newHost)}, ${run.startedAt}`;
  if (!wasKilled(run)) return [what, ...offer, `  ended: ${endText(run)}`];
  return [
    `${what}, pid ${run.pid}: KILLED`,
    ...unfinishedSteps(run).map(({ title, state }) => `    ${state === 'done' ? 'done ' : 'begun'}  ${title}`),
    '  the same call again finishes it',
    ...offer,
  ];
}

/** Nobody is at work on the cluster: a run without an end changed nothing before it was killed. */
function endText({ end, acknowledged, allowed }: RunRecord): string {
  if (end === null) return 'no: it was killed before it had changed anything';
  const done = acknowledged === undefined ? '' : ` (done, says ${acknowledged.by}, ${acknowledged.at})`;
  const again = allowed === undefined ? '' : ` (another failover allowed by ${allowed.by}, ${allowed.at})`;
  return `${end.outcome}${ifAny(': ', end.message)}${done}${again}`;
}
