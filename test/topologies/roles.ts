// A replica in each role and each state, another one that is well, and the master killed.
import { APPLICATION_ACCOUNT } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { waitUntil } from '../lab/processes.ts';
import { caughtUp, db10, failoverByMha, must, mustBeMaster, reasonOf, sql, written } from './stage.ts';
import type { Topology } from './Topology.ts';

const roles = {
  candidate: { what: '`candidate_master`', options: { candidate_master: '1', no_master: null } },
  plain: { what: 'neither', options: { candidate_master: null, no_master: null } },
  'no-master': { what: '`no_master`', options: { candidate_master: null, no_master: '1' } },
} as const;

type Role = keyof typeof roles;

interface State {
  readonly what: string;
  /** Before the writes. */
  prepare(lab: Lab): Promise<void>;
  /** Who may become the master; empty: refused. */
  master(role: Role): readonly ('db11' | 'db12')[];
}

/** Whoever is well, unless the other is wanted. */
const either = (role: Role): readonly ('db11' | 'db12')[] =>
  (({ candidate: ['db11'], plain: ['db11', 'db12'], 'no-master': ['db12'] }) as const)[role];

const states: Readonly<Record<string, State>> = {
  well: { what: 'is well', prepare: () => Promise.resolve(), master: either },
  behind: {
    what: 'has not received the last writes',
    prepare: async (lab) => void (await lab.sql('db11', lab.server.stopReceiving)),
    master: (role) => (role === 'candidate' ? ['db11'] : ['db12']),
  },
  late: {
    what: 'has received all and is 6 s late (`MASTER_DELAY`)',
    prepare: async (lab) =>
      void (await sql(lab, 'db11', 'STOP SLAVE', 'CHANGE MASTER TO MASTER_DELAY=6', 'START SLAVE')),
    master: either,
  },
  broken: {
    what: 'has stopped with an error',
    async prepare(lab) {
      const { schema } = APPLICATION_ACCOUNT;
      await lab.sql('db11', 'SET sql_log_bin=0', `INSERT INTO ${schema}.writes VALUES (1, 11)`);
      await lab.sql('db10', `INSERT INTO ${schema}.writes VALUES (1, 10)`);
      await waitUntil('the error', 10_000, async () => {
        const [status] = await lab.sql('db11', lab.server.replicaStatus);
        return status !== undefined && !lab.server.isReplicating(status);
      });
    },
    master: () => [],
  },
  down: { what: 'is down', prepare: (lab) => lab.killMysqld('db11'), master: () => [] },
};

async function run(lab: Lab, role: Role, state: State): Promise<string> {
  await lab.configure({
    // The example's db12 is never master, and has its SSH user without sudo.
    helper: { db12: { requires_sudo: 'yes' } },
    application: { server1: { candidate_master: null }, server2: roles[role].options, server3: { no_master: null } },
  });
  await state.prepare(lab);
  const writer = await written(lab);
  await caughtUp(lab, 'db12', writer);
  await lab.killMysqld('db10');
  const { code, stdout } = await failoverByMha(lab, db10);
  const may = state.master(role);
  if (may.length === 0) {
    must(code !== 0, 'it was not refused', stdout);
    const writable = await lab.writableServers();
    must(writable.length === 0, `${writable.join(', ')} takes writes after a refusal`, stdout);
    return reasonOf(stdout);
  }
  must(code === 0, `refused: ${reasonOf(stdout)}`, stdout);
  const [master] = await lab.writableServers();
  must(master !== undefined && may.some((one) => one === master), `${master ?? 'nobody'} is the master`, stdout);
  await mustBeMaster(lab, master, { output: stdout, writer });
  const other = master === 'db11' ? 'db12' : 'db11';
  await caughtUp(lab, other, writer);
  return `${master === 'db11' ? 'it' : 'the other'} becomes the master; both have all writes`;
}

export const rolesAndStates: readonly Topology[] = Object.entries(states).flatMap(([stateName, state]) =>
  (Object.keys(roles) as Role[]).map((role) => ({
    name: `replica-${stateName}-${role}`,
    what: `a replica (${roles[role].what}) that ${state.what}; another is well; \`kill -9\` of the master`,
    is: state.master(role).length === 0 ? ('refused' as const) : ('works' as const),
    run: (lab) => run(lab, role, state),
  })),
);
