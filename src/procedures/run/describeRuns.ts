// For an operator: what the hooks did last, and what a killed one has begun.
import type { Tools } from '../../context/Context.ts';
import { loadAllClusters } from '../../config/load.ts';
import { isUnknown } from '../../errors/unknown.ts';
import type { RunRecord } from '../../steps/journal.ts';
import { mailsSetAside, openMails, refusedDirectory, spoolDirectory } from '../outbox/spool.ts';
import { readJournal, runToUndo, unfinishedSteps, wasKilled } from './earlierRuns.ts';

/** One paragraph a cluster: its last run, and what a killed one has left. */
export async function describeRuns(tools: Tools): Promise<string> {
  const { clusters } = await loadAllClusters(tools.places.configDirectory, tools.files);
  const paragraphs = await Promise.all(
    clusters.map(async ({ name }) => {
      const runs = await readJournal(tools, name);
      if (isUnknown(runs)) return `cluster ${name}\n  it is not known what the hooks did: ${runs.unknown}`;
      const last = runs.at(-1);
      return [
        `cluster ${name}`,
        ...(last === undefined ? ['  no hook has run yet'] : describeRun(last, runToUndo(runs))),
      ].join('\n');
    }),
  );
  return [...paragraphs, ...(await describeSpool(tools))].join('\n\n');
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
    toUndo === null ? [] : ['  mha-helper undo takes back:', ...toUndo.steps.map(({ title }) => `    ${title}`)];
  const what =
    `  last run: ${run.procedure} of ${run.origHost}${run.newHost === null ? '' : ` -> ${run.newHost}`}, ` +
    `${run.startedAt}`;
  if (!wasKilled(run))
    return [
      what,
      ...offer,
      '  ended: ' +
        `${run.end === null ? 'not yet' : `${run.end.outcome}${run.end.message === '' ? '' : `: ${run.end.message}`}`}`,
    ];
  return [
    `${what}, pid ${run.pid}: KILLED, or still running`,
    ...unfinishedSteps(run).map(({ title, state }) => `    ${state === 'done' ? 'done ' : 'begun'}  ${title}`),
    '  the same call again finishes it',
    ...offer,
  ];
}
