// undo, with other masters about: it must look at everything first.
import { WRITER_CIDR } from '../../lab/hosts.ts';
import { send, startSwitch, undo, untilMaster } from '../acts.ts';
import { letGo, untilHeld } from '../heldHooks.ts';
import { untilMoment } from '../journalMoments.ts';
import type { Given, Row } from '../row.ts';
import { dieAfterStop } from '../shots.ts';
import type { Stage } from '../stage.ts';

function thirdMaster(id: string, given: Given, also: string): Row {
  return {
    id,
    fault: `a DBA promotes db12 by hand; then \`mha-helper undo\`; ${also}`,
    moment: 'after `stop` of a planned switch from db10 to db11, whose MHA has died',
    given: { ...given, holds: ['after stop'] },
    async act(stage) {
      await dieAfterStop(stage, { meanwhile: () => promoteByHand(stage) });
      await undo(stage);
      await stage.wait(2_000);
    },
    expect: { exits: { undo: 'refused' }, master: 'db12' },
    endsWithinMs: 90_000,
    also: ['mysql-9.7-gtid'],
    source: 'faults.md 2',
  };
}

async function promoteByHand(stage: Stage): Promise<void> {
  const word = stage.lab.server.replicaStatus.split(' ')[1] ?? 'SLAVE';
  await stage.lab.sql('db12', `STOP ${word}`, `RESET ${word} ALL`, 'SET GLOBAL read_only=0');
  await stage.by('db12', `ip addr add ${WRITER_CIDR} dev eth1; ${ANNOUNCE}`);
  await stage.writer.progress(20);
}

const ANNOUNCE = 'arping -U -c 1 -I eth1 192.168.10.155 >/dev/null 2>&1 || true';

export const undoingRows: readonly Row[] = [
  thirdMaster('undo-third-master-seed', { sudoers: 'seed' }, "the seed's line for sudoers"),
  thirdMaster('undo-third-master', {}, 'the recommended line for sudoers'),
  {
    id: 'undo-new-master-was-written-to',
    fault: '`kill -9` of `online start`; clients write on db11 for 6 s; `mha-helper undo`',
    moment: 'db11 takes writes and has the address, the hook has not ended',
    async act(stage) {
      const mha = startSwitch(stage);
      const hook = await untilMoment(stage.lab, {
        procedure: 'online start',
        kind: 'step',
        step: 'assign-address:db11',
      });
      await untilMaster(stage, 'db11');
      send([hook], 'SIGKILL');
      await mha.ended;
      await stage.wait(6_000);
      await undo(stage);
      await stage.wait(2_000);
    },
    expect: { exits: { undo: 'refused' }, master: 'db11' },
    endsWithinMs: 90_000,
    also: ['mysql-9.7-gtid'],
    source: 'faults.md 2',
  },
  {
    id: 'undo-after-mha-died',
    fault: '`kill -9` of MHA; `mha-helper undo`',
    moment: 'after `stop` of a planned switch',
    given: { holds: ['after stop'] },
    async act(stage) {
      await dieAfterStop(stage);
      await undo(stage);
      await stage.wait(2_000);
    },
    expect: { exits: { undo: 0 }, master: 'db10' },
    endsWithinMs: 90_000,
    also: ['mysql-9.7-gtid'],
  },
  {
    id: 'undo-address-changed-in-configuration',
    fault: 'writer_vip_cidr is changed to 192.168.10.156/24; `mha-helper undo`',
    moment: 'after `stop` of a planned switch, whose MHA has died',
    given: { holds: ['after stop'] },
    async act(stage) {
      await dieAfterStop(stage);
      await stage.by('mgr', "sed -i 's/192.168.10.155/192.168.10.156/' /etc/mha-helper/*.conf");
      await undo(stage);
      await stage.wait(2_000);
    },
    expect: { exits: { undo: 0 }, master: 'db10' },
    endsWithinMs: 90_000,
    source: 'from-the-field.md 14',
  },
  {
    id: 'undo-twice-at-once',
    fault: 'two operators run `mha-helper undo` at the same time',
    moment: 'after `stop` of a planned switch, whose MHA has died',
    given: { holds: ['after stop'] },
    async act(stage) {
      await dieAfterStop(stage);
      await Promise.all([undo(stage), undo(stage)]);
      await stage.wait(2_000);
    },
    expect: { exits: { undo: [0, 9] }, master: 'db10' },
    endsWithinMs: 90_000,
  },
  {
    id: 'undo-while-start-is-held-up',
    fault: '`mha-helper undo` by an impatient operator',
    moment: 'between `stop` and `start` of a planned switch that is only slow',
    given: { holds: ['after stop'] },
    async act(stage) {
      const mha = startSwitch(stage);
      await untilHeld(stage.lab, 'after stop');
      await undo(stage);
      await letGo(stage.lab, 'after stop');
      await mha.ended;
      await stage.wait(2_000);
    },
    expect: { master: ['db10', 'db11'] },
    endsWithinMs: 90_000,
  },
];
