// A drill: check, consent, a planned switch to another server and back. The way back is made after a switch that was
// over the budget too: it restores the order of the servers, and its outage is the second figure.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import { addToRun } from '../../steps/journal.ts';
import { checkText, exitCodeOfCheck } from '../check/checkText.ts';
import { runCheck } from '../check/runCheck.ts';
import { mastersOf, serverName, surveyCluster, writableOf, type Survey } from '../survey/surveyCluster.ts';
import { attentionOf } from '../switch/attention.ts';
import type { Screen } from '../switch/runMha.ts';
import { lookFirst, runSwitch, type Ready, type SwitchResult } from '../switch/runSwitch.ts';
import { withProgress } from '../switch/withProgress.ts';
import type { DrillReport, DrillWay } from './DrillReport.ts';
import { consentText, isWithin, outcomeOf } from './drillText.ts';
import { keepDrill } from './lastDrill.ts';

/** How long the cluster may take to be whole again between the two ways, in ms. */
const settleMs = 60_000;
const againMs = 1_000;
/** A replica that is so far behind would keep clients waiting on the way back, in seconds. */
const mostBehind = 1;

export interface DrillOptions {
  readonly conf: string;
  readonly to: string | undefined;
  readonly pauseMonitor: boolean;
  readonly budgetSeconds: number | null;
  /** Nobody is asked. */
  readonly yes: boolean;
}

/** Asks a person; null where nobody can be asked. */
export type Ask = (question: string) => Promise<string | null>;

export type Drilled = { readonly report: DrillReport } | { readonly notReady: number };

/**
 * @returns the report, or the exit code of a check that is not READY: then nothing was changed
 * @throws Failure when the first switch was not begun: nothing was changed
 */
export async function runDrill(options: DrillOptions, ask: Ask, tools: Tools, screen: Screen): Promise<Drilled> {
  const { clock, progress } = { clock: tools.clock, progress: screen.progress };
  const lines = await withProgress(progress, clock, () => 'checking', runCheck(options.conf, false, tools));
  screen.out(`${checkText(lines)}\n\n`);
  const notReady = exitCodeOfCheck(lines);
  if (notReady !== 0) return { notReady };
  tools.interrupted.throwIfAborted();
  const ready = await lookFirst(switchOptions(options, options.to), tools, screen);
  const before = masterBefore(ready);
  await consent(before, ready, options, ask, tools);
  return { report: await thereAndBack(before, ready, options, tools, screen) };
}

function switchOptions({ conf, pauseMonitor }: DrillOptions, to: string | undefined) {
  return { conf, to, pauseMonitor, dead: undefined, ignoreLastFailover: false };
}

/** @throws Failure `refused` where there would be no way back */
function masterBefore({ request, survey }: Ready): string {
  const [master, ...more] = mastersOf(survey);
  if (master === undefined || more.length > 0)
    throw new Failure('refused', 'it is not known which server is the master');
  const name = serverName(master, request.app);
  if (master.noMaster) {
    throw new Failure('refused', `${name} has no_master in ${request.app.file}: there would be no way back to it`, {
      hint: 'nothing was changed; take no_master out for a drill',
    });
  }
  return name;
}

/** @throws Failure `refused` without it */
async function consent(
  master: string,
  { request, monitor }: Ready,
  { yes, to }: DrillOptions,
  ask: Ask,
  { interrupted }: Tools,
): Promise<void> {
  if (yes) return;
  const answer = await ask(consentText(master, to ?? null, request.app.name, monitor !== null));
  interrupted.throwIfAborted();
  if (answer === null) {
    throw new Failure('refused', 'a drill cuts clients off twice, and nobody can be asked here; nothing was changed', {
      hint: 'give --yes',
    });
  }
  if (!/^y(?:es)?$/i.test(answer.trim())) throw new Failure('refused', 'not wanted; nothing was changed');
}

async function thereAndBack(
  master: string,
  { request, settings }: Ready,
  options: DrillOptions,
  tools: Tools,
  screen: Screen,
): Promise<DrillReport> {
  const { app } = request;
  const { budgetSeconds } = options;
  const began = tools.clock.now().toISOString();
  const ways: DrillWay[] = [];
  let seen: Survey | null = null;
  const go = async (way: DrillWay['way'], from: string, to: string | undefined): Promise<string> => {
    const result = await runSwitch(switchOptions(options, to), false, tools, screen);
    seen = result.survey;
    const done = wayOf(result, way, from, masterOf(seen));
    ways.push(done);
    await mark(result, way, began, settings[0]?.cluster ?? '', tools);
    if (!isWithin(done, budgetSeconds))
      tools.log.warn(`the way ${way} was not within the budget of ${String(budgetSeconds)} s`);
    return result.code === 0 ? '' : `masterha_master_switch ended with ${result.code} on the way ${way}`;
  };
  const masterOf = (survey: Survey | null): string | null => {
    const [one, ...more] = survey === null ? [] : writableOf(survey);
    return one === undefined || more.length > 0 ? null : serverName(one.server, app);
  };
  let why = await go('there', master, options.to);
  const other = masterOf(seen);
  if (why === '') {
    why = await untilWhole(async () => (seen = await surveyCluster(app, settings, 'servers and address', tools)));
    if (why === '') why = await go('back', other ?? '?', master).catch((error: unknown) => errorLine(asFailure(error)));
  }
  const known = { cluster: app.name, conf: app.file, began, by: tools.places.operator ?? null, budgetSeconds, ways };
  const facts = { ...known, ended: tools.clock.now().toISOString(), master, masterNow: masterOf(seen), why };
  const report = { ...facts, outcome: outcomeOf(facts, why) };
  if (report.outcome === 'done' || report.outcome === 'over budget') await keepDrill(report, tools);
  return report;

  /** Why it does not become whole; '' when it is. */
  async function untilWhole(look: () => Promise<Survey>): Promise<string> {
    const until = tools.clock.monotonic() + settleMs;
    for (;;) {
      if (tools.interrupted.aborted) return 'interrupted';
      const missing = notWhole(await look());
      if (missing === null) return '';
      if (tools.clock.monotonic() >= until) return `after ${settleMs / 1000} s: ${missing}`;
      await tools.clock.sleep(againMs, tools.interrupted).catch(() => undefined);
    }
  }

  function notWhole(survey: Survey): string | null {
    const [attention] = attentionOf({ app, survey, dead: null, atWork: null });
    if (attention !== undefined) return attention;
    const late = survey.servers.find(
      ({ replication }) =>
        replication !== null && (replication.secondsBehind ?? Infinity) > mostBehind + replication.delay,
    );
    return late === undefined ? null : `${serverName(late.server, app)} has not caught up`;
  }
}

function wayOf(result: SwitchResult, way: DrillWay['way'], from: string, to: string | null): DrillWay {
  const { code, tookMs, witness } = result;
  return { way, from, to, code, seconds: Math.round(tookMs) / 1000, outage: witness };
}

/** So that the history can tell a drill from a switch. */
async function mark(
  { runs }: SwitchResult,
  way: DrillWay['way'],
  began: string,
  cluster: string,
  tools: Tools,
): Promise<void> {
  const last = runs.at(-1);
  if (last !== undefined) await addToRun(tools, cluster, last.run, { drill: { way, began } });
}
