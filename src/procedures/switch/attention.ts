// What is not as it should be in a cluster, and what to do about it. Each rule looks at one thing. None tells anybody
// to open a server, but the master itself where all others are seen to be closed.
import type { ApplicationConfig, ApplicationServer } from '../../mha/applicationConfig.ts';
import { rejoinCommand, vipCommand } from '../../steps/byHand.ts';
import { closedMaster, howToOpen } from '../survey/closedMaster.ts';
import {
  holdersOf,
  isDown,
  isOpenMaster,
  isUnknownEverywhere,
  partlyOn,
  serverName,
  unknownOf,
  writableOf,
  type ServerState,
  type Survey,
} from '../survey/surveyCluster.ts';

export interface Seen {
  readonly app: ApplicationConfig;
  readonly survey: Survey;
  /** A server that is known to be out of the cluster. */
  readonly dead: ApplicationServer | null;
  /** A failover or a hook that is at work at this moment; null: none is. */
  readonly atWork: string | null;
  /** A hook was ended half-way, and `undo` can undo its work; without it nobody has looked. */
  readonly halfWay?: boolean;
  /** Hosts that standing orders are about. */
  readonly mustStayClosed?: readonly string[];
  /** Servers that the survey has not got because they are out of the cluster, and that may take writes. */
  readonly unseen?: readonly ApplicationServer[];
}

type Rule = (seen: Seen) => readonly string[];

/** One line each, in the order in which they matter. */
export function attentionOf(seen: Seen): readonly string[] {
  if (seen.atWork !== null) return [`${seen.atWork} is at work: wait until it has ended before you change anything`];
  return rules.flatMap((rule) => rule(seen));
}

const rules: readonly Rule[] = [
  moreThanOneMaster,
  noMaster,
  eachReplica,
  addressNotKnownAnywhere,
  addressOnMoreThanOne,
  addressInPart,
  addressOfMasterNotKnown,
  addressNowhere,
  addressElsewhere,
  hostsNotAsked,
];

export function moreThanOneMaster({ app, survey }: Seen): readonly string[] {
  const writable = writableOf(survey);
  if (writable.length < 2) return [];
  const names = writable.map(({ server }) => serverName(server, app)).join(', ');
  return [`MORE THAN ONE server takes writes: ${names}; set read_only=1 on all but the master at once`];
}

export function noMaster(seen: Seen): readonly string[] {
  const { app, survey, halfWay, unseen = [] } = seen;
  if (writableOf(survey).length > 0) return [];
  const mute = survey.servers.filter((state) => state.readOnly === null && !isDown(state));
  const silent = [...mute.map(({ server }) => server), ...unseen].map((server) => serverName(server, app));
  const look = '"mha-helper status" tells whether a hook has left something';
  const undo = `${look}, and "mha-helper undo -c ${app.file}" undoes it`;
  if (silent.length > 0) {
    return [
      `no server is seen to take writes, and ${silent.join(', ')} could not be asked: one of them may take ` +
        `writes, so open none before you know; ${undo}`,
    ];
  }
  const closed = mayOpen(seen);
  // Who has not looked what hooks and orders have left tells nobody to open a server.
  if (closed === null || halfWay !== false) return [`no server takes writes; ${undo}`];
  const { text, hint } = howToOpen(app, survey, closed);
  return [`no server takes writes: ${text}; ${hint}`];
}

function mayOpen({ survey, mustStayClosed = [] }: Seen): ServerState | null {
  const closed = closedMaster(survey);
  return closed !== null && mustStayClosed.includes(closed.server.hostname) ? null : closed;
}

export function eachReplica(seen: Seen): readonly string[] {
  const { app, survey, dead } = seen;
  const closed = mayOpen(seen)?.server;
  return survey.servers.flatMap((state) => {
    const command = rejoinCommand(state.server.hostname, app.file);
    const isMaster = isOpenMaster(survey, state) || state.server === closed;
    const text = isMaster ? null : replicaText(state, state.server === dead, command);
    return text === null ? [] : [`${serverName(state.server, app)} ${text}`];
  });
}

/** Of the server that a failover was for: it can wait. */
export const outOfCluster = 'is out of the cluster';

/** @param rejoin the command that makes an old master a replica */
export function replicaText(
  { replication, readOnly, alive }: ServerState,
  isDead: boolean,
  rejoin: string,
): string | null {
  if (isDead && !alive) {
    return `${outOfCluster}: repair it, and make it a replica of the new master: ${rejoin}`;
  }
  if (!alive) return 'does not answer';
  if (replication !== null && readOnly === false) return 'takes writes, but is still set up as a replica';
  if (replication !== null && !replication.running) return 'does not replicate';
  if (replication === null && readOnly === true) {
    return `is read-only and replicates from nobody: where another server takes the writes: ${rejoin}`;
  }
  return null;
}

/** The fault is not the hosts' then, and none of them is to be kept off the network for it. */
export function addressNotKnownAnywhere({ survey }: Seen): readonly string[] {
  if (survey.address === null || !isUnknownEverywhere(survey)) return [];
  return [`it is not known where the writer address ${survey.address} is: no host could be asked for it`];
}

export function addressOnMoreThanOne({ survey }: Seen): readonly string[] {
  const holders = isAsked(survey) ? holdersOf(survey) : [];
  if (holders.length < 2) return [];
  return [`the writer address ${survey.address ?? ''} is on more than one host: ${holders.join(', ')}`];
}

export function addressInPart({ app, survey }: Seen): readonly string[] {
  if (!isAsked(survey)) return [];
  const master = masterOf(survey);
  return partlyOn(survey).map((host) => {
    const command = vipCommand(host === master ? 'assign' : 'release', host, app.file);
    const what = `the writer address ${survey.address ?? ''} is on ${host} in part only`;
    return `${what}, and clients may be led there: run "${command}"`;
  });
}

export function addressOfMasterNotKnown({ survey }: Seen): readonly string[] {
  const master = masterOf(survey);
  if (!isAsked(survey) || master === undefined || !unknownOf(survey).includes(master)) return [];
  return [`it is not known whether ${master}, which takes the writes, has the writer address ${survey.address ?? ''}`];
}

export function addressNowhere({ app, survey }: Seen): readonly string[] {
  if (!isAsked(survey) || holdersOf(survey).length > 0 || partlyOn(survey).length > 0) return [];
  const master = masterOf(survey);
  const unknown = unknownOf(survey);
  if (master !== undefined && unknown.includes(master)) return [];
  const where = `the writer address ${survey.address ?? ''} is on no host that answers`;
  const what = `${where}: clients cannot reach the master there`;
  if (master === undefined || unknown.length > 0) return [what];
  return [`${what}; run "${vipCommand('assign', master, app.file)}"`];
}

export function addressElsewhere({ app, survey }: Seen): readonly string[] {
  const master = masterOf(survey);
  const [holder, ...more] = isAsked(survey) ? holdersOf(survey) : [];
  if (holder === undefined || more.length > 0 || master === undefined || holder === master) return [];
  const what = `the writer address ${survey.address ?? ''} is on ${holder}, but ${master} takes the writes`;
  const [release, assign] = [vipCommand('release', holder, app.file), vipCommand('assign', master, app.file)];
  return [`${what}: run "${release}", then "${assign}"`];
}

export function hostsNotAsked({ survey }: Seen): readonly string[] {
  const master = masterOf(survey);
  const others = isAsked(survey) ? unknownOf(survey).filter((host) => host !== master) : [];
  if (others.length === 0) return [];
  const what = `could not be asked whether the writer address ${survey.address ?? ''} is still there`;
  return [`${others.join(', ')} ${what}: keep that host off the network until you know`];
}

/** An address is managed, and at least one host could say whether it has it. */
function isAsked(survey: Survey): boolean {
  return survey.address !== null && !isUnknownEverywhere(survey);
}

/** The host of the one server that takes writes; undefined for none, and for more than one. */
function masterOf(survey: Survey): string | undefined {
  const writable = writableOf(survey);
  return writable.length === 1 ? writable[0]?.server.hostname : undefined;
}
