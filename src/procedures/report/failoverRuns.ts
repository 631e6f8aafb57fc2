// Which of the journal's runs belong to the failover that is reported.
import type { ReportRequest } from '../../mha/request.ts';
import type { RunRecord } from '../../steps/journal.ts';

/**
 * The hard runs about the same hosts that come last in the journal, oldest first: from the `stop` or `stopssh` of this
 * failover on.
 * @param since ISO 8601: what began before is another failover's
 */
export function runsOfFailover(
  runs: readonly RunRecord[],
  request: ReportRequest,
  since: string,
): readonly RunRecord[] {
  const found: RunRecord[] = [];
  for (const run of [...runs].reverse()) {
    // By hand, in between.
    if (run.procedure.startsWith('vip ')) continue;
    if (!run.procedure.startsWith('hard ') || run.origHost !== request.origHost || run.startedAt < since) break;
    if (request.newHost !== undefined && run.newHost !== null && run.newHost !== request.newHost) break;
    // Backwards, a start before a stop was the end of an earlier failover.
    if (run.procedure === 'hard start' && found.some(({ procedure }) => procedure !== 'hard start')) break;
    found.unshift(run);
  }
  return found;
}
