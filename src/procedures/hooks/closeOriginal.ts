// A mysqld that something restarts (systemd, mysqld_safe) while MHA fails over comes back as a second writable master.
import { Failure, SqlError } from '../../errors/errors.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import type { HostEnd, MasterEnd } from '../../mha/request.ts';
import { refusalOf } from '../../mysql/serverErrors.ts';
import type { Server } from '../../mysql/Server.ts';
import { persistReadOnly, setReadOnly } from '../../steps/readOnlySteps.ts';
import { terminateAll, terminateSessions } from '../../steps/sessionSteps.ts';
import type { Elsewhere, LeftToDo } from '../../vip/Provider.ts';
import type { Run } from '../run/openRun.ts';
import { patiently } from '../run/patiently.ts';

/** How long the dead master gets to answer, in ms: a host that is gone must not hold up the failover. */
const lookMs = 1_000;
/** How long one is waited for that is back and has no connection left, in ms: clients that come back take them. */
const busyMs = 30_000;
/** What a wait leaves of the run's time, in ms. */
const reserveMs = 20_000;
/** How long statements of a master that is back may go on before their sessions are ended, in ms. */
const graceMs = 1_000;

export interface Original {
  /** `down`: its host says that nobody listens. `closed`: it is read-only. `unknown`: nothing answers. */
  readonly state: 'down' | 'closed' | 'unknown';
  readonly leftToDo: LeftToDo;
}

/**
 * Makes sure, as far as it can be seen from here, that the dead master takes no writes: it is down, read-only, or made
 * read-only now, as in a planned switch. MHA passes no credentials for it; those of the new master are tried.
 * @param whoAnswers who has the writer address, asked where the dead master turns out to live and may still have it;
 *   null where it was taken from it
 * @throws Failure `refused` when it is alive and can't be made read-only, and when clients may write there by the
 *   address: then MHA was wrong, and it stays the master
 */
export async function closeOriginal(
  run: Run,
  orig: HostEnd,
  next: MasterEnd,
  whoAnswers: (() => Promise<Elsewhere>) | null,
): Promise<Original> {
  let server: Server;
  try {
    const most = Math.min(busyMs, run.budget.left() - reserveMs);
    const limitOf = (error: unknown): number =>
      asFailure(error).cause instanceof SqlError && refusalOf(error) === 'busy' ? most : 0;
    const end = { ...orig, user: next.user, password: next.password };
    server = await patiently(run.tools, limitOf, () => run.openServer(end, lookMs));
  } catch (error) {
    const failure = asFailure(error);
    if (failure.cause instanceof SqlError) {
      throw alive(orig, `it refuses the user of the new master: ${errorLine(failure)}`, failure);
    }
    const refused = (failure.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
    return { state: refused ? 'down' : 'unknown', leftToDo: [] };
  }
  try {
    if ((await server.readOnly()).readOnly) {
      run.tools.log.warn(`${orig.host} is alive again; it is read-only, so the failover goes on`);
      return { state: 'closed', leftToDo: [] };
    }
    if (whoAnswers !== null) refuseHealthyMaster(run, orig, await whoAnswers());
    return await close(run, server, orig, next);
  } catch (error) {
    if (error instanceof HealthyMaster) throw error;
    throw alive(orig, errorLine(error), error);
  }
}

async function close(run: Run, server: Server, orig: HostEnd, next: MasterEnd): Promise<Original> {
  await run.steps([
    setReadOnly(server, run.settings(orig).options.super_read_only, {
      graceMs,
      terminateIdle: null,
      terminateAll: () => terminateAll(server, () => true, run.drainTools),
    }),
    terminateSessions(server, run.drainTools),
    persistReadOnly(server.label, () => Promise.resolve(server)),
  ]);
  const until = run.tools.clock.now().toISOString();
  const position = (await server.binlogPosition()) ?? 'its end';
  const what = `${orig.host} was alive again and took writes until ${until}; it is read-only now and stays so`;
  const more = `what it has in its binary log up to ${position} that ${next.host} lacks`;
  const todo = `Before you make it a replica, see ${more}`;
  return { state: 'closed', leftToDo: [`${what}. ${todo}`] };
}

class HealthyMaster extends Failure {}

/** It takes writes, and clients reach it by the address: opening another one would lose what they write. */
function refuseHealthyMaster(run: Run, { host }: HostEnd, elsewhere: Elsewhere): void {
  if (elsewhere.kind === 'nobody') return;
  const address = run.provider.address ?? '';
  const who =
    elsewhere.kind === 'somebody'
      ? `${elsewhere.who} answers for the writer address ${address}`
      : `it is not known whether it has the writer address ${address} (${elsewhere.why})`;
  const what =
    `${host}, which MHA took for dead, is alive and takes writes, and ${who}: it stays the master, and nothing ` +
    'was changed there';
  throw new HealthyMaster('refused', what, {
    hint:
      'see that its replicas replicate again (START SLAVE or START REPLICA on each), and why MHA could not ' +
      `reach ${host}`,
  });
}

function alive(orig: HostEnd, why: string, cause: unknown): Failure {
  const what = `${orig.host}, which MHA took for dead, is alive, and could not be made read-only (${why})`;
  return new Failure('refused', `${what}: there would be two writable masters`, {
    hint: `stop mysqld on ${orig.host} for certain, then run the failover again`,
    cause,
  });
}
