// A mysqld that something restarts (systemd, mysqld_safe) while MHA fails over comes back as a second writable master.
import { Failure, SqlError } from '../errors/errors.ts';
import { asFailure, errorLine } from '../errors/message.ts';
import type { HostEnd, MasterEnd } from '../mha/request.ts';
import type { Server } from '../mysql/Server.ts';
import { setReadOnly } from '../steps/readOnlySteps.ts';
import type { Run } from './openRun.ts';

/** How long the dead master gets to answer, in ms: a host that is gone must not hold up the failover. */
const lookMs = 1_000;

/**
 * Makes sure that the dead master takes no writes: it does not answer, is read-only, or is made read-only now.
 * MHA passes no credentials for it; those of the new master are tried.
 * @throws Failure `refused` when it is alive and can't be made read-only.
 */
export async function closeOriginal(run: Run, orig: HostEnd, next: MasterEnd): Promise<void> {
  let server: Server;
  try {
    server = await run.openServer({ ...orig, user: next.user, password: next.password }, lookMs);
  } catch (error) {
    const failure = asFailure(error);
    if (!(failure.cause instanceof SqlError)) return;
    throw alive(orig, `it refuses the user of the new master: ${errorLine(failure)}`, failure);
  }
  try {
    if ((await server.readOnly()).readOnly) {
      run.tools.log.warn(`${orig.host} is alive again; it is read-only, so the failover goes on`);
      return;
    }
    await run.steps([setReadOnly(server, false, null)]);
    run.tools.log.warn(`${orig.host} was alive again and writable; it is read-only now`);
  } catch (error) {
    throw alive(orig, errorLine(error), error);
  }
}

function alive(orig: HostEnd, why: string, cause: unknown): Failure {
  return new Failure('refused', `${orig.host}, which MHA took for dead, is alive, and could not be made read-only (${why}): there would be two writable masters`, {
    hint: `stop mysqld on ${orig.host} for certain, then run the failover again`, cause,
  });
}
