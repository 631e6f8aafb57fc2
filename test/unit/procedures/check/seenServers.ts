// A server as check sees it, with nothing in the way.
import type { Session } from '../../../../src/mysql/Server.ts';
import type { SeenServer } from '../../../../src/procedures/check/checkServerHealth.ts';
import type { ServerState } from '../../../../src/procedures/survey/surveyCluster.ts';

export function healthy(state: ServerState, isMaster: boolean): SeenServer {
  return {
    state,
    isMaster,
    health: {
      semiSyncSource: { enabled: false, active: false },
      semiSyncReplica: { enabled: false, active: false },
      semiSyncClients: 0,
      connections: 8,
      maxConnections: 100,
      netTimeout: 60,
      heartbeat: 30,
    },
    sessions: [],
    position: isMaster ? 'bin.000007:200000000' : null,
    lock: 'free',
    events: [],
  };
}

export function session(more: Partial<Session>): Session {
  const plain = { user: 'app', client: '10.0.0.1:4', command: 'Query', seconds: 0, statement: null };
  return { id: 7, ...plain, inTransaction: false, ...more };
}
