// Whether anybody still answers for the writer address, asked where the answer decides that a master which nobody
// reaches is dead: from the new master's host, from the other hosts of the cluster, and by knocking from this one.
import { isIPv6 } from 'node:net';
import { loadAllClusters } from '../../config/load.ts';
import type { HostSettings } from '../../config/options.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import { SqlError } from '../../errors/errors.ts';
import type { HostEnd, MasterEnd } from '../../mha/request.ts';
import { patienceMs, type Elsewhere } from '../../vip/Provider.ts';
import type { Run } from '../run/openRun.ts';
import { portFrom, type Port } from '../run/portFrom.ts';
import { sqlTarget } from '../run/targets.ts';

/** Other hosts only add to the answer: one that is slow is not waited for. In ms. */
const othersMs = 4_000;

/**
 * Never throws. `nobody` needs the new master's host to have asked; what others do not know takes nothing from that.
 */
export async function whoAnswers(run: Run, orig: HostEnd, next: MasterEnd): Promise<Elsewhere> {
  const host = run.host(next);
  const asked = run.provider.answersElsewhere(host, 'insist');
  const [first, ...rest] = await Promise.all([asked, knock(run, next), fromOthers(run, orig, next)]);
  const somebody = [first, ...rest].find(({ kind }) => kind === 'somebody');
  return somebody ?? first;
}

/** The same answer, but a host on which no server listens is nobody: a dead master that kept the address. */
export async function serverThatAnswers(run: Run, next: MasterEnd, ask: () => Promise<Elsewhere>): Promise<Elsewhere> {
  const answer = await ask();
  const { address } = run.provider;
  if (answer.kind !== 'somebody' || address === null) return answer;
  return (await knockAt(run, next, address)) === 'ECONNREFUSED' ? { kind: 'nobody' } : answer;
}

/**
 * Whether the new master's host reaches a server at the writer address, where this host is refused. Never throws. Where
 * that host has the address itself nobody else can be reached by it: `refused`.
 */
export async function reachedFrom(run: Run, next: MasterEnd, address: string): Promise<Port> {
  const host = run.host(next);
  try {
    if (await run.provider.holds(host)) return 'refused';
  } catch (error) {
    return { unknown: asFailure(error).message };
  }
  return portFrom(run, host, address, next.port);
}

/** Whoever answers at all has the address: a login that is refused, and a port where nobody listens. */
async function knock(run: Run, next: MasterEnd): Promise<Elsewhere> {
  const { address } = run.provider;
  const unknown: Elsewhere = { kind: 'unknown', why: 'no answer to a knock from this host' };
  if (address === null || (await run.provider.holds(run.host(next)).catch(() => true))) return unknown;
  const heard = await knockAt(run, next, address);
  return heard === 'server' || heard === 'ECONNREFUSED' || heard === 'ECONNRESET'
    ? { kind: 'somebody', who: `a host that this one reaches at ${shown(address)}` }
    : unknown;
}

/** @returns `server`, or how the connection failed, in the system's word */
async function knockAt(run: Run, next: MasterEnd, address: string): Promise<string | undefined> {
  const target = sqlTarget({ ...next, host: 'writer address', ip: address }, run.settings(next));
  try {
    const connection = await run.tools.connect.mysql(target, patienceMs.insist);
    await connection.close();
    return 'server';
  } catch (error) {
    const { cause } = asFailure(error);
    return cause instanceof SqlError ? 'server' : (cause as NodeJS.ErrnoException | undefined)?.code;
  }
}

function shown(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}

/** The other hosts that the configuration has, logged in to as to the new master's. */
async function fromOthers(run: Run, orig: HostEnd, next: MasterEnd): Promise<Elsewhere> {
  const unknown: Elsewhere = { kind: 'unknown', why: 'no other host was asked' };
  const asking = ask(run, orig, next).catch((error: unknown): Elsewhere => ({
    kind: 'unknown',
    why: errorLine(error),
  }));
  const late = run.tools.clock.sleep(othersMs).then(() => unknown);
  return Promise.race([asking, late]);
}

async function ask(run: Run, orig: HostEnd, next: MasterEnd): Promise<Elsewhere> {
  const others = (await hostsOfOurFile(run, next)).filter(({ host }) => host !== orig.host && host !== next.host);
  const answers = await Promise.all(
    others.map((settings) => {
      const { sshUser, sshPort } = next;
      const end = {
        host: settings.host,
        ip: settings.host,
        port: next.port,
        ...(sshUser === undefined ? {} : { sshUser }),
        ...(sshPort === undefined ? {} : { sshPort }),
      };
      return run.provider.answersElsewhere(run.foreignHost(end, settings), 'insist');
    }),
  );
  const somebody = answers.find(({ kind }) => kind === 'somebody');
  return somebody ?? { kind: 'unknown', why: 'no other host heard anybody' };
}

/** All of the file that the new master's host stands in. */
export async function hostsOfOurFile(
  run: Pick<Run, 'tools' | 'settings'>,
  next: MasterEnd,
): Promise<readonly HostSettings[]> {
  const { places, files } = run.tools;
  const { file } = run.settings(next);
  const { clusters } = await loadAllClusters(places.configDirectory, files);
  return clusters.find((cluster) => cluster.file === file)?.hosts ?? [];
}
