// How late a replica may be: MHA refuses a planned switch when one is later, and says so only then. Pure.
import { Failure } from '../../errors/errors.ts';
import type { ApplicationServer } from '../../mha/applicationConfig.ts';
import type { Replication } from '../../mysql/Server.ts';
import type { ServerState } from '../survey/surveyCluster.ts';

/** MHA's own limit, in s (MasterRotate.pm, g_seconds_behind_master). */
const secondsBehindLimit = 30;
/** So far behind a replica may be without a word, in s: the clients wait while the new master catches up. */
const unnoticed = 1;

export interface Late {
  readonly text: string;
  readonly hint: string;
  /** MHA would refuse at this moment. */
  readonly refused: boolean;
}

const refusal = `MHA refuses a planned switch while a replica is more than ${secondsBehindLimit} s behind`;

/** Null for a replica that follows at once. One that does not run is another matter. */
export function lateness({ running, delay, secondsBehind }: Replication): Late | null {
  if (!running) return null;
  const refused = secondsBehind === null || secondsBehind > secondsBehindLimit;
  if (delay > 0) {
    const text = `it replicates ${delay} s late on purpose (MASTER_DELAY, SOURCE_DELAY): ${refusal}`;
    return { text, hint: 'take the delay away for the switch; for a failover it must have no_master=1', refused };
  }
  const hint = 'wait until it has caught up';
  if (secondsBehind === null) return { text: `it does not know how far it is behind: ${refusal}`, hint, refused };
  if (refused) return { text: `it is ${secondsBehind} s behind: ${refusal}`, hint, refused };
  if (secondsBehind <= unnoticed) return null;
  const text = `it is ${secondsBehind} s behind: made the master, it would keep the clients waiting as long`;
  return { text, hint, refused };
}

/** Of all replicas: what MHA would refuse, and what it would not at this moment. */
export function lateReplicas(
  servers: readonly ServerState[],
  name: (server: ApplicationServer) => string,
): { readonly problems: readonly Failure[]; readonly warnings: readonly string[] } {
  const late = servers.flatMap(({ server, replication }) => {
    const found = replication === null ? null : lateness(replication);
    return found === null ? [] : [{ ...found, text: `${name(server)}: ${found.text}` }];
  });
  return {
    problems: late.flatMap(({ text, hint, refused }) => (refused ? [new Failure('refused', text, { hint })] : [])),
    warnings: late.flatMap(({ text, refused }) => (refused ? [] : [text])),
  };
}
