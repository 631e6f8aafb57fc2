// read_only does not stop users with SUPER, and MHA 0.58's own lock does not stop them either. So before MHA goes on,
// the binary log is read twice, with no client session before and after: the same position means that nobody writes.
import { ifAny } from '../errors/message.ts';
import { Failure } from '../errors/errors.ts';
import { isWorking, type Server } from '../mysql/Server.ts';
import { terminateAll, type DrainTools } from './sessionSteps.ts';
import type { Step } from './Step.ts';

/**
 * Between the two readings, in ms. None where no client was there since read_only was set and nothing was written
 * since: clients are waiting, and `start` reads once more before it opens the new master. Whoever was terminated may
 * come back at once, so then the look is a longer one.
 */
const gapMs = { quiet: 0, busy: 250 } as const;

/** How long clients that come back are terminated again, in ms. */
const insistMs = 3_000;

/** Proves that nobody writes on the server any more. */
export function proveWritesEnded(server: Server, tools: DrainTools): Step {
  const { watch } = tools;
  return {
    id: `prove-writes-ended:${server.label}`,
    title: `make sure that the binary log of ${server.label} has come to rest`,
    check: () => Promise.resolve({}),
    async apply() {
      const until = tools.clock.monotonic() + insistMs;
      // Where the log stood when the looking began: it must not have moved since, however the last moment looks.
      let start: string | null | undefined;
      for (let baseline = watch.baseline; ; baseline = undefined) {
        // Whoever has come since the last look is found by the next one, which must find nobody.
        if (!watch.nobodyLeft) await terminateAll(server, () => true, tools);
        const first = await server.binlogPosition();
        start ??= first;
        const quiet = !watch.anybody && first === baseline;
        await tools.clock.sleep(quiet ? gapMs.quiet : gapMs.busy, tools.interrupted);
        const second = await server.binlogPosition();
        const sessions = await watch.list(server);
        await refuseOpened(server);
        const rest = first ?? 'no binary log';
        if (first === second && sessions.length === 0) return { detail: rest };
        if (tools.clock.monotonic() < until) continue;
        // Clients that only knock (health checks) are no reason to fail: read_only holds for them.
        if (second === start && !sessions.some(isWorking))
          return { detail: rest, note: `clients that keep connecting: ${watch.who}` };
        throw new Failure(
          'refused',
          `${server.label}: writes go on in spite of read_only: the binary log went from ${String(start)} to ` +
            String(second) +
            ifAny('; sessions that keep coming back: ', watch.anybody ? watch.who : ''),
          {
            hint:
              'stop the programs that write there with SUPER or READ_ONLY ADMIN (pt-heartbeat, event ' +
              'scheduler, ...), or set super_read_only = yes on MySQL',
          },
        );
      }
    },
    verify: () => Promise.resolve(),
  };
}

/** One that has restarted since it was closed may have come up open, before anybody wrote there. */
async function refuseOpened(server: Server): Promise<void> {
  const { readOnly } = await server.readOnly();
  if (readOnly) return;
  throw new Failure('refused', `${server.label} takes writes again (read_only=0), although it was closed`, {
    hint: `it has restarted, or somebody has opened it: see the error log of ${server.label}`,
  });
}
