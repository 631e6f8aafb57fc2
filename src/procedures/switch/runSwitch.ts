// An operator's switch: look, pause the monitor, let MHA do it, say where things stand, start the monitor again.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { isUnknown } from '../../errors/unknown.ts';
import { errorLine } from '../../errors/message.ts';
import { goOnExitCode } from '../../mha/exitCodes.ts';
import { checkOnlyCommand, commandText, switchCommand, type SwitchRequest } from '../../mha/switchCommand.ts';
import { addToRun, type RunRecord } from '../../steps/journal.ts';
import type { WitnessRecord } from '../../steps/witnessRecord.ts';
import { readJournal } from '../run/earlierRuns.ts';
import { leftToDo } from '../run/leftToDo.ts';
import { rotateJournal } from '../run/rotateJournal.ts';
import { readManagerLog } from '../report/managerLogTail.ts';
import { notify } from '../notify/notify.ts';
import { leaveToSwitch } from '../managers/askLeave.ts';
import { withoutStoreVariables } from '../managers/withoutStore.ts';
import { giveBackWriter } from './giveBackWriter.ts';
import { giveBackProtection, holdBack, type Held } from './heldBack.ts';
import { surveyCluster, closedHosts, mastersOf, serverName, type Survey } from '../survey/surveyCluster.ts';
import { switchPreflight, type Preflight, type SwitchOptions } from './preflight.ts';
import { outOfCluster } from './attention.ts';
import { switchSummary } from './summary.ts';
import { runMha, type Screen } from './runMha.ts';
import { afterSwitch, beforeSwitch } from './switchCommands.ts';
import { startWitness, type Witness } from '../witness/startWitness.ts';
import { withProgress } from './withProgress.ts';

export type Ready = Preflight & { readonly request: SwitchRequest; readonly survey: Survey };

export interface SwitchResult {
  /** MHA's exit code; 10 also where MHA is content and something is left to do. */
  readonly code: number;
  /** How long MHA was at work, in ms. */
  readonly tookMs: number;
  /** After it; null: nothing was changed, a rehearsal. */
  readonly survey: Survey | null;
  /** What clients met; null: nobody looked. */
  readonly witness: WitnessRecord | null;
  /** Of the hooks, in this switch. */
  readonly runs: readonly RunRecord[];
}

/** How long clients may take to arrive at the new master after MHA has ended, in ms. */
const arrivalMs = 2_000;

/** @throws Failure when MHA was not started: then nothing was changed */
export async function runSwitch(
  options: SwitchOptions,
  dryRun: boolean,
  tools: Tools,
  screen: Screen,
): Promise<SwitchResult> {
  const ready = await withProgress(
    screen.progress,
    tools.clock,
    () => 'looking at the cluster',
    lookFirst(options, tools, screen),
  );
  const { request } = ready;
  tools.log.info(plan(ready));
  tools.log.info(`command: ${commandText(switchCommand(request))}`);
  tools.interrupted.throwIfAborted();
  if (dryRun) {
    const code = await rehearse(ready, tools, screen);
    return { code, tookMs: 0, survey: null, witness: null, runs: [] };
  }
  const [first] = ready.settings;
  const { app, dead } = request;
  const isAlone = await leaveToSwitch(app, dead?.hostname ?? null, first, options.withoutStore ?? false, tools);
  const { cluster = '' } = first ?? {};
  const earlier = new Set((await recordedRuns(cluster, tools)).map(({ run }) => run));
  const isOurs = ({ run }: RunRecord): boolean => !earlier.has(run);
  let survey: Survey | null = null;
  await beforeSwitch(ready, tools);
  let ended: number | null = null;
  // Also where it could not be stopped altogether.
  let held: Held | null = ready.monitor?.kind === 'by hand' ? ready.monitor : null;
  try {
    if (ready.monitor !== null) {
      const holding = holdBack(ready.monitor, request, tools);
      held = await withProgress(screen.progress, tools.clock, () => 'masterha_manager stops', holding);
      tools.log.info('masterha_manager is stopped until the switch is over');
    }
    tools.interrupted.throwIfAborted();
    const began = tools.clock.monotonic();
    const witness = witnessOf(ready, cluster, isOurs, tools);
    const variables = isAlone ? withoutStoreVariables : {};
    const code = await runMha(switchCommand(request), request, tools, screen, variables);
    ended = code;
    const tookMs = tools.clock.monotonic() - began;
    const giveBack = { allowed: ready.settings[0]?.options.give_back ?? true, seenClosed: closedHosts(ready.survey) };
    const back =
      code === 0 || request.dead !== null ? null : await giveBackWriter(request.app, cluster, isOurs, giveBack, tools);
    const seen = (await witness?.end(code === 0 || back?.said != null ? arrivalMs : 0)) ?? null;
    survey = await surveyCluster(request.app, ready.settings, 'servers and address', tools);
    const runs = (await recordedRuns(cluster, tools)).filter(isOurs);
    const { lines, attention } = switchSummary(request.app, survey, runs, request.dead, seen);
    const left = leftToDo(runs, []).flatMap((one) => one.lines);
    const missing = request.dead === null ? [] : (await readManagerLog(request.app, tools)).missingWrites;
    const urgent = attention.filter((line) => !line.includes(outOfCluster));
    const isWhole = [...left, ...urgent, ...missing].length === 0;
    const took = `${(tookMs / 1000).toFixed(1)} s`;
    screen.out(`\n${headline(code, request, isWhole)}; it took ${took}. As it is now:\n${lines.join('\n')}\n`);
    if (back?.said != null && back.problem === null) screen.complain(back.said);
    if (back?.problem != null) screen.complain(`ATTENTION: ${back.problem}`);
    for (const line of attention) screen.complain(`ATTENTION: ${line}`);
    for (const line of missing) screen.complain(`ATTENTION: ${line}`);
    for (const line of left) screen.complain(`LEFT TO DO: ${line}`);
    if (request.dead === null)
      await tellSwitch(headline(code, request, isWhole), lines, isWhole, cluster, ready, tools);
    return { code: code === 0 && !isWhole ? goOnExitCode : code, tookMs, survey, witness: seen, runs };
  } finally {
    if (held !== null) await resumeMonitor(held, ready, survey, tools, screen);
    const why = await afterSwitch(ready, survey, ended, tools);
    if (why !== null) screen.complain(`ATTENTION: after_switch_command: ${why}`);
    await rotateAfterwards(ready, tools);
  }
}

/** MHA reports a failover itself. */
function tellSwitch(
  what: string,
  lines: readonly string[],
  isWhole: boolean,
  cluster: string,
  { request }: Ready,
  tools: Tools,
): Promise<void> {
  const subject = what.charAt(0).toLowerCase() + what.slice(1);
  const severity = isWhole ? 'info' : 'critical';
  const happened = {
    subject,
    text: lines.join('\n'),
    events: ['planned-switch'],
    state: 'happened',
    severity,
  } as const;
  return notify(happened, request.app, cluster, tools);
}

/** Its word is recorded as soon as it is known: MHA's report of a failover has it then. */
function witnessOf(
  { request, settings, survey }: Ready,
  cluster: string,
  isOurs: (run: RunRecord) => boolean,
  tools: Tools,
): Witness | null {
  const { app, dead } = request;
  const master = dead ?? mastersOf(survey)[0];
  if (master === undefined) return null;
  return startWitness({ app, settings, dead, master }, tools, async (witness) => {
    const last = (await recordedRuns(cluster, tools)).findLast(isOurs);
    if (last !== undefined) await addToRun(tools, cluster, last.run, { witness });
  });
}

/** For those who have no monitor. */
async function rotateAfterwards({ settings: [first] }: Ready, tools: Tools): Promise<void> {
  if (first === undefined) return;
  await rotateJournal(first.cluster, first.options, tools).catch((error: unknown) => {
    tools.log.warn(`the journal is not rotated: ${errorLine(error)}`);
  });
}

/** What cannot be read is said, and nothing is told of it. */
async function recordedRuns(cluster: string, tools: Tools): Promise<readonly RunRecord[]> {
  const runs = await readJournal(tools, cluster);
  if (!isUnknown(runs)) return runs;
  tools.log.warn(runs.unknown);
  return [];
}

/** @throws Failure with all that would make the switch fail; nothing was changed */
export async function lookFirst(options: SwitchOptions, tools: Tools, screen: Screen): Promise<Ready> {
  const found = await switchPreflight(options, tools);
  const { problems, request, survey } = found;
  if (problems.length === 0 && request !== null && survey !== null) return { ...found, request, survey };
  const [first] = problems;
  if (first === undefined) throw new Error('a preflight without a result');
  const what = 'the switch was not started and nothing was changed';
  const hint = (failure: Failure): { hint?: string } => (failure.hint === undefined ? {} : { hint: failure.hint });
  if (problems.length === 1)
    throw new Failure(first.kind, `${what}: ${first.message}`, { ...hint(first), cause: first });
  screen.progress.clear();
  for (const problem of problems) screen.complain(`mha-helper: ${errorLine(problem)}`);
  throw new Failure(first.kind, `${what}, because of these ${problems.length} problems`, { cause: first });
}

function plan({ request, survey, monitor }: Ready): string {
  const { app, dead, to } = request;
  const [master] = mastersOf(survey);
  const from = dead ?? master;
  const target = to === null ? 'a new master that MHA chooses' : serverName(to, app);
  const address = survey.address === null ? 'no writer address is managed' : `writer address ${survey.address}`;
  return (
    `${dead === null ? 'planned switch' : 'failover of a dead master'}: ` +
    `${from === undefined ? '' : serverName(from, app)} -> ${target}; ` +
    `${address}${monitor === null ? '' : '; masterha_manager is paused meanwhile'}`
  );
}

/** Changes nothing. */
async function rehearse({ request, monitor }: Ready, tools: Tools, screen: Screen): Promise<number> {
  if (request.dead !== null) {
    tools.log.info('dry run: nothing was changed; MHA has no rehearsal for a dead master');
    return 0;
  }
  if (monitor !== null) {
    tools.log.info(
      "dry run: nothing was changed; MHA's own rehearsal (--check_only) works only while masterha_manager is " +
        'stopped, so it was left out',
    );
    return 0;
  }
  const command = checkOnlyCommand(request);
  tools.log.info(`dry run: MHA's own rehearsal: ${commandText(command)}`);
  const code = await runMha(command, request, tools, screen);
  const would = code === 0 ? 'would switch' : `would NOT switch (exit ${code})`;
  tools.log.info(`dry run: nothing was changed; MHA ${would}`);
  return code;
}

/** @param isWhole nothing is left to do, and all is as it must be */
function headline(code: number, { dead }: SwitchRequest, isWhole: boolean): string {
  const what = dead === null ? 'The planned switch' : `The failover of ${dead.hostname}`;
  if (code === 0) return isWhole ? `${what} succeeded` : `${what} is done, and something is left to do (see below)`;
  if (code === 10) return `${what} gave the master role away, but not every replica follows (MHA exit 10)`;
  return `${what} FAILED (MHA exit ${code})`;
}

/** Whatever happened to the switch. */
async function resumeMonitor(
  held: Held,
  { request, settings }: Ready,
  known: Survey | null,
  tools: Tools,
  screen: Screen,
): Promise<void> {
  const look = async (): Promise<Survey> => known ?? surveyCluster(request.app, settings, 'servers', tools);
  const giving = giveBackProtection(held, request, look, tools);
  const why = await withProgress(screen.progress, tools.clock, () => 'masterha_manager starts', giving);
  if (why === null) tools.log.info('masterha_manager monitors the cluster again');
  else screen.complain(`ATTENTION: ${why}`);
}
