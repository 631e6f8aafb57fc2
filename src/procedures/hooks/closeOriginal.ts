// A mysqld that something restarts (systemd, mysqld_safe) while MHA fails over comes back as a second writable master.
import { Failure, SqlError } from '../../errors/errors.ts';
import { asFailure, errorLine } from '../../errors/message.ts';
import type { HostEnd, MasterEnd } from '../../mha/request.ts';
import type { Server } from '../../mysql/Server.ts';
import { setReadOnly } from '../../steps/readOnlySteps.ts';
import type { LeftToDo } from '../../vip/Provider.ts';
import type { Run } from '../run/openRun.ts';

/** How long the dead master gets to answer, in ms: a host that is gone must not hold up the failover. */
const lookMs = 1_000;

export interface Original {
  /** `down`: its host says that nobody listens. `closed`: it is read-only. `unknown`: nothing answers. */
  readonly state: 'down' | 'closed' | 'unknown';
  readonly leftToDo: LeftToDo;
}

/**
 * Makes sure, as far as it can be seen from here, that the dead master takes no writes: it is down, read-only, or made
 * read-only now. MHA passes no credentials for it; those of the new master are tried.
 * @throws Failure `refused` when it is alive and can't be made read-only.
 */
export async function closeOriginal(run: Run, orig: HostEnd, next: MasterEnd): Promise<Original> {
  let server: Server;
  try {
    server = await run.openServer({ ...orig, user: next.user, password: next.password }, lookMs);
  } catch (error) {
    const failure = asFailure(error);
    if (failure.cause instanceof SqlError)
      throw alive(orig, `it refuses the user of the new master: ${errorLine(failure)}`, failure);
    const refused = (failure.cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
    return { state: refused ? 'down' : 'unknown', leftToDo: [] };
  }
  try {
    if ((await server.readOnly()).readOnly) {
      run.tools.log.warn(`${orig.host} is alive again; it is read-only, so the failover goes on`);
      return { state: 'closed', leftToDo: [] };
    }
    await run.steps([setReadOnly(server, run.settings(orig).options.super_read_only, null)]);
    const until = run.tools.clock.now().toISOString();
    const position = await server.binlogPosition();
    return {
      state: 'closed',
      leftToDo: [
        `${orig.host} was alive again and took writes until ${until}; it is read-only now and stays so. Before you make it a replica, see what it has in its binary log up to ${position ?? 'its end'} that ${next.host} lacks`,
      ],
    };
  } catch (error) {
    throw alive(orig, errorLine(error), error);
  }
}

function alive(orig: HostEnd, why: string, cause: unknown): Failure {
  return new Failure(
    'refused',
    `${orig.host}, which MHA took for dead, is alive, and could not be made read-only (${why}): there would be two writable masters`,
    { hint: `stop mysqld on ${orig.host} for certain, then run the failover again`, cause },
  );
}
