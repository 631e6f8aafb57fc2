// What a person must know or do first. Everything else in the mail can wait until the morning.
import { vipCommand } from '../steps/byHand.ts';
import type { Report } from './Report.ts';
import { holdersOf, runTitle, stepEnd, timeOfDay, writersOf } from './wording.ts';

export interface Attention {
  /** `failed`: there is no new master. `attention`: there is one, and something is left to do. */
  readonly verdict: 'good' | 'attention' | 'failed';
  /** Each begins with `LEFT TO DO:`, `FAILED:` or `DANGER:`. */
  readonly lines: readonly string[];
}

export function attentionOf(report: Report): Attention {
  const failed =
    report.newHost === null
      ? ['FAILED: the failover did not succeed, there is no new master: the applications may be without a writer']
      : [];
  const lines = [
    ...failed,
    ...dangers(report),
    ...fromRuns(report),
    ...report.missingWrites.map((line) => `LEFT TO DO: ${line}`),
  ];
  return {
    verdict: failed.length > 0 ? 'failed' : lines.length > 0 ? 'attention' : 'good',
    lines: [...new Set(lines)],
  };
}

/** Only the last run of each procedure counts: what failed first and then worked is told in the steps. */
function fromRuns({ runs }: Report): string[] {
  const last = new Map(runs.map((run) => [run.procedure, run]));
  return [...last.values()].flatMap((run) => {
    if (run.end === null) {
      const begun = run.steps
        .filter(({ state }) => state !== 'undone')
        .map((step) => `${step.title} (${stepEnd(step)})`);
      return [
        `LEFT TO DO: ${runTitle(run)}: begun at ${timeOfDay(run.startedAt)} and not ended; it was killed, or still runs${begun.length === 0 ? '' : `: ${begun.join(', ')}`}; see "mha-helper status" on the manager host`,
      ];
    }
    if (run.end.outcome === 'failed') return [`FAILED: ${runTitle(run)}: ${run.end.message}`];
    return run.end.outcome === 'proceed'
      ? (run.end.leftToDo ?? [run.end.message]).map((line) => `LEFT TO DO: ${line}`)
      : [];
  });
}

function dangers({ now, newHost, conf }: Report): string[] {
  if (now.unknown !== null) return [];
  const holders = holdersOf(now);
  const writers = writersOf(now);
  const lines: string[] = [];
  if (writers.length > 1)
    lines.push(
      `DANGER: more than one server takes writes: ${writers.join(' and ')}; set read_only=1 on the one that is not the master`,
    );
  if (holders.length > 1)
    lines.push(
      `DANGER: the writer address ${now.address ?? ''} is on more than one host: ${holders.join(' and ')}; remove it where it does not belong`,
    );
  if (newHost === null) return lines;
  const next = now.hosts.find(({ host }) => host === newHost);
  if (next?.takesWrites === false)
    lines.push(
      `LEFT TO DO: the new master ${newHost} is read-only, nobody can write there: set read_only=0 when it is certain that no other server takes writes`,
    );
  for (const { host } of now.hosts.filter(({ holdsAddress }) => holdsAddress === 'partly')) {
    lines.push(
      `LEFT TO DO: the writer address ${now.address ?? ''} is on ${host} in part only, and clients may be led there: run "${vipCommand(host === newHost ? 'assign' : 'release', host, conf)}" on the manager host`,
    );
  }
  if (next?.holdsAddress === false && now.address !== null) {
    lines.push(
      `LEFT TO DO: the new master ${newHost} does not hold the writer address ${now.address}${holders.length === 0 ? '' : `; it is on ${holders.join(', ')}`}: clients cannot reach it there`,
    );
  }
  return lines;
}
