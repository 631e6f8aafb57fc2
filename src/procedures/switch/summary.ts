// What a person must know after a switch, from what the servers and hosts say now and what the hooks have recorded.
// Pure.
import { errorLine, ifAny } from '../../errors/message.ts';
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import type { Replication } from '../../mysql/Server.ts';
import type { RunRecord, StepRecord } from '../../steps/journal.ts';
import { outageText, type WitnessRecord } from '../../steps/witnessRecord.ts';
import { whyNoAnswer } from '../survey/noAnswer.ts';
import {
  holdersOf,
  isUnknownEverywhere,
  partlyOn,
  serverName,
  unknownOf,
  writableOf,
  type ServerState,
  type Survey,
} from '../survey/surveyCluster.ts';
import { attentionOf } from './attention.ts';

export interface SummaryText {
  readonly lines: readonly string[];
  /** What is not as it should be after a switch; one line each. */
  readonly attention: readonly string[];
}

/**
 * @param runs of the hooks during this switch
 * @param dead the server that the failover was for
 * @param witness what clients met; null: nobody looked, and nothing is said of an outage
 */
export function switchSummary(
  app: ApplicationConfig,
  survey: Survey,
  runs: readonly RunRecord[],
  dead: ApplicationServer | null,
  witness: WitnessRecord | null,
): SummaryText {
  const name = (server: ApplicationServer): string => serverName(server, app);
  const writable = writableOf(survey);
  const facts: (readonly [string, string])[] = [
    [
      'master now',
      writable.length === 0 ? 'NO server takes writes' : writable.map(({ server }) => name(server)).join(' AND '),
    ],
    ['writer address', whereAddressIs(survey)],
    ...(witness === null ? [] : [['outage', outageText(witness)] as const]),
    ...survey.servers.map((state) => [name(state.server), describeServer(state, name)] as const),
  ];
  const width = Math.max(...facts.map(([what]) => what.length));
  return {
    lines: [
      ...facts.map(([what, text]) => `  ${what.padEnd(width)}  ${text}`),
      ...runs.flatMap(describeRun),
      ...byTheHooks(runs),
    ],
    attention: [...attentionOf({ app, survey, dead, atWork: null }), ...notArrived(witness)],
  };
}

/** Servers and hosts may be as they must be, and clients find nobody all the same. */
function notArrived(witness: WitnessRecord | null): readonly string[] {
  if (witness?.met !== 'nobody') return [];
  const from = ifAny(' from ', witness.seenFrom);
  const where = `through ${witness.through}${from}`;
  return [`clients do not arrive: no server that takes writes is met ${where}, as there was before: ${witness.note}`];
}

/** `read-only, replicates from db10, 0 s behind`. */
export function describeServer(
  { readOnly, replication, source, failure, alive }: ServerState,
  name: (server: ApplicationServer) => string,
): string {
  if (failure !== null) return alive ? `answers, but could not be asked: ${errorLine(failure)}` : whyNoAnswer(failure);
  const writes = readOnly === true ? 'read-only' : 'takes writes';
  if (replication === null) return `${writes}, is no replica`;
  const from = source === null ? `${replication.sourceHost}:${replication.sourcePort}` : name(source);
  return `${writes}, ${replicates(replication, from)}${ifAny(': ', replication.error)}`;
}

function replicates({ running, secondsBehind }: Replication, from: string): string {
  if (!running) return `is a replica of ${from}, but replication does NOT run`;
  return secondsBehind === null ? `replicates from ${from}` : `replicates from ${from}, ${secondsBehind} s behind`;
}

function whereAddressIs(survey: Survey): string {
  const { address } = survey;
  if (address === null) return 'not managed (vip_type = none)';
  const holders = holdersOf(survey);
  const unknown = unknownOf(survey);
  const partly = partlyOn(survey);
  if (isUnknownEverywhere(survey)) return `not known where ${address} is: no host could be asked for it`;
  const whole =
    holders.length > 0
      ? `${address} is on ${holders.join(' AND ')}`
      : `${address} is on NO host${unknown.length === 0 ? '' : ' that answers'}`;
  const on = partly.length === 0 ? whole : `${whole}; IN PART ONLY on ${partly.join(' and ')}`;
  return unknown.length === 0 ? on : `${on}; not known of ${unknown.join(', ')}, which could not be asked`;
}

function describeRun(run: RunRecord): string[] {
  const to = ifAny(' -> ', run.newHost);
  return [`  ${run.procedure}, ${run.origHost}${to}: ${endOfRun(run)}`, ...run.steps.map(describeStep)];
}

function endOfRun({ startedAt, end }: RunRecord): string {
  if (end === null) return 'NOT ENDED';
  return `${end.outcome === 'failed' ? 'FAILED' : 'done'} in ${seconds(startedAt, end.at)}`;
}

function describeStep({ title, state, at, endedAt }: StepRecord): string {
  const took = (endedAt === null ? '' : seconds(at, endedAt)).padStart(9);
  return `    ${took}  ${title}${stateOfStep[state]}`;
}

const stateOfStep = { done: '', undone: ' (UNDONE)', begun: ' (NOT FINISHED)' } as const;

/** Of a planned switch: from the first step that can keep a client from writing to the last that lets it. */
function byTheHooks(runs: readonly RunRecord[]): string[] {
  const stop = runs.find(({ procedure, end }) => procedure === 'online stop' && end?.outcome !== 'failed');
  const start = runs.find(({ procedure, end }) => procedure === 'online start' && end?.outcome === 'done');
  const closing = stop?.steps
    .filter(({ id }) => id === `release-address:${stop.origHost}` || id === `set-read-only:${stop.origHost}`)
    .map(({ at }) => at)
    .sort()[0];
  const opened = start?.steps
    .filter(({ id }) => /^(assign-address|clear-read-only):/.test(id))
    .map(({ endedAt }) => endedAt ?? '')
    .sort()
    .at(-1);
  return closing === undefined || opened === undefined || opened === ''
    ? []
    : [`  from the release of the writer address to its assignment: ${seconds(closing, opened)}, by the hooks' clock`];
}

function seconds(from: string, to: string): string {
  return `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(3)} s`;
}
