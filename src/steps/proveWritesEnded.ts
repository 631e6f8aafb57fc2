// read_only does not stop users with SUPER, and MHA 0.58's own lock does not stop them either. So before MHA goes on, the binary log is read
// twice, with no client session before and after: the same position means that nobody writes.
import { Failure } from '../errors/errors.ts';
import { isWorking, type Server } from '../mysql/Server.ts';
import { terminateAll, type DrainTools } from './sessionSteps.ts';
import type { Step } from './Step.ts';

/** Between the two readings, in ms. */
const gapMs = 10;

/** How long clients that come back are terminated again, in ms. */
const insistMs = 3_000;

/** Proves that nobody writes on the server any more. */
export function proveWritesEnded(server: Server, tools: DrainTools): Step {
  return {
    id: `prove-writes-ended:${server.label}`,
    title: `make sure that the binary log of ${server.label} has come to rest`,
    check: () => Promise.resolve({}),
    async apply() {
      const until = tools.clock.monotonic() + insistMs;
      const seen = new Set<string>();
      for (;;) {
        const ended = await terminateAll(server, () => true, tools);
        const first = await server.binlogPosition();
        await tools.clock.sleep(gapMs, tools.interrupted);
        const second = await server.binlogPosition();
        const sessions = await server.clientSessions();
        const rest = first ?? 'no binary log';
        for (const { user, client } of [...ended, ...sessions]) seen.add(`${user} from ${client.replace(/:\d+$/, '')}`);
        if (first === second && sessions.length === 0) return { detail: rest };
        if (tools.clock.monotonic() < until) continue;
        const who = [...seen].slice(0, 3).join(', ');
        // Clients that only knock (health checks) are no reason to fail: read_only holds for them.
        if (first === second && !sessions.some(isWorking)) return { detail: `${rest}; clients that keep connecting: ${who}` };
        throw new Failure('refused', `${server.label}: writes go on in spite of read_only: the binary log went from ${String(first)} to ${String(second)}`
          + `${who === '' ? '' : `; sessions that keep coming back: ${who}`}`, {
          hint: 'stop the programs that write there with SUPER or READ_ONLY ADMIN (pt-heartbeat, event scheduler, ...), or set super_read_only = yes on MySQL',
        });
      }
    },
    verify: () => Promise.resolve(),
  };
}
