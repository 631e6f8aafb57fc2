// What speaks against undoing a run. Everything is looked at first, all servers and all hosts: undoing gives the writer
// back to the original master, and there must be nobody else who takes writes. Pure: the answers are in what was seen.
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import { vipCommand } from '../../steps/byHand.ts';
import type { RunRecord, StepRecord } from '../../steps/journal.ts';
import type { Elsewhere } from '../../vip/Provider.ts';
import { holdingOf, isDown, serverName, type ServerState, type Survey } from '../survey/surveyCluster.ts';
import type { ApplicationConfig } from '../../mha/applicationConfig.ts';

export interface UndoLook {
  readonly app: ApplicationConfig;
  /** The run that is to be undone. */
  readonly half: RunRecord;
  readonly survey: Survey;
  /** Who answers for the writer address on the network, besides the two hosts of the run. */
  readonly elsewhere: Elsewhere;
  /** Where the binary log of the new master stands; null: it has none, or was never opened. */
  readonly position: string | null;
  /** Hosts of which a person says that they take no writes. */
  readonly vouched: ReadonlySet<string>;
  /**
   * Hosts whose servers were seen to be read-only when the run began, and that nobody of this program has opened since:
   * one of them that has died meanwhile does not keep the writer from being given back.
   */
  readonly seenClosed: ReadonlySet<string>;
}

type Rule = (look: UndoLook) => Failure | null;

/** The first reason not to undo, or null. */
export function undoRefusal(look: UndoLook): Failure | null {
  for (const rule of rules) {
    const failure = rule(look);
    if (failure !== null) return failure;
  }
  return null;
}

const rules: readonly Rule[] = [
  deadMasterHasNothingToGet,
  originalMustAnswer,
  newMasterTakesWrites,
  newMasterWasWrittenTo,
  anotherTakesWrites,
  anotherIsUnknown,
  anotherReplicatesFromNobody,
  anotherHolds,
  somebodyAnswers,
  nobodyKnowsWhoAnswers,
];

/** The original master of a failover is dead: without the new one nobody would be master. */
function deadMasterHasNothingToGet(look: UndoLook): Failure | null {
  const { half } = look;
  if (half.procedure !== 'hard start') return null;
  const what =
    `"${half.procedure}" of ${half.origHost} is not undone: ${half.origHost} was dead, and without ` +
    `${newHost(half)} nobody would be master`;
  return new Failure('refused', what, { hint: `finish it instead: ${finish(look)}` });
}

function originalMustAnswer(look: UndoLook): Failure | null {
  const { app, half, survey } = look;
  const orig = stateOf(survey, half.origHost);
  if (orig === undefined) {
    return new Failure('config', `${app.file} has no server ${half.origHost}, which "${half.procedure}" was about`);
  }
  if (orig.failure === null) return null;
  const what = `${half.origHost} cannot be asked (${errorLine(orig.failure)}); nothing was undone`;
  const hint = `bring it back first, or finish instead: ${finish(look)}`;
  return new Failure('refused', what, { hint, passing: true });
}

/** Undoing a killed `online start` closes the new master first; then it may be open now. */
function newMasterTakesWrites(look: UndoLook): Failure | null {
  const { half, survey } = look;
  if (half.newHost === null) return null;
  const next = stateOf(survey, half.newHost);
  if (next === undefined) return unknownServer(half.newHost, next);
  if (next.failure !== null && openedIn(half) !== undefined) {
    const what = `it is not known whether ${half.newHost} was written to since it was opened`;
    const why = errorLine(next.failure);
    return new Failure('refused', `${what} (${why}); nothing was undone`, { hint: 'bring it back', passing: true });
  }
  if (next.failure !== null) return isClosed(look, next) ? null : unknownServer(half.newHost, next);
  if (next.readOnly !== false || half.procedure === 'online start') return null;
  const what =
    `${half.newHost} takes writes: giving the writer back to ${half.origHost} would make two masters; ` +
    'nothing was undone';
  return new Failure('refused', what, { hint: `finish the switch instead: ${finish(look)}` });
}

/** What was written on the new master is on no other server: undoing would throw it away. */
function newMasterWasWrittenTo(look: UndoLook): Failure | null {
  const { half, position } = look;
  const before = openedIn(half)?.before['position'];
  if (typeof before !== 'string' || position === null || before === position) return null;
  const what =
    `${newHost(half)} was written to since it was opened (binary log ${before}, now ${position}): undoing ` +
    'would lose that; nothing was undone';
  return new Failure('refused', what, { hint: `finish the switch instead: ${finish(look)}` });
}

function anotherTakesWrites({ app, half, survey }: UndoLook): Failure | null {
  const other = others(half, survey).find(({ readOnly }) => readOnly === false);
  if (other === undefined) return null;
  const name = serverName(other.server, app);
  const what = `${name} takes writes: giving the writer back to ${half.origHost} would make two masters`;
  return new Failure('refused', `${what}; nothing was undone`, {
    hint: `decide who is the master; "mha-helper vip show" tells who has the address`,
  });
}

function anotherIsUnknown(look: UndoLook): Failure | null {
  const other = others(look.half, look.survey).find((state) => !isClosed(look, state));
  return other === undefined ? null : unknownServer(other.server.hostname, other);
}

/**
 * MHA switches only where every server replicates: one that does so no more was made something else since, and was
 * perhaps the master for a while, closed again by its own start.
 */
function anotherReplicatesFromNobody({ app, half, survey, vouched }: UndoLook): Failure | null {
  if (!half.procedure.startsWith('online ')) return null;
  const isOpened = (host: string): boolean => host === half.newHost && half.procedure === 'online start';
  const other = survey.servers.find(
    ({ server: { hostname }, alive, failure, replication }) =>
      alive &&
      failure === null &&
      replication === null &&
      hostname !== half.origHost &&
      !isOpened(hostname) &&
      !vouched.has(hostname),
  );
  if (other === undefined) return null;
  const name = serverName(other.server, app);
  const what =
    `${name} replicates from nobody: where it was the master since, undoing would lose what was written there; ` +
    'nothing was undone';
  return new Failure('refused', what, {
    hint: `when nobody wrote there, make it a replica of ${half.origHost} again, or --without ${other.server.hostname}`,
  });
}

/** The new master too, where `start` has not given it: a person may have made it the master. */
function anotherHolds({ app, half, survey }: UndoLook): Failure | null {
  const isStopOnly = half.procedure === 'online stop';
  const isOurs = (host: string): boolean => host === half.origHost || (host === half.newHost && !isStopOnly);
  const other = survey.holdings.find(({ host, holds }) => !isOurs(host) && (holds === true || holds === 'partly'));
  if (other === undefined) return null;
  const what =
    `${other.host} has the writer address ${survey.address ?? ''}: it must not be on two hosts; ` +
    'nothing was undone';
  return new Failure('refused', what, {
    hint: `decide who is the master; "${vipCommand('release', other.host, app.file)}" takes it away`,
  });
}

function somebodyAnswers({ elsewhere, survey }: UndoLook): Failure | null {
  if (elsewhere.kind !== 'somebody') return null;
  const what =
    `${elsewhere.who} answers for the writer address ${survey.address ?? ''}: it must not be on two hosts; ` +
    'nothing was undone';
  return new Failure('refused', what, { hint: 'find that host (ip neigh) and remove the address there first' });
}

/** Where each host has said that it does not have the address, nobody else needs to be asked. */
function nobodyKnowsWhoAnswers({ elsewhere, half, survey, vouched }: UndoLook): Failure | null {
  if (elsewhere.kind !== 'unknown') return null;
  const silent = survey.holdings.filter(({ holds }) => typeof holds === 'object').map(({ host }) => host);
  const open = silent.filter((host) => host !== half.origHost && !vouched.has(host));
  if (open.length === 0) return null;
  const what =
    `it is not known whether ${open.join(' or ')} has the writer address ${survey.address ?? ''} ` +
    `(${elsewhere.why}); nothing was undone`;
  return new Failure('refused', what, { hint: vouchHint(open[0] ?? ''), passing: true });
}

function unknownServer(host: string, state: ServerState | undefined): Failure {
  const why = state?.failure == null ? 'it is not in the configuration' : errorLine(state.failure);
  const what = `it is not known whether ${host} takes writes (${why}); nothing was undone`;
  return new Failure('refused', what, { hint: `bring it back, or ${vouchHint(host)}`, passing: true });
}

function vouchHint(host: string): string {
  return `when ${host} is off for certain: --without ${host}`;
}

/** Read-only, or its host says that nobody listens; where nothing answers, what was known before decides. */
function isClosed({ vouched, seenClosed }: UndoLook, state: ServerState): boolean {
  const { hostname } = state.server;
  return state.readOnly ?? (isDown(state) || vouched.has(hostname) || (!state.alive && seenClosed.has(hostname)));
}

/** The step with which the run had begun to open the new master: what clients wrote there may be nowhere else. */
function openedIn({ steps }: RunRecord): StepRecord | undefined {
  return steps.find(({ id }) => id.startsWith('clear-read-only:'));
}

function others(half: RunRecord, { servers }: Survey): readonly ServerState[] {
  return servers.filter(({ server: { hostname } }) => hostname !== half.origHost && hostname !== half.newHost);
}

function stateOf({ servers }: Survey, host: string): ServerState | undefined {
  return servers.find(({ server }) => server.hostname === host);
}

function newHost(half: RunRecord): string {
  return half.newHost ?? 'the new master';
}

/** What ends the run at the new master. */
function finish({ app, half }: UndoLook): string {
  return `"${vipCommand('assign', newHost(half), app.file)}", and make ${half.origHost} a replica of it`;
}

/** Whether a host of the survey must be asked by the network: those that could not be asked themselves. */
export function asksTheNetwork(survey: Survey, half: RunRecord): boolean {
  const held = half.newHost === null ? undefined : holdingOf(survey, half.newHost);
  // The new master has the address: it answers, and is about to lose it.
  return survey.address !== null && held !== true && held !== 'partly';
}
