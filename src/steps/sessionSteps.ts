// Draining: whoever has work gets time to end it, whoever has none is terminated at once, nobody is left at the end.
import type { Budget } from '../context/budget.ts';
import type { Clock } from '../context/Context.ts';
import { Failure } from '../errors/errors.ts';
import { isWorking, type Server, type Session } from '../mysql/Server.ts';
import type { Step } from './Step.ts';
import type { WriteWatch } from './WriteWatch.ts';

export interface DrainOptions {
  /** How long work may go on, in ms. */
  readonly graceMs: number;
  /** Idle sessions get that time too. */
  readonly includeIdle: boolean;
}

export interface DrainTools {
  readonly clock: Clock;
  readonly budget: Budget;
  readonly interrupted: AbortSignal;
  readonly watch: WriteWatch;
}

/** Between two looks at the session list, in ms: short at first, because most sessions go within moments. */
const pauses = [5, 10, 20, 50, 100] as const;

/** How long terminated sessions may take to disappear (a large transaction rolls back first), in ms. */
const disappearMs = 10_000;

/** How long sessions that come back are terminated again, in ms. */
const comeBackMs = 1_000;

/** Waits until sessions with work have ended it; idle ones are terminated at once unless they are to be waited for. */
export function drainSessions(server: Server, options: DrainOptions, tools: DrainTools): Step {
  return {
    id: `drain-sessions:${server.label}`,
    title: `wait up to ${options.graceMs / 1000} s for sessions on ${server.label} to end their work`,
    async check() {
      tools.watch.baseline ??= await server.binlogPosition();
      return count(await tools.watch.list(server));
    },
    async apply() {
      const until = tools.clock.monotonic() + options.graceMs;
      let idle = 0;
      for (let round = 0; ; round += 1) {
        let sessions = await tools.watch.list(server);
        if (!options.includeIdle) {
          const toEnd = sessions.filter((session) => !isWorking(session));
          await server.terminate(toEnd);
          idle += toEnd.length;
          sessions = sessions.filter(isWorking);
        }
        const detail = `${idle} idle terminated, ${sessions.length} left`;
        if (sessions.length === 0 || tools.clock.monotonic() >= until) return { detail };
        await tools.clock.sleep(pauses[Math.min(round, pauses.length - 1)] ?? 100, tools.interrupted);
      }
    },
    verify: () => Promise.resolve(),
  };
}

/** Terminates what is left and waits until it is gone. */
export function terminateSessions(server: Server, tools: DrainTools): Step {
  return {
    id: `terminate-sessions:${server.label}`,
    title: `terminate the sessions that are left on ${server.label}`,
    check: async () => (tools.watch.nobodyLeft ? null : count(await tools.watch.list(server))),
    async apply() {
      const ended = await terminateAll(server, () => true, tools);
      return { detail: `${ended} terminated` };
    },
    verify: () => Promise.resolve(),
  };
}

/**
 * Terminates sessions until a list shows none that `which` selects; new ones that come meanwhile too, for a second:
 * whoever comes back after that is not ours to judge here.
 * @returns how many were terminated
 * @throws Failure `deadline` naming those that did not go.
 */
export async function terminateAll(
  server: Server,
  which: (session: Session) => boolean,
  tools: DrainTools,
): Promise<number> {
  const began = tools.clock.monotonic();
  const ended = new Set<number>();
  for (let round = 0; ; round += 1) {
    const sessions = (await tools.watch.list(server)).filter(which);
    if (sessions.length === 0) return ended.size;
    const staying = sessions.filter(({ id }) => ended.has(id));
    const passed = tools.clock.monotonic() - began;
    if (staying.length === 0 && passed >= comeBackMs) return ended.size;
    if (passed >= disappearMs) {
      throw new Failure(
        'deadline',
        `${server.label}: sessions are still there ${disappearMs / 1000} s after they were terminated: ` +
          `${staying.slice(0, 3).map(describe).join('; ')}`,
        { hint: 'a large transaction may be rolling back; see SHOW FULL PROCESSLIST there' },
      );
    }
    const toEnd = sessions.filter(({ id }) => !ended.has(id));
    await server.terminate(toEnd);
    for (const { id } of toEnd) ended.add(id);
    await tools.clock.sleep(pauses[Math.min(round, pauses.length - 1)] ?? 100, tools.interrupted);
  }
}

function describe(session: Session): string {
  return `${session.id} of ${session.user} from ${session.client} (${session.command}, ${session.seconds} s)`;
}

function count(sessions: readonly Session[]): { sessions: number } | null {
  return sessions.length === 0 ? null : { sessions: sessions.length };
}
