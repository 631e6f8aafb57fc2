// Closing a master that must not be one: nobody there gets time to end what it does.
import type { Server } from '../mysql/Server.ts';
import { setReadOnly } from './readOnlySteps.ts';
import { terminateAll, type DrainTools } from './sessionSteps.ts';
import type { Step } from './Step.ts';

/** How long the server waits for its lock before all sessions are ended once more, in ms; servers count in seconds. */
const graceMs = 1_000;

/**
 * read_only=1, after its sessions were ended: what they were about to write is on no other server. Those that wait for
 * a semi-synchronous replica keep the lock that read_only needs until their time is over, and semi-synchronous
 * replication is not switched off for them: it would acknowledge what nobody else has.
 */
export function closeAtOnce(server: Server, superReadOnly: boolean, tools: DrainTools): Step {
  const step = setReadOnly(server, superReadOnly, {
    graceMs,
    terminateIdle: null,
    terminateAll: () => terminateAll(server, () => true, tools),
  });
  return {
    ...step,
    async apply(before) {
      await server.terminate(await server.clientSessions());
      return step.apply(before);
    },
  };
}
