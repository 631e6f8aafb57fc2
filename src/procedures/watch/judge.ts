// What a look says, as answers: it is so, it is not so, or that is not known. Pure.
import { ifAny } from '../../errors/message.ts';
import { isUnknown, type Unknown } from '../../errors/unknown.ts';
import { errantText, excludes } from '../survey/errant.ts';
import { whyNoAnswer } from '../survey/noAnswer.ts';
import { eventsText } from '../survey/runningEvents.ts';
import {
  holdingOf,
  isDown,
  isOpenMaster,
  mastersOf,
  serverName,
  writableOf,
  type ServerState,
  type Survey,
} from '../survey/surveyCluster.ts';
import {
  addressElsewhere,
  addressInPart,
  addressNowhere,
  addressOnMoreThanOne,
  moreThanOneMaster,
  noMaster,
  replicaText,
  type Seen,
} from '../switch/attention.ts';
import { kinds, type Kind } from './findings.ts';
import type { Look } from './lookAround.ts';

export interface Found {
  readonly found: string;
  /** In each look for so long. */
  readonly forMs: number;
}

export interface Answered {
  readonly key: string;
  readonly kind: Kind;
  readonly answer: 'no' | Found | Unknown;
}

export interface Circumstances {
  /** Old masters that are told of elsewhere: the manager does not see them, or a standing order keeps them closed. */
  readonly leftOut: readonly string[];
  /** A replica may be so far behind, in s. */
  readonly maxLag: number;
  /** A hook was ended half-way, and its work can be undone. */
  readonly halfWay: boolean;
}

/** @returns each question that can be asked, whatever the answer */
export function judge(look: Look, around: Circumstances): readonly Answered[] {
  const known = withoutAbsent(look.survey, around.leftOut);
  const unseen = look.survey.servers.filter((state) => !known.servers.includes(state) && !isDown(state));
  const seen: Seen = {
    app: look.app,
    survey: known,
    dead: null,
    atWork: null,
    halfWay: around.halfWay,
    mustStayClosed: around.leftOut,
    unseen: unseen.map(({ server }) => server),
  };
  const answers = [
    writers(seen),
    noWriter(seen),
    ...address(seen),
    ...replicas(seen, around),
    ...events(look, around),
    ...divergence(look, around),
  ];
  return [...answers, notKnown(answers)];
}

/** A server that is known to be out of the cluster need not answer; where it does, what it says counts. */
function withoutAbsent({ servers, address: held, holdings }: Survey, leftOut: readonly string[]): Survey {
  return {
    address: held,
    servers: servers.filter(({ server, failure }) => failure === null || !leftOut.includes(server.hostname)),
    holdings: holdings.filter(({ host, holds }) => typeof holds !== 'object' || !leftOut.includes(host)),
  };
}

function writers(seen: Seen): Answered {
  const [text] = moreThanOneMaster(seen);
  return answered('writers', 'writers', text, silent(seen));
}

function noWriter(seen: Seen): Answered {
  const { servers } = seen.survey;
  if (writableOf(seen.survey).length > 0) return answered('noWriter', 'noWriter', undefined, null);
  const quiet = silent(seen);
  if (quiet !== null) return answered('noWriter', 'noWriter', undefined, quiet);
  const down = servers.flatMap(({ failure }) => (failure === null ? [] : [`; ${whyNoAnswer(failure)}`]));
  const text = `${noMaster(seen)[0] ?? 'no server takes writes'}${down.join('')}`;
  // One that is down is masterha_manager's business first.
  const forMs = down.length > 0 ? kinds.replication.forMs : kinds.noWriter.forMs;
  return { key: 'noWriter', kind: 'noWriter', answer: { found: text, forMs } };
}

/** Servers that could not be asked, and may take writes. */
function silent({ app, survey }: Seen): Unknown | null {
  const why = survey.servers.flatMap((state) =>
    state.failure === null || isDown(state) ? [] : [`${serverName(state.server, app)}: ${whyNoAnswer(state.failure)}`],
  );
  return why.length === 0 ? null : { unknown: why.join('; ') };
}

function address(seen: Seen): readonly Answered[] {
  const { survey } = seen;
  if (survey.address === null) return [];
  const notAsked = survey.holdings.flatMap(({ host, holds }) =>
    typeof holds === 'object' ? [`${host}: ${holds.message}`] : [],
  );
  const unknown = notAsked.length === 0 ? null : { unknown: notAsked.join('; ') };
  const [master, ...more] = writableOf(survey).map(({ server }) => server.hostname);
  const ofMaster = master === undefined || more.length > 0 ? undefined : holdingOf(survey, master);
  const [misplaced] = [addressInPart, addressElsewhere, addressNowhere].flatMap((rule) => rule(seen));
  // The host that takes the writes has it or has it not, whatever a host says that cannot be asked.
  const isCertain = typeof ofMaster === 'object' ? false : ofMaster !== undefined || unknown === null;
  return [
    answered('address:holders', 'address', addressOnMoreThanOne(seen)[0], unknown),
    answered('address:place', 'address', isCertain ? misplaced : undefined, isCertain ? null : unknown),
  ];
}

function replicas(seen: Seen, { leftOut, maxLag }: Circumstances): readonly Answered[] {
  const { app, survey } = seen;
  const masters = mastersOf(survey);
  return survey.servers.flatMap((state) => {
    const { server } = state;
    if (leftOut.includes(server.hostname)) return [];
    const name = serverName(server, app);
    const isMaster = isOpenMaster(survey, state) || (state.replication === null && masters.includes(server));
    const [broken, unknown] = isMaster ? [undefined, null] : brokenReplication(state, name, app.file);
    const late = isMaster ? undefined : behind(state, name, maxLag);
    return [
      answered(`replication:${name}`, 'replication', broken, unknown),
      typeof late === 'object'
        ? answered(`lag:${name}`, 'lag', undefined, late)
        : answered(`lag:${name}`, 'lag', late, null),
    ];
  });
}

function brokenReplication(state: ServerState, name: string, conf: string): [string | undefined, Unknown | null] {
  const { failure, replication, server } = state;
  if (failure !== null && !isDown(state)) return [undefined, { unknown: `${name}: ${whyNoAnswer(failure)}` }];
  if (failure !== null) {
    const refuses = server.ignoreFail ? '' : ': MHA does not fail over without it';
    return [`${name}: ${whyNoAnswer(failure)}${refuses}`, null];
  }
  const text = replicaText(state, false, `mha-helper rejoin ${server.hostname} -c ${conf}`);
  return [text === null ? undefined : `${name} ${text}${ifAny(': ', replication?.error)}`, null];
}

function behind({ failure, replication }: ServerState, name: string, maxLag: number): string | Unknown | undefined {
  if (failure !== null) return { unknown: whyNoAnswer(failure) };
  if (replication?.running !== true) return undefined;
  if (replication.secondsBehind === null) return { unknown: 'the server does not know' };
  const late = replication.secondsBehind - replication.delay;
  return late <= maxLag ? undefined : `${name} is ${late} s behind (max_replication_lag = ${maxLag})`;
}

function events({ app, survey, events: found }: Look, { leftOut }: Circumstances): readonly Answered[] {
  return survey.servers
    .filter(({ server }) => !leftOut.includes(server.hostname))
    .map(({ server, failure }) => {
      const name = serverName(server, app);
      const key = `events:${name}`;
      if (failure !== null) return answered(key, 'events', undefined, { unknown: whyNoAnswer(failure) });
      const { names } = found.find((one) => one.server === server) ?? { names: [] };
      if (isUnknown(names)) return answered(key, 'events', undefined, names);
      return answered(key, 'events', eventsText(name, names) ?? undefined, null);
    });
}

/** What is only likely is for `check` and `status` to say. */
function divergence({ app, survey, errant }: Look, { leftOut }: Circumstances): readonly Answered[] {
  return survey.servers
    .filter(({ server }) => !server.noMaster && !leftOut.includes(server.hostname))
    .map(({ server, failure }) => {
      const key = `divergence:${serverName(server, app)}`;
      if (failure !== null) return answered(key, 'divergence', undefined, { unknown: whyNoAnswer(failure) });
      const one = errant.find((each) => each.server === server);
      if (one === undefined) return answered(key, 'divergence', undefined, null);
      if (isUnknown(one.extra)) return answered(key, 'divergence', undefined, one.extra);
      return excludes(one)
        ? answered(key, 'divergence', errantText(one), null)
        : answered(key, 'divergence', undefined, { unknown: errantText(one) });
    });
}

/** Who cannot be asked one of these leaves the others unknown too, and is told of once. */
const telling: readonly Kind[] = ['writers', 'noWriter', 'address', 'replication'];

function notKnown(answers: readonly Answered[]): Answered {
  const all = answers.filter(({ kind }) => telling.includes(kind));
  const why = new Set(all.flatMap(({ answer }) => (isUnknown(answer) ? answer.unknown.split('; ') : [])));
  return answered('unseen', 'unseen', why.size === 0 ? undefined : [...why].join('; '), null);
}

/** What was found is certain, whatever else is not known. */
function answered(key: string, kind: Kind, found: string | undefined, unknown: Unknown | null): Answered {
  if (found !== undefined) return { key, kind, answer: { found, forMs: kinds[kind].forMs } };
  return { key, kind, answer: unknown ?? 'no' };
}
