// Masters that replicate from each other, and replicas of replicas.
import { HOSTS } from '../lab/hosts.ts';
import type { Lab } from '../lab/lab.ts';
import { caughtUp, checkRepl, db10, failoverByMha, follow, helper, must } from './stage.ts';
import { mustBeAsBefore, mustBeMaster, reasonOf, switchByMha, written } from './stage.ts';
import type { Topology } from './Topology.ts';

const allMayBe = { application: { server3: { no_master: null } }, helper: { db12: { requires_sudo: 'yes' } } } as const;

/** db12 below db11. */
async function tiers(lab: Lab): Promise<void> {
  await follow(lab, 'db12', 'db11');
  await lab.configure({ application: { server3: { multi_tier_slave: '1' } } });
}

async function sourceOf(lab: Lab, replica: 'db10' | 'db11' | 'db12'): Promise<string> {
  const [status] = await lab.sql(replica, lab.server.replicaStatus);
  return String(status?.['Master_Host'] ?? status?.['Source_Host'] ?? '');
}

async function checkIsWell(lab: Lab): Promise<void> {
  const checked = await helper(lab, 'check', '-c', 'test_cluster');
  must(!/^\s*ERROR/m.test(checked.stdout), `check: ${reasonOf(checked.stdout)}`, checked.stdout);
}

export const chains: readonly Topology[] = [
  {
    name: 'tiers-switch',
    what: 'a replica of a replica (`multi_tier_slave=1`), planned switch to the one between',
    is: 'works',
    async run(lab) {
      await tiers(lab);
      const writer = await written(lab);
      const { code, stdout } = await switchByMha(lab, 'db11');
      must(code === 0, reasonOf(stdout), stdout);
      await mustBeMaster(lab, 'db11', { output: stdout, writer });
      await caughtUp(lab, 'db12', writer);
      must((await sourceOf(lab, 'db12')) === HOSTS.db11.ipv4, 'db12 follows another', stdout);
      return 'its replica stays where it is';
    },
  },
  {
    name: 'tiers-failover',
    what: 'the same, `kill -9` of the master',
    is: 'works',
    async run(lab) {
      await tiers(lab);
      const writer = await written(lab);
      await lab.killMysqld('db10');
      const { code, stdout } = await failoverByMha(lab, db10);
      must(code === 0, reasonOf(stdout), stdout);
      await mustBeMaster(lab, 'db11', { output: stdout, writer });
      await caughtUp(lab, 'db12', writer);
      return 'its replica stays where it is';
    },
  },
  {
    name: 'tiers-unsaid',
    what: 'a replica of a replica without `multi_tier_slave`',
    is: 'refused',
    async run(lab) {
      await follow(lab, 'db12', 'db11');
      await mustBeAsBefore(lab, 'db10', await checkRepl(lab));
      const checked = await helper(lab, 'check', '-c', 'test_cluster');
      must(checked.code !== 0, 'check finds nothing', checked.stdout);
      return reasonOf(checked.stdout);
    },
  },
  {
    name: 'pair-switch',
    what: 'two masters that replicate from each other, one read-only, and a replica; planned switch and back',
    is: 'works',
    async run(lab) {
      await follow(lab, 'db10', 'db11');
      await checkIsWell(lab);
      const writer = await written(lab);
      const there = await switchByMha(lab, 'db11');
      must(there.code === 0, reasonOf(there.stdout), there.stdout);
      await mustBeMaster(lab, 'db11', { output: there.stdout, writer });
      const back = await switchByMha(lab, 'db10');
      must(back.code === 0, reasonOf(back.stdout), back.stdout);
      await mustBeMaster(lab, 'db10', { output: back.stdout, writer });
      return 'the new master replicates from nobody then: MHA makes master and replicas of it';
    },
  },
  {
    name: 'pair-failover',
    what: 'the same, `kill -9` of the master that takes writes',
    is: 'works',
    async run(lab) {
      await follow(lab, 'db10', 'db11');
      const writer = await written(lab);
      await lab.killMysqld('db10');
      const { code, stdout } = await failoverByMha(lab, db10);
      must(code === 0, reasonOf(stdout), stdout);
      await mustBeMaster(lab, 'db11', { output: stdout, writer });
      await caughtUp(lab, 'db12', writer);
      return 'the replica follows it';
    },
  },
  {
    name: 'pair-both-open',
    what: 'two masters that both take writes',
    is: 'refused',
    async run(lab) {
      await follow(lab, 'db10', 'db11');
      await lab.sql('db11', 'SET GLOBAL read_only=0');
      const { code, stdout } = await switchByMha(lab, 'db11');
      must(code !== 0, 'the switch was not refused', stdout);
      must((await lab.vipHolders()).join() === 'db10', 'the address has moved', stdout);
      must((await checkRepl(lab)).code !== 0, 'masterha_check_repl finds nothing');
      const checked = await helper(lab, 'check', '--quick', '-c', 'test_cluster');
      must(checked.code !== 0, 'check finds nothing', checked.stdout);
      return reasonOf(checked.stdout);
    },
  },
  {
    name: 'ring',
    what: 'three masters in a ring, one takes writes',
    is: 'refused',
    async run(lab) {
      await lab.configure(allMayBe);
      await follow(lab, 'db12', 'db11');
      await follow(lab, 'db10', 'db12');
      await mustBeAsBefore(lab, 'db10', await switchByMha(lab, 'db11'));
      await mustBeAsBefore(lab, 'db10', await checkRepl(lab));
      const checked = await helper(lab, 'check', '-c', 'test_cluster');
      must(checked.code !== 0, 'check finds nothing', checked.stdout);
      return reasonOf(checked.stdout);
    },
  },
];
