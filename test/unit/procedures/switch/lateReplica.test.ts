import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lateness, lateReplicas } from '../../../../src/procedures/switch/lateReplica.ts';
import type { Replication } from '../../../../src/mysql/Server.ts';
import { serverName, type ServerState } from '../../../../src/procedures/survey/surveyCluster.ts';
import { app, db10, db11, db12, master, replica } from './switchCases.ts';

function late(changes: Partial<Replication>): ServerState {
  const state = replica(db12, db10);
  return { ...state, replication: { ...state.replication!, ...changes } };
}

test("what MHA's limit lets through, and what it does not", () => {
  const told = (changes: Partial<Replication>): string | undefined => lateness(late(changes).replication!)?.text;
  assert.equal(told({ secondsBehind: 1 }), undefined);
  assert.equal(told({ running: false, secondsBehind: null }), undefined);
  assert.match(
    told({ secondsBehind: 2 }) ?? '',
    /^it is 2 s behind: made the master, it would keep the clients waiting/,
  );
  assert.match(told({ secondsBehind: 31 }) ?? '', /^it is 31 s behind: MHA refuses .* more than 30 s behind$/);
  assert.match(told({ secondsBehind: null }) ?? '', /^it does not know how far it is behind: /);
  assert.match(told({ secondsBehind: 0, delay: 3600 }) ?? '', /^it replicates 3600 s late on purpose /);
});

test('a delayed replica is named in any case, and in the way when it has something to apply', () => {
  const found = (delayed: ServerState): readonly [number, readonly string[]] => {
    const { problems, warnings } = lateReplicas([master(db10), replica(db11, db10), delayed], (server) =>
      serverName(server, app),
    );
    return [problems.length, [...problems.map(({ message }) => message), ...warnings].map((text) => text.slice(0, 36))];
  };
  assert.deepEqual(found(late({ secondsBehind: 37, delay: 3600 })), [1, ['db12: it replicates 3600 s late on p']]);
  assert.deepEqual(found(late({ secondsBehind: 0, delay: 3600 })), [0, ['db12: it replicates 3600 s late on p']]);
  assert.deepEqual(found(late({ secondsBehind: 30 })), [0, ['db12: it is 30 s behind: made the ma']]);
  assert.deepEqual(found(late({ secondsBehind: 0 })), [0, []]);
});
