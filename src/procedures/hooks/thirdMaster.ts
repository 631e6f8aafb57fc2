// Before a server is opened: is any other server of the cluster the master already? A person, or another program, may
// have made it that since MHA looked.
import { Failure } from '../../errors/errors.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import { isUnknown, unknownBecause, type Unknown } from '../../errors/unknown.ts';
import { loadApplicationConfig } from '../../mha/applicationConfig.ts';
import { endOf } from '../../mha/masterEnd.ts';
import type { HostEnd, MasterEnd } from '../../mha/request.ts';
import { openServer } from '../../mysql/openServer.ts';
import type { Replication } from '../../mysql/Server.ts';
import type { Elsewhere } from '../../vip/Provider.ts';
import type { Run, RunRequest } from '../run/openRun.ts';
import { sqlTarget } from '../run/targets.ts';
import { hostsOfOurFile } from './whoAnswers.ts';

/** How long each of the other servers gets to answer, in ms: clients wait meanwhile. */
const lookMs = 500;

export interface OtherServers {
  /** The first that is a master by itself: it takes writes, and has no master. */
  readonly master: string | null;
  /** Why it is not known of one, or of all. */
  readonly unknown: string | null;
}

type Kind = 'planned' | 'failover';
type Looking = Pick<Run, 'tools' | 'settings' | 'budget'> & { readonly request: Pick<RunRequest, 'ready'> };

/**
 * All servers of the cluster but these two. One that takes writes and replicates from the same master is a replica that
 * nobody has closed, as many sites have them; in a planned switch MHA has just seen that they all replicate, so there
 * one that does not any more is no replica either.
 */
export async function otherServers(run: Looking, kind: Kind, orig: HostEnd, next: MasterEnd): Promise<OtherServers> {
  const servers = await serversOf(run, next);
  if (isUnknown(servers)) return { master: null, unknown: servers.unknown };
  const others = servers.filter(
    ({ host, port }) => ![orig, next].some((end) => end.host === host && end.port === port),
  );
  const answers = await Promise.all(others.map((server) => isMaster(run, kind, server, next)));
  const at = answers.indexOf(true);
  return {
    master: at < 0 ? null : (others[at]?.host ?? null),
    unknown: answers.find((answer) => typeof answer !== 'boolean')?.unknown ?? null,
  };
}

/** @throws Failure `refused` where one is the master */
export function refuseThirdMaster({ master }: OtherServers, next: HostEnd): void {
  if (master === null) return;
  const what = `${master} takes writes and has no master: ${next.host} must not take writes too`;
  throw new Failure('refused', what, { hint: `decide who is the master; "mha-helper status" shows all servers` });
}

/**
 * Where another server could not be asked, whoever answers for the writer address may be that one.
 * @param elsewhere asked only then
 * @throws Failure `refused`
 */
export async function refuseUnknownHolder(
  { unknown }: OtherServers,
  elsewhere: () => Promise<Elsewhere>,
  next: HostEnd,
): Promise<void> {
  if (unknown === null) return;
  const answer = await elsewhere();
  if (answer.kind !== 'somebody') return;
  const what = `${answer.who} answers for the writer address, and it is not known who is a master there (${unknown})`;
  throw new Failure('refused', `${what}: ${next.host} must not take writes too`, {
    hint: 'find that host (ip neigh); when no server takes writes there, take the address away from it',
  });
}

/**
 * Before the server of `end` is opened: refuseThirdMaster() and refuseUnknownHolder(), the network asked from its host.
 * @throws Failure `refused`
 */
export async function refuseAnotherMaster(run: Run, others: OtherServers, end: MasterEnd): Promise<void> {
  const { provider } = run;
  refuseThirdMaster(others, end);
  if (provider.address !== null && provider.asksNetwork)
    await refuseUnknownHolder(others, () => provider.answersElsewhere(run.host(end), 'once'), end);
}

/**
 * MHA does not tell its hooks, so its command line is read. For a hook that a person calls there are the hosts of our
 * own file, each taken to have a server as the new master's is.
 */
async function serversOf(run: Looking, next: MasterEnd): Promise<readonly MasterEnd[] | Unknown> {
  const known = run.request.ready?.servers;
  if (known != null) return known;
  const { connect, files } = run.tools;
  const caller = await connect.mhaCaller();
  try {
    if (caller?.conf != null) return (await loadApplicationConfig(caller.conf, files)).servers.map(endOf);
    const { port, user, password } = next;
    return (await hostsOfOurFile(run, next)).map(({ host }) => ({ host, ip: host, port, user, password }));
  } catch (error) {
    return unknownBecause(error);
  }
}

async function isMaster(run: Looking, kind: Kind, server: MasterEnd, next: MasterEnd): Promise<boolean | Unknown> {
  const target = sqlTarget(server, run.settings(next));
  try {
    const limit = (): number => run.budget.limit(lookMs);
    const ready = await run.request.ready?.mysql(target, limit())?.catch(() => undefined);
    const connection = ready ?? (await run.tools.connect.mysql(target, limit()));
    try {
      const opened = await openServer(server.host, connection, run.budget, lookMs);
      const { readOnly } = await opened.readOnly();
      return !readOnly && isNoReplica(kind, await opened.replication());
    } finally {
      void connection.close().catch(() => undefined);
    }
  } catch (error) {
    // A refused connection, too: a firewall may refuse it for a server that takes writes.
    return { unknown: errorLine(asFailure(error)) };
  }
}

function isNoReplica(kind: Kind, replication: Replication | null): boolean {
  return replication === null || (kind === 'planned' && !replication.running);
}
