// Planned switch, before MHA lets the new master catch up: when this returns, nobody writes on the original master any
// more.
import type { Tools } from '../../context/Context.ts';
import { Failure } from '../../errors/errors.ts';
import { outcomeOf, type Outcome } from '../../mha/exitCodes.ts';
import type { OnlineRequest } from '../../mha/request.ts';
import { isWorking } from '../../mysql/Server.ts';
import { proveWritesEnded } from '../../steps/proveWritesEnded.ts';
import { setReadOnly } from '../../steps/readOnlySteps.ts';
import { drainSessions, terminateAll, terminateSessions } from '../../steps/sessionSteps.ts';
import { releaseWriterAddress } from '../../steps/writerAddressSteps.ts';
import { withRun } from '../run/openRun.ts';

export async function onlineStop(request: OnlineRequest, tools: Tools): Promise<Outcome> {
  const { orig, new: next, sshOptions } = request;
  if (orig.host === next.host && orig.port === next.port) {
    throw new Failure('usage', `the original and the new master are both ${orig.host}:${orig.port}: nothing to switch`);
  }
  return withRun(tools, { procedure: 'online stop', orig, next, sshOptions }, async (run) => {
    const { options } = run.settings(orig);
    const graceMs = options.kill_after_timeout * 1000;
    // Everything is connected and looked at before the first change: what can't work must not begin.
    const [original, replica, , ready] = await Promise.all([
      run.server(orig),
      run.server(next),
      run.preflight(orig, next),
      run.keepReady(orig, next),
    ]);
    const { leftToDo } = await run.steps([
      setReadOnly(replica, run.settings(next).options.super_read_only, null),
      ...(run.provider.address === null ? [] : [releaseWriterAddress(run.provider, run.host(orig))]),
      setReadOnly(original, options.super_read_only, {
        graceMs,
        terminate: async () => (await terminateAll(original, isWorking, run.drainTools)).length,
      }),
      drainSessions(original, { graceMs, includeIdle: options.drain_idle_sessions }, run.drainTools),
      terminateSessions(original, run.drainTools),
      proveWritesEnded(original, run.drainTools),
    ]);
    ready.keep();
    return outcomeOf(leftToDo);
  });
}
