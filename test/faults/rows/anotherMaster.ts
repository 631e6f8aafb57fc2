// Another server is the master, or may be: a person has made it that, or nobody reaches who would know.
import { HOSTS, WRITER_ADDRESS, WRITER_CIDR } from '../../lab/hosts.ts';
import { untilProvable } from '../../scenarios/cluster.ts';
import {
  blackhole,
  idleSessions,
  sessionOn,
  startDead,
  startManager,
  startSwitch,
  undo,
  untilMaster,
} from '../acts.ts';
import { letGo, untilHeld } from '../heldHooks.ts';
import type { Row } from '../row.ts';
import { dieAfterStop } from '../shots.ts';
import type { Stage } from '../stage.ts';

function thirdMaster(moment: 'switch' | 'failover', where: 'in reach' | 'out of reach'): Row {
  const isPlanned = moment === 'switch';
  const hold = isPlanned ? 'after stop' : 'before start';
  return {
    id: `third-master-${where.replaceAll(' ', '-')}-in-${moment}`,
    fault: `a DBA promotes db12 by hand${where === 'in reach' ? '' : ', and the manager does not reach db12'}`,
    moment: isPlanned
      ? 'planned switch by MHA, between `stop` and `start`'
      : 'mysqld of db10 is dead, `hard start` comes next',
    given: { holds: [hold] },
    async act(stage) {
      const mha = isPlanned ? startSwitch(stage) : await startManager(stage);
      if (!isPlanned) await stage.lab.killMysqld('db10');
      await untilHeld(stage.lab, hold, 120_000);
      await promote(stage);
      if (where === 'out of reach') await blackhole(stage, 'mgr', `${HOSTS.db12.ipv4}/32`);
      await letGo(stage.lab, hold);
      await mha.ended;
      await stage.wait(2_000);
    },
    expect: { exits: { [isPlanned ? 'switch' : 'manager']: 'refused' }, master: 'db12', lost: 'not counted' },
    endsWithinMs: 200_000,
    also: ['mysql-9.7-gtid'],
  };
}

export const anotherMasterRows: readonly Row[] = [
  {
    id: 'third-master-while-new-one-is-full',
    fault: 'idle sessions use up max_connections of db11, so `hard start` waits; a DBA promotes db12, then they end',
    moment: 'mysqld of db10 is dead, `hard start` waits for db11',
    given: { holds: ['before start'] },
    async act(stage) {
      const mha = await startManager(stage);
      await stage.lab.killMysqld('db10');
      await untilHeld(stage.lab, 'before start', 120_000);
      const go = await idleSessions(stage, 'db11');
      const reserved = await sessionOn(stage, 'db11');
      await letGo(stage.lab, 'before start');
      await stage.wait(8_000);
      await promote(stage);
      reserved.destroy();
      go();
      await mha.ended;
      await stage.wait(2_000);
    },
    expect: { exits: { manager: 'refused' }, master: 'db12', lost: 'not counted' },
    endsWithinMs: 200_000,
  },
  {
    id: 'undo-new-master-out-of-reach',
    fault: '`online start` has opened db11, MHA dies, the manager does not reach db11; `mha-helper undo`',
    moment: 'after `start` of a planned switch',
    given: { holds: ['after start'] },
    async act(stage) {
      const mha = startSwitch(stage);
      await untilMaster(stage, 'db11');
      await untilHeld(stage.lab, 'after start');
      await blackhole(stage, 'mgr', `${HOSTS.db11.ipv4}/32`);
      await letGo(stage.lab, 'after start');
      mha.process.kill('SIGKILL');
      await stage.wait(1_000);
      await undo(stage);
      await stage.wait(2_000);
    },
    expect: { exits: { undo: [0, 9] }, master: 'db11' },
    endsWithinMs: 120_000,
  },
  {
    id: 'undo-third-master-out-of-reach',
    fault: 'a DBA promotes db12 by hand, the manager does not reach db12; `mha-helper undo`',
    moment: 'after `stop` of a planned switch from db10 to db11, whose MHA has died',
    given: { holds: ['after stop'] },
    async act(stage) {
      await dieAfterStop(stage, { meanwhile: () => promoteAndCut(stage) });
      await undo(stage);
      await stage.wait(2_000);
    },
    expect: { exits: { undo: 'refused' }, master: 'db12' },
    endsWithinMs: 120_000,
  },
  {
    id: 'hand-dead-that-lives',
    fault: '`mha-helper failover --dead db10` by an operator who is wrong: db10 is well',
    moment: 'clients write',
    async act(stage) {
      await startDead(stage).ended;
      await stage.wait(2_000);
    },
    expect: { exits: { failover: 'refused' }, master: 'db10', outageMs: 3_000 },
    endsWithinMs: 120_000,
  },
  {
    id: 'hand-dead-out-of-reach',
    fault: '`mha-helper failover --dead db10`; only the manager does not reach db10',
    moment: 'clients write',
    async act(stage) {
      await blackhole(stage, 'mgr', `${HOSTS.db10.ipv4}/32`);
      await startDead(stage).ended;
      await stage.wait(2_000);
    },
    expect: { exits: { failover: 'refused' }, master: 'db10', outageMs: 3_000 },
    endsWithinMs: 150_000,
  },
  {
    id: 'third-writer-at-failover',
    fault: 'db12 is writable (somebody has forgotten it so), and mysqld of db10 is killed',
    moment: 'masterha_manager monitors',
    async act(stage) {
      const manager = await startManager(stage);
      await stage.lab.sql('db12', 'SET GLOBAL read_only=0');
      await stage.lab.killMysqld('db10');
      await manager.ended;
      await stage.wait(2_000);
    },
    expect: { master: 'unchecked', w2Ms: 'by hand', says: [/db12[^\n]*(writable|takes writes|read_only)/] },
    endsWithinMs: 200_000,
  },
  {
    id: 'third-holder-at-failover',
    fault: 'db12 has the writer address too (it is read-only), and mysqld of db10 is killed',
    moment: 'masterha_manager monitors, detection = proof',
    given: { helper: { default: { detection: 'proof' } } },
    async act(stage) {
      const manager = await startManager(stage);
      await untilProvable(stage.lab);
      await stage.by('db12', `ip addr add ${WRITER_CIDR} dev ${HOSTS.db12.interface}`);
      await stage.lab.killMysqld('db10');
      await manager.ended;
      await stage.wait(2_000);
      await stage.by('db12', `ip addr del ${WRITER_CIDR} dev ${HOSTS.db12.interface} || true`);
    },
    expect: { master: 'unchecked', says: [/still answers for the writer address/, /LEFT TO DO: [^\n]*it is on db12/] },
    endsWithinMs: 200_000,
  },
  thirdMaster('switch', 'in reach'),
  thirdMaster('switch', 'out of reach'),
  thirdMaster('failover', 'in reach'),
  thirdMaster('failover', 'out of reach'),
];

async function promote(stage: Stage): Promise<void> {
  const word = stage.lab.server.replicaStatus.split(' ')[1] ?? 'SLAVE';
  await stage.lab.sql('db12', `STOP ${word}`, `RESET ${word} ALL`, 'SET GLOBAL read_only=0');
  await stage.by('db12', `ip addr add ${WRITER_CIDR} dev ${HOSTS.db12.interface}`);
  await stage.by('db12', `arping -U -c 1 -I ${HOSTS.db12.interface} ${WRITER_ADDRESS} || true`);
  await stage.writer.progress(20);
}

async function promoteAndCut(stage: Stage): Promise<void> {
  await promote(stage);
  await blackhole(stage, 'mgr', `${HOSTS.db12.ipv4}/32`);
}
