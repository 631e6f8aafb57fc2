// Whom an old master is to follow, and what speaks against making it a replica. Pure: the answers are in what was seen.
import { Failure } from '../../errors/errors.ts';
import { errorLine } from '../../errors/message.ts';
import type { ApplicationServer } from '../../mha/applicationConfig.ts';
import { liftCommand } from '../../steps/byHand.ts';
import { followersOf } from '../orders/orderRules.ts';
import type { ServerState, Survey } from '../survey/surveyCluster.ts';

export interface RejoinLook {
  /** MHA's application file, for what a person can type. */
  readonly conf: string;
  readonly server: ApplicationServer;
  readonly survey: Survey;
  /** A failover or a hook that is at work; null: none is. */
  readonly atWork: string | null;
}

/**
 * The server that takes the writes.
 * @throws Failure `refused`, and nothing has been changed
 */
export function masterToFollow(look: RejoinLook): ApplicationServer {
  for (const rule of rules) {
    const failure = rule(look);
    if (failure !== null) throw failure;
  }
  const [master] = writersBeside(look);
  if (master === undefined) throw new Error('no rule has seen that there is no master');
  return master.server;
}

const rules: readonly ((look: RejoinLook) => Failure | null)[] = [
  somebodyIsAtWork,
  itMustAnswer,
  oneMaster,
  nobodyMayFollowIt,
  anotherIsUnknown,
];

function somebodyIsAtWork({ atWork }: RejoinLook): Failure | null {
  return atWork === null ? null : refused(`${atWork} is at work`, 'wait until it has ended');
}

function itMustAnswer({ server, survey }: RejoinLook): Failure | null {
  const failure = stateOf(survey, server)?.failure ?? null;
  return failure === null ? null : refused(`${server.hostname} cannot be asked (${errorLine(failure)})`, 'start it');
}

function oneMaster(look: RejoinLook): Failure | null {
  const writers = writersBeside(look).map(({ server }) => server.hostname);
  if (writers.length === 1) return null;
  const hint = '"mha-helper vip show" tells who takes writes and who has the address';
  if (writers.length > 1) return refused(`more than one other server takes writes: ${writers.join(', ')}`, hint);
  return refused(`no other server is seen to take writes: ${look.server.hostname} may be the master`, hint);
}

function nobodyMayFollowIt({ conf, server, survey }: RejoinLook): Failure | null {
  const followers = followersOf(survey, server.hostname);
  if (followers.length === 0) return null;
  const hint = `where it is the master: ${liftCommand(server.hostname, conf)}; else point them at the master first`;
  return refused(`${followers.join(', ')} replicates from ${server.hostname}`, hint);
}

/** One that cannot be asked may be the master. */
function anotherIsUnknown(look: RejoinLook): Failure | null {
  const [master] = writersBeside(look);
  const isFollowed = master !== undefined && followersOf(look.survey, master.server.hostname).length > 0;
  const silent = look.survey.servers.find(({ failure, server }) => failure !== null && server !== look.server);
  if (isFollowed || silent?.failure == null) return null;
  const what = `it is not known whether ${silent.server.hostname} takes writes (${errorLine(silent.failure)})`;
  return refused(`${what}, and no replica shows who is the master`, "start it, or take it out of MHA's configuration");
}

function writersBeside({ server, survey }: RejoinLook): readonly ServerState[] {
  return survey.servers.filter((state) => state.server !== server && state.readOnly === false);
}

function stateOf({ servers }: Survey, server: ApplicationServer): ServerState | undefined {
  return servers.find((state) => state.server === server);
}

function refused(why: string, hint: string): Failure {
  return new Failure('refused', `nothing was changed, because ${why}`, { hint });
}
