// What a drill amounts to, and how it is told. Pure.
import { goOnExitCode, halfWayExitCode, overBudgetExitCode } from '../../mha/exitCodes.ts';
import { outageText } from '../../steps/witnessRecord.ts';
import { textTable } from '../textTable.ts';
import type { DrillReport, DrillWay } from './DrillReport.ts';

/** Unknown is not no: an outage that was not measured is not within a budget. */
export function isWithin({ outage }: DrillWay, budgetSeconds: number | null): boolean {
  if (budgetSeconds === null) return true;
  if (outage === null || outage.outageMs === null || outage.atLeast || outage.met !== 'new master') return false;
  return outage.outageMs <= budgetSeconds * 1000;
}

/** @param why it went no further; '' where it did not stop */
export function outcomeOf(
  { ways, master, masterNow, budgetSeconds }: Pick<DrillReport, 'ways' | 'master' | 'masterNow' | 'budgetSeconds'>,
  why: string,
): DrillReport['outcome'] {
  if (masterNow !== master) return 'half-way';
  if (why !== '') return ways.length > 1 ? 'half-way' : 'failed';
  return ways.every((way) => isWithin(way, budgetSeconds)) ? 'done' : 'over budget';
}

export function drillExitCode({ outcome, ways }: DrillReport): number {
  switch (outcome) {
    case 'done':
      return 0;
    case 'over budget':
      return overBudgetExitCode;
    case 'half-way':
      return halfWayExitCode;
    case 'failed': {
      const code = ways[0]?.code ?? 1;
      return code === 0 || code === goOnExitCode ? halfWayExitCode : code;
    }
  }
}

export function drillText(report: DrillReport): string {
  const { cluster, master, why, ways, budgetSeconds } = report;
  const rows = ways.map((way) => [
    `  ${way.way}`,
    `${way.from} -> ${way.to ?? '?'}`,
    `MHA ${way.seconds.toFixed(1)} s`,
    `outage ${outageOf(way)}${verdict(way, budgetSeconds)}`,
  ]);
  return [
    `Drill of ${cluster}: ${headline(report)}`,
    ...(rows.length === 0 ? [] : [textTable(rows)]),
    ...(why === '' ? [] : [`  why: ${why}`]),
    ...wayBack(report).map((line) => `  ${line}`),
    ...(report.outcome === 'failed' ? [`  ${master} is the master, as before`] : []),
  ].join('\n');
}

function headline({ outcome, master, masterNow }: DrillReport): string {
  const now = masterNow === null ? 'it is NOT known which server takes writes' : `${masterNow} is the master now`;
  switch (outcome) {
    case 'done':
      return `there and back; ${master} is the master, as before`;
    case 'over budget':
      return `there and back; ${master} is the master, as before; OVER BUDGET`;
    case 'half-way':
      return `HALF-WAY: ${now}; before it was ${master}`;
    case 'failed':
      return 'the first switch was not made';
  }
}

function outageOf({ outage }: DrillWay): string {
  return outage === null ? 'not measured: nobody looked' : outageText(outage);
}

function verdict(way: DrillWay, budgetSeconds: number | null): string {
  if (budgetSeconds === null) return '';
  return isWithin(way, budgetSeconds) ? `; within ${budgetSeconds} s` : `; NOT within ${budgetSeconds} s`;
}

/** What a person does after a drill that ended half-way. */
function wayBack({ outcome, master, masterNow, conf }: DrillReport): readonly string[] {
  if (outcome !== 'half-way') return [];
  const look = `mha-helper status -c ${conf}`;
  if (masterNow === null) return [`look first: ${look}`];
  const back = `mha-helper failover --online --to ${master} -c ${conf}`;
  return masterNow === master
    ? [`look what is left: ${look}`]
    : [`${masterNow} may stay the master; to go back, when all is well (${look}): ${back}`];
}

/** What is asked before anything is changed. */
export function consentText(master: string, to: string | null, cluster: string, isPaused: boolean): string {
  const target = to ?? 'a server that MHA chooses';
  return (
    `Drill of ${cluster}: make ${target} the master in place of ${master}, and ${master} again. Clients are cut off ` +
    `twice, for a moment${isPaused ? '; masterha_manager is paused meanwhile' : ''}. Go on? [yes/no] `
  );
}
