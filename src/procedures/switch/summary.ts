// What a person must know after a switch, from what the servers and hosts say now and what the hooks have recorded.
// Pure.
import { errorLine } from '../../errors/message.ts';
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import { whyNoAnswer } from '../survey/noAnswer.ts';
import { vipCommand } from '../../steps/byHand.ts';
import type { RunRecord } from '../../steps/journal.ts';
import {
  holdersOf,
  isUnknownEverywhere,
  partlyOn,
  serverName,
  unknownOf,
  type ServerState,
  type Survey,
} from '../survey/surveyCluster.ts';

export interface SummaryText {
  readonly lines: readonly string[];
  /** What is not as it should be after a switch; one line each. */
  readonly attention: readonly string[];
}

/** @param runs of the hooks during this switch. @param dead the server that the failover was for */
export function switchSummary(
  app: ApplicationConfig,
  survey: Survey,
  runs: readonly RunRecord[],
  dead: ApplicationServer | null,
): SummaryText {
  const name = (server: ApplicationServer): string => serverName(server, app);
  const writable = survey.servers.filter(({ readOnly }) => readOnly === false);
  const facts: (readonly [string, string])[] = [
    [
      'master now',
      writable.length === 0 ? 'NO server takes writes' : writable.map(({ server }) => name(server)).join(' AND '),
    ],
    ['writer address', whereAddressIs(survey)],
    ...survey.servers.map((state) => [name(state.server), describeServer(state, name)] as const),
  ];
  const width = Math.max(...facts.map(([what]) => what.length));
  return {
    lines: [
      ...facts.map(([what, text]) => `  ${what.padEnd(width)}  ${text}`),
      ...runs.flatMap(describeRun),
      ...outage(runs),
    ],
    attention: attentionOf(app, survey, dead),
  };
}

/** What is not as it should be; one line each. @param dead a server that is known to be out of the cluster */
export function attentionOf(app: ApplicationConfig, survey: Survey, dead: ApplicationServer | null): readonly string[] {
  const name = (server: ApplicationServer): string => serverName(server, app);
  const writable = survey.servers.filter(({ readOnly }) => readOnly === false);
  return [
    ...attentionToMasters(survey, writable, name),
    ...attentionToReplicas(survey, dead, name),
    ...attentionToAddress(app, survey, writable),
  ];
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
  const behind = replication.secondsBehind === null ? '' : `, ${replication.secondsBehind} s behind`;
  const state = replication.running
    ? `replicates from ${from}${behind}`
    : `is a replica of ${from}, but replication does NOT run`;
  return `${writes}, ${state}${replication.error === '' ? '' : `: ${replication.error}`}`;
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
  const ended =
    run.end === null
      ? 'NOT ENDED'
      : `${run.end.outcome === 'failed' ? 'FAILED' : 'done'} in ${seconds(run.startedAt, run.end.at)}`;
  return [
    `  ${run.procedure}, ${run.origHost}${run.newHost === null ? '' : ` -> ${run.newHost}`}: ${ended}`,
    ...run.steps.map(
      ({ title, state, at, endedAt }) =>
        `    ${(endedAt === null ? '' : seconds(at, endedAt)).padStart(9)}  ${title}${state === 'done' ? '' : ` (${state === 'undone' ? 'UNDONE' : 'NOT FINISHED'})`}`,
    ),
  ];
}

/** Of a planned switch: from the first step that can keep a client from writing to the last that lets it. */
function outage(runs: readonly RunRecord[]): string[] {
  const stop = runs.find(({ procedure, end }) => procedure === 'online stop' && end?.outcome !== 'failed');
  const start = runs.find(({ procedure, end }) => procedure === 'online start' && end?.outcome === 'done');
  const closing = stop?.steps
    .filter(({ id }) => id === `release-address:${stop.origHost}` || id === `set-read-only:${stop.origHost}`)
    .map(({ at }) => at)
    .sort()[0];
  const opened = start?.steps
    .map(({ endedAt }) => endedAt ?? '')
    .sort()
    .at(-1);
  return closing === undefined || opened === undefined || opened === ''
    ? []
    : [`  no client could write at the writer address for ${seconds(closing, opened)}`];
}

function attentionToMasters(
  { servers }: Survey,
  writable: readonly ServerState[],
  name: (server: ApplicationServer) => string,
): string[] {
  const unknown = servers.filter(({ alive, readOnly }) => alive && readOnly === null).map(({ server }) => name(server));
  if (writable.length > 1)
    return [
      `MORE THAN ONE server takes writes: ${writable.map(({ server }) => name(server)).join(', ')}; set read_only=1 on all but the master at once`,
    ];
  if (writable.length === 1) return [];
  return [
    `no server is seen to take writes${unknown.length === 0 ? '' : ` (not known of ${unknown.join(', ')})`}; set read_only=0 on the one that must be the master, and assign the writer address there`,
  ];
}

function attentionToReplicas(
  { servers }: Survey,
  dead: ApplicationServer | null,
  name: (server: ApplicationServer) => string,
): string[] {
  return servers.flatMap(({ server, replication, readOnly, alive }) => {
    if (server === dead && !alive)
      return [
        `${name(server)} is out of the cluster: bring it back as a replica of the new master before it may take anything over`,
      ];
    if (!alive) return [`${name(server)} does not answer`];
    if (replication !== null && readOnly === false)
      return [`${name(server)} takes writes, but is still set up as a replica`];
    if (replication !== null && !replication.running) return [`${name(server)} does not replicate`];
    if (replication === null && readOnly === true) return [`${name(server)} is read-only and replicates from nobody`];
    return [];
  });
}

function attentionToAddress(app: ApplicationConfig, survey: Survey, writable: readonly ServerState[]): string[] {
  const { address } = survey;
  if (address === null) return [];
  const partly = partlyOn(survey);
  const holders = holdersOf(survey);
  const unknown = unknownOf(survey);
  const master = writable.length === 1 ? writable[0]?.server.hostname : undefined;
  // The fault is not the hosts' then, and none of them is to be kept off the network for it.
  if (isUnknownEverywhere(survey))
    return [`it is not known where the writer address ${address} is: no host could be asked for it`];
  const masterIsUnknown = master !== undefined && unknown.includes(master);
  const others = unknown.filter((host) => host !== master);
  return [
    ...(holders.length > 1 ? [`the writer address ${address} is on more than one host: ${holders.join(', ')}`] : []),
    ...partly.map(
      (host) =>
        `the writer address ${address} is on ${host} in part only, and clients may be led there: run "${vipCommand(host === master ? 'assign' : 'release', host, app.file)}"`,
    ),
    ...(masterIsUnknown
      ? [`it is not known whether ${master}, which takes the writes, has the writer address ${address}`]
      : []),
    ...(holders.length === 0 && partly.length === 0 && !masterIsUnknown
      ? [
          `the writer address ${address} is on no host that answers: clients cannot reach the master there${master === undefined || unknown.length > 0 ? '' : `; run "${vipCommand('assign', master, app.file)}"`}`,
        ]
      : []),
    ...(holders.length === 1 && master !== undefined && holders[0] !== master
      ? [
          `the writer address ${address} is on ${holders[0] ?? ''}, but ${master} takes the writes: run "${vipCommand('release', holders[0] ?? '', app.file)}", then "${vipCommand('assign', master, app.file)}"`,
        ]
      : []),
    ...(others.length > 0
      ? [
          `${others.join(', ')} could not be asked whether the writer address ${address} is still there: keep that host off the network until you know`,
        ]
      : []),
  ];
}

function seconds(from: string, to: string): string {
  return `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(3)} s`;
}
