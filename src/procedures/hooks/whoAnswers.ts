// Whether anybody still answers for the writer address, asked where the answer decides that a master which nobody
// reaches is dead: from the new master's host, from the other hosts of the cluster, and by knocking from this one.
import { isIPv6 } from 'node:net';
import { loadAllClusters } from '../../config/load.ts';
import type { Tools } from '../../context/Context.ts';
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

/** What it takes to ask: a run has it, and whoever asks before one. */
type Asking = Pick<Run, 'provider' | 'settings' | 'host' | 'foreignHost'> & {
  readonly tools: Pick<Tools, 'clock' | 'connect' | 'places' | 'files'>;
};
type Patience = keyof typeof patienceMs;

/**
 * Never throws. `nobody` needs the new master's host to have asked; what others do not know takes nothing from that.
 * @param patience less than `insist` only where all were asked so a moment ago
 */
export async function whoAnswers(
  asking: Asking,
  orig: HostEnd,
  next: MasterEnd,
  patience: Patience = 'insist',
): Promise<Elsewhere> {
  const host = asking.host(next);
  const asked = asking.provider.answersElsewhere(host, patience);
  const [first, ...rest] = await Promise.all([
    asked,
    knock(asking, next, patience),
    fromOthers(asking, orig, next, patience),
  ]);
  const somebody = [first, ...rest].find(({ kind }) => kind === 'somebody');
  return somebody ?? first;
}

/** The same answer, but a host on which no server listens is nobody: a dead master that kept the address. */
export async function serverThatAnswers(run: Run, next: MasterEnd, ask: () => Promise<Elsewhere>): Promise<Elsewhere> {
  const answer = await ask();
  const { address } = run.provider;
  if (answer.kind !== 'somebody' || address === null) return answer;
  return (await knockAt(run, next, address, 'insist')) === 'ECONNREFUSED' ? { kind: 'nobody' } : answer;
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
async function knock(run: Asking, next: MasterEnd, patience: Patience): Promise<Elsewhere> {
  const { address } = run.provider;
  const unknown: Elsewhere = { kind: 'unknown', why: 'no answer to a knock from this host' };
  if (address === null || (await run.provider.holds(run.host(next)).catch(() => true))) return unknown;
  const heard = await knockAt(run, next, address, patience);
  return heard === 'server' || heard === 'ECONNREFUSED' || heard === 'ECONNRESET'
    ? { kind: 'somebody', who: `a host that this one reaches at ${shown(address)}` }
    : unknown;
}

/** @returns `server`, or how the connection failed, in the system's word */
async function knockAt(run: Asking, next: MasterEnd, address: string, patience: Patience): Promise<string | undefined> {
  const target = sqlTarget({ ...next, host: 'writer address', ip: address }, run.settings(next));
  try {
    const connection = await run.tools.connect.mysql(target, patienceMs[patience]);
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
async function fromOthers(run: Asking, orig: HostEnd, next: MasterEnd, patience: Patience): Promise<Elsewhere> {
  const unknown: Elsewhere = { kind: 'unknown', why: 'no other host was asked' };
  const asking = ask(run, orig, next, patience).catch((error: unknown): Elsewhere => ({
    kind: 'unknown',
    why: errorLine(error),
  }));
  const late = run.tools.clock.sleep(othersMs).then(() => unknown);
  return Promise.race([asking, late]);
}

async function ask(run: Asking, orig: HostEnd, next: MasterEnd, patience: Patience): Promise<Elsewhere> {
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
      return run.provider.answersElsewhere(run.foreignHost(end, settings), patience);
    }),
  );
  const somebody = answers.find(({ kind }) => kind === 'somebody');
  return somebody ?? { kind: 'unknown', why: 'no other host heard anybody' };
}

/** All of the file that the new master's host stands in. */
export async function hostsOfOurFile(
  run: Pick<Run, 'settings'> & { readonly tools: Pick<Tools, 'places' | 'files'> },
  next: MasterEnd,
): Promise<readonly HostSettings[]> {
  const { places, files } = run.tools;
  const { file } = run.settings(next);
  const { clusters } = await loadAllClusters(places.configDirectory, files);
  return clusters.find((cluster) => cluster.file === file)?.hosts ?? [];
}
